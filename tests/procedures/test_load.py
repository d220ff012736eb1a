"""A broken file is refused whole; what is wrong is named by file, place and rule."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.i18n import words
from app.procedures.load import CATALOG, CatalogueError, load_catalogue, load_instruments, load_spec

SOUND: dict[str, Any] = {
    'id': 'thu', 'version': 1, 'valid_from': '2026-01-01', 'checked': False, 'name': {'vi': 'Thử'}, 'sector': {'vi': 'Thử'},
    'authority': 'commune', 'receiving_agency': {'vi': 'Xã'}, 'resolving_agency': {'vi': 'Xã'}, 'level': 'full',
    'applicants': ['citizen'], 'channels': ['online'], 'term': {'kind': 'working_days', 'value': 3}, 'fee': {'kind': 'none'},
    'sections': [{'use': 'applicant'}, {'id': 'thing', 'title': {'vi': 'Việc'}, 'fields': [
        {'id': 'kind', 'type': 'choice', 'label': {'vi': 'Loại'}, 'options': 'yes_no'},
        {'id': 'day', 'type': 'date', 'label': {'vi': 'Ngày'}},
    ]}],
    'documents': [], 'steps': 'generic', 'result': {'name': {'vi': 'Giấy'}, 'electronic': True}, 'legal_basis': [],
}  # fmt: skip


def text(**changes: Any) -> str:
    return yaml.safe_dump({**SOUND, **changes}, allow_unicode=True)


def faults(source: str) -> list[tuple[str, str]]:
    with pytest.raises(CatalogueError) as error:
        load_spec(source)
    for lang in ('vi', 'en'):
        assert all('(text)' in line for line in error.value.lines(words(lang)))
    return [(fault.place, fault.problem.key.removeprefix('catalogue.')) for fault in error.value.faults]


def thing(*fields: dict[str, Any], **more: Any) -> list[Any]:
    return [{'use': 'applicant'}, {'id': 'thing', 'title': {'vi': 'Việc'}, 'fields': list(fields), **more}]


def field(**more: Any) -> dict[str, Any]:
    return {'id': 'kind', 'type': 'text', 'label': {'vi': 'Loại'}, **more}


def test_a_sound_text_loads_with_the_shared_parts_in_place() -> None:
    spec = load_spec(text())
    assert [section.id for section in spec.sections] == ['applicant', 'thing', 'closing']
    assert [option.value for option in spec.sections[1].fields[0].options] == ['yes', 'no']
    assert [step.key for step in spec.steps] == ['receive', 'examine', 'sign', 'issue', 'return']
    assert spec.minutes == 10


def test_the_closing_questions_offer_only_what_is_possible() -> None:
    online = load_spec(text()).field('result_delivery')
    assert online is not None and [o.value for o in online.options] == ['electronic']
    paper = load_spec(
        text(channels=['counter', 'online', 'post'], result={'name': {'vi': 'Giấy'}, 'electronic': False})
    )
    delivery = paper.field('result_delivery')
    assert delivery is not None and [o.value for o in delivery.options] == ['counter', 'post']
    assert paper.field('result_address') is not None and load_spec(text()).field('result_address') is None
    assert paper.field('contact_phone') is None, 'the form asked for a telephone already'


@pytest.mark.parametrize(
    ('changes', 'expected'),
    [
        ({'sections': thing(field(type='colour'))}, ('sections[1].fields[0].type', 'unknown_type')),
        ({'sections': thing(field(), field())}, ('sections[1].fields[1].id', 'duplicate')),
        ({'sections': thing(field(type='choice'))}, ('sections[1].fields[0].options', 'no_options')),
        ({'sections': thing(field(type='repeat'))}, ('sections[1].fields[0].fields', 'no_group')),
        ({'sections': thing(field(rules={'pattern': '('}))}, ('sections[1].fields[0].rules.pattern', 'wrong_pattern')),
        (
            {'sections': thing(field(rules={'not_after': 'x'}))},
            ('sections[1].fields[0].rules.not_after', 'unknown_question'),
        ),
        ({'sections': thing(field(computed='magic'))}, ('sections[1].fields[0].computed', 'unknown_computed')),
        (
            {'sections': thing(field(show_when={'==': [{'var': 'nobody'}, 1]}))},
            ('sections[1].fields[0].show_when.==[0]', 'condition_unknown_field'),
        ),
        ({'sections': thing(field(colour=1))}, ('sections[1].fields[0].colour', 'unknown_key')),
        ({'sections': thing({'id': 'kind', 'type': 'text'})}, ('sections[1].fields[0].label', 'missing')),
        ({'sections': [{'use': 'nothing'}]}, ('', 'unknown_shared')),
        ({'sections': []}, ('sections', 'no_form')),
        ({'fee': {'kind': 'per_case', 'amount': 1, 'quantity': 'nobody'}}, ('fee.quantity', 'unknown_question')),
        ({'steps': []}, ('steps', 'no_steps')),
        ({'steps': [{'key': 'a', 'role': 'leader', 'title': {'vi': 'Ký'}}]}, ('steps', 'steps_ends')),
        ({'level': 'everything'}, ('level', 'not_one_of')),
        ({'code': '12'}, ('code', 'wrong_value')),
        ({'valid_to': '2025-01-01'}, ('valid_to', 'dates_order')),
        (
            {'documents': [{'id': 'p', 'name': {'vi': 'Giấy'}, 'required': True, 'condition_text': {'vi': 'Khi cần'}}]},
            ('documents[0].required', 'undecidable'),
        ),
        ({'checked': True}, ('procedure_steps', 'part_missing')),
    ],
)
def test_each_fault_has_its_place_and_rule(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in faults(text(**changes))


def test_steps_longer_than_the_term_are_refused() -> None:
    steps = [
        {'key': 'a', 'role': 'intake', 'title': {'vi': 'Nhận'}, 'hours': 20},
        {'key': 'b', 'role': 'return', 'title': {'vi': 'Trả'}, 'hours': 5},
    ]
    assert ('steps', 'steps_too_long') in faults(text(steps=steps))
    assert load_spec(text(steps=steps, term={'kind': 'working_days', 'value': 4})).term.value == 4


def test_all_faults_are_listed_at_once() -> None:
    assert len(faults(text(level='x', code='12', version=0))) == 3


@pytest.mark.parametrize(
    ('source', 'key'),
    [('a: [', 'not_yaml'), ('- a', 'not_mapping'), ('a: 1\na: 2', 'not_yaml'), ('!!python/name:os.system', 'not_yaml'),
     ('x' * 500_001, 'too_big'), ('', 'not_mapping'), ('a: &a [*a]', 'missing')],
)  # fmt: skip
def test_what_is_not_a_catalogue_file_is_refused(source: str, key: str) -> None:
    assert key in {rule for _, rule in faults(source)}


def test_a_folder_with_one_broken_file_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / 'good.yaml').write_text(text(), 'utf-8')
    (tmp_path / 'broken.yaml').write_text(text(id='khac', level='x'), 'utf-8')
    (tmp_path / 'twin.yaml').write_text(text(legal_basis=[{'instrument': 'none-such', 'citation': 'X'}]), 'utf-8')
    with pytest.raises(CatalogueError) as error:
        load_catalogue(tmp_path)
    found = {(fault.file, fault.problem.key) for fault in error.value.faults}
    assert found == {
        ('broken.yaml', 'catalogue.not_one_of'),
        ('twin.yaml', 'catalogue.duplicate'),
        ('twin.yaml', 'catalogue.unknown_instrument'),
    }
    assert str(error.value).count('\n') == 2


def test_instruments_know_their_days(tmp_path: Path) -> None:
    rows = {row.id: row for row in load_instruments()}
    old = rows['nd-20-2021']
    assert old.effective_to is not None and old.in_force(old.effective_to)
    assert not old.in_force(old.effective_to.replace(month=12))
    assert rows['luat-60-2014-qh13'].scheduled_end is not None
    broken = tmp_path / 'instruments.yaml'
    broken.write_text('instruments: [{id: a, number: "1", kind: luat, title: A, replaced_by: [b]}]', 'utf-8')
    with pytest.raises(CatalogueError):
        load_instruments(broken)


def test_every_file_of_the_catalogue_is_named_after_its_procedure() -> None:
    assert all(load_spec(path).id == path.stem for path in CATALOG.glob('[!_]*.yaml'))
