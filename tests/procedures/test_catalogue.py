"""The catalogue that ships with the project is whole and keeps to the law it was written from."""

import re
from typing import Any

import pytest
from pydantic import BaseModel

from app.i18n import words
from app.procedures.load import load_instruments, spec_hash
from app.procedures.publication import term_hours
from app.procedures.schema import ProcedureSpec, ServiceLevel, StepRole, Text
from app.procedures.validation import applicant, check, relevant, shown_documents
from app.registry import FIELDS
from tests.support.answers import catalogue, plausible

CHECKED = {
    'khai-sinh', 'ket-hon', 'khai-tu', 'xac-nhan-tinh-trang-hon-nhan', 'ban-sao-trich-luc-ho-tich', 'cai-chinh-ho-tich',
    'chung-thuc-ban-sao', 'chung-thuc-chu-ky', 'gpxd-nha-o-rieng-le', 'thanh-lap-ho-kinh-doanh', 'cchn-duoc',
    'tro-cap-huu-tri-xa-hoi', 'xac-dinh-khuyet-tat', 'thong-bao-khuyen-mai', 'kiem-tra-chat-luong-hang-nhap-khau',
}  # fmt: skip
FILED = sorted(spec.id for spec in catalogue().values() if spec.level in (ServiceLevel.PARTIAL, ServiceLevel.FULL))


def texts(part: Any, place: str = '') -> list[tuple[str, Text]]:
    if isinstance(part, Text):
        return [(place, part)]
    if isinstance(part, BaseModel):
        return [t for name in type(part).model_fields for t in texts(getattr(part, name), f'{place}.{name}')]
    if isinstance(part, tuple):
        return [t for index, item in enumerate(part) for t in texts(item, f'{place}[{index}]')]
    return []


def test_seventy_procedures_fifteen_of_them_checked() -> None:
    assert len(catalogue()) == 70
    assert {spec.id for spec in catalogue().values() if spec.checked} == CHECKED


def test_titles_and_sectors_are_in_both_languages() -> None:
    for spec in catalogue().values():
        assert spec.name.en and spec.sector.en and spec.receiving_agency.en and spec.resolving_agency.en, spec.id
        assert spec.short_name is None or spec.short_name.en, spec.id


@pytest.mark.parametrize('slug', sorted(CHECKED))
def test_a_checked_procedure_speaks_english_throughout(slug: str) -> None:
    assert [place for place, text in texts(catalogue()[slug]) if not text.en] == []


@pytest.mark.parametrize('slug', sorted(CHECKED))
def test_every_question_of_a_checked_form_says_how_to_answer_unless_it_is_plain(slug: str) -> None:
    plain = {'choice', 'ethnicity', 'nationality', 'area', 'multi_choice'}
    for section in catalogue()[slug].sections:
        for field in (f for top in section.fields for f in (top, *top.fields)):
            hint = FIELDS[field.type].control(field, words('vi')).hint_key
            assert field.help or hint or field.computed or field.type in plain, f'{slug}: {field.id}'


@pytest.mark.parametrize('slug', FILED)
@pytest.mark.parametrize('seed', range(3))
def test_plausible_answers_pass_every_check(slug: str, seed: int) -> None:
    spec = catalogue()[slug]
    answers = plausible(spec, seed)
    assert check(spec, answers, {document.id for document in spec.documents}) == {}
    assert relevant(spec, answers) == answers
    assert applicant(spec, answers)['full_name']


@pytest.mark.parametrize('slug', FILED)
def test_an_empty_form_is_refused_question_by_question(slug: str) -> None:
    spec = catalogue()[slug]
    problems = check(spec, {}, set())
    assert problems
    assert all(words(lang).error(problem) for problem in problems.values() for lang in ('vi', 'en'))


@pytest.mark.parametrize('slug', FILED)
def test_steps_run_from_intake_to_return_within_the_term(slug: str) -> None:
    spec = catalogue()[slug]
    assert (spec.steps[0].role, spec.steps[-1].role) == (StepRole.INTAKE, StepRole.RETURN)
    term = term_hours(spec)
    assert term is None or sum(s.hours or 0 for s in spec.steps if not (s.optional or s.off_clock)) <= term


def test_real_processes_add_up_to_the_decision() -> None:
    assert sum(step.hours or 0 for step in catalogue()['khau-tru-kinh-phi-boi-thuong'].steps) == 168
    assert sum(step.hours or 0 for step in catalogue()['ban-sao-tu-so-goc'].steps) == 8
    assert sum(step.hours or 0 for step in catalogue()['xac-dinh-khuyet-tat'].steps) == 200
    assert sum(step.hours or 0 for step in catalogue()['gpxd-nha-o-rieng-le'].steps) == 56


def test_taxes_are_only_pointed_to() -> None:
    spec = catalogue()['ke-khai-nop-thue']
    assert spec.level is ServiceLevel.INFORMATION and not spec.sections and not spec.steps


def test_what_touches_private_life_is_marked_sensitive() -> None:
    marked = {spec.id for spec in catalogue().values() if spec.sensitive}
    assert {'xac-dinh-khuyet-tat', 'ho-ngheo-thuong-xuyen', 'tro-cap-huu-tri-xa-hoi', 'cai-chinh-ho-tich'} <= marked
    assert not marked & {'khai-sinh', 'gpxd-nha-o-rieng-le', 'thanh-lap-ho-kinh-doanh', 'chung-thuc-ban-sao'}


def test_guests_may_file_unless_the_municipality_says_no() -> None:
    assert all(spec.guest_filing for spec in catalogue().values())


def test_every_legal_basis_points_into_the_table_or_is_only_cited() -> None:
    known = {row.id for row in load_instruments()}
    bases = [basis for spec in catalogue().values() for basis in spec.legal_basis]
    assert sum(basis.instrument is not None for basis in bases) > 200
    assert all(basis.instrument in known for basis in bases if basis.instrument)


def test_imported_goods_rest_on_the_decree_in_force() -> None:
    citations = ' '.join(basis.citation for basis in catalogue()['kiem-tra-chat-luong-hang-nhap-khau'].legal_basis)
    assert '37/2026' in citations and '74/2018' not in citations


def test_the_same_content_has_the_same_hash() -> None:
    spec = catalogue()['khai-sinh']
    again = ProcedureSpec.model_validate(spec.model_dump(mode='json'))
    assert spec_hash(again) == spec_hash(spec)
    assert spec_hash(spec.model_copy(update={'version': 2})) != spec_hash(spec)
    assert ProcedureSpec.model_validate(spec.model_dump(mode='json', exclude_defaults=True)) == spec


def test_a_child_without_known_father_has_no_questions_about_him() -> None:
    spec = catalogue()['khai-sinh']
    answers = {**plausible(spec, 1), 'birth_parent_status': 'father_unknown'}
    assert not any(name.startswith('father_') for name in relevant(spec, answers))


def test_only_the_papers_of_this_case_are_asked_for() -> None:
    spec = catalogue()['gpxd-nha-o-rieng-le']
    house = {document.id for document in shown_documents(spec, {'works_kind': 'house'})}
    beside = {document.id for document in shown_documents(spec, {'works_kind': 'house', 'adjacent_works': True})}
    assert beside - house == {'adjacent_pledge'}


def test_vietnamese_texts_hold_no_stray_foreign_words_or_spaces() -> None:
    foreign = re.compile(r'\b(email|upload|file|online|null|None|form)\b', re.IGNORECASE)
    for spec in catalogue().values():
        for place, text in texts(spec, spec.id):
            if 'citation' not in place:
                assert text.vi == ' '.join(text.vi.split()) and not foreign.search(text.vi), f'{place}: {text.vi}'
