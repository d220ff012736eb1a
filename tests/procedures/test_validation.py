"""Answers are read, checked, completed and shown as the form says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid, NotFound
from app.i18n import words
from app.procedures.load import load_spec
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import (
    applicant,
    check,
    computed,
    masked,
    parse_answer,
    prefill,
    relevant,
    sensitive_ids,
    shown,
    suggestions,
    summary,
)  # fmt: skip
from tests.procedures.test_load import text
from tests.support.answers import catalogue, plausible

FORM = text(
    documents=[
        {'id': 'paper', 'name': {'vi': 'Giấy'}, 'required': True, 'show_when': {'var': 'has_paper'}},
        {'id': 'card', 'name': {'vi': 'Thẻ'}, 'required': True, 'mode': 'database'},
    ],
    sections=[
        {'use': 'applicant'},
        {
            'id': 'thing',
            'title': {'vi': 'Việc', 'en': 'Thing'},
            'fields': [
                {'id': 'has_paper', 'type': 'checkbox', 'label': {'vi': 'Có giấy'}},
                {'id': 'number', 'type': 'text', 'label': {'vi': 'Số'}, 'required': True, 'show_when': {'var': 'has_paper'}},
                {'id': 'agree', 'type': 'checkbox', 'label': {'vi': 'Đồng ý'}, 'required': True},
                {'id': 'note', 'type': 'text', 'label': {'vi': 'Ghi chú'}, 'required_when': {'empty': {'var': 'number'}}},
                {'id': 'account', 'type': 'text', 'label': {'vi': 'Tài khoản'}, 'sensitive': True},
                {'id': 'capital', 'type': 'money', 'label': {'vi': 'Vốn'}},
                {'id': 'words', 'type': 'text', 'label': {'vi': 'Bằng chữ'}, 'computed': 'money_words:capital'},
                {
                    'id': 'members', 'type': 'repeat', 'label': {'vi': 'Người'}, 'rules': {'min_items': 2},
                    'fields': [
                        {'id': 'name', 'type': 'person_name', 'label': {'vi': 'Tên'}, 'required': True},
                        {'id': 'foreign', 'type': 'checkbox', 'label': {'vi': 'Nước ngoài'}},
                        {'id': 'pid', 'type': 'personal_id', 'label': {'vi': 'Số'}, 'required': True,
                         'show_when': {'!': {'var': 'foreign'}}},
                    ],
                },
            ],
        },
    ],
)  # fmt: skip
BASE = {
    'full_name': 'Nguyễn An', 'personal_id': '001090000001', 'birth_date': '1990-01-01', 'phone': '+84912345678',
    'address': {'province': '01', 'commune': 'Phường Ba Đình'}, 'agree': True, 'note': 'x', 'result_delivery': 'electronic',
}  # fmt: skip


@pytest.fixture(scope='module')
def spec() -> ProcedureSpec:
    return load_spec(FORM)


def keys(spec: ProcedureSpec, answers: dict[str, Any], papers: set[str] | None = None, **more: Any) -> dict[str, str]:
    return {place: p.key.removeprefix('fields.') for place, p in check(spec, answers, papers or set(), **more).items()}


def test_a_complete_form_has_no_problems(spec: ProcedureSpec) -> None:
    assert keys(spec, BASE) == {}


def test_required_questions_and_ticks_are_missed(spec: ProcedureSpec) -> None:
    assert keys(spec, {**BASE, 'agree': False, 'full_name': None}) == {
        'agree': 'required_tick',
        'full_name': 'required',
    }


def test_a_question_may_be_required_by_another_answer(spec: ProcedureSpec) -> None:
    assert keys(spec, {**BASE, 'note': None}) == {'note': 'required'}
    assert keys(spec, {**BASE, 'note': None, 'has_paper': True, 'number': '1'}, {'paper'}) == {}


def test_hidden_questions_are_neither_checked_nor_kept(spec: ProcedureSpec) -> None:
    answers = {**BASE, 'has_paper': False, 'number': '1', 'unheard_of': 'x'}
    assert keys(spec, answers) == {}
    assert 'number' not in relevant(spec, answers) and 'unheard_of' not in relevant(spec, answers)
    assert 'number' not in shown(spec, answers)[0] and 'paper' not in shown(spec, answers)[1]


def test_a_hidden_answer_brings_up_nothing_further() -> None:
    spec = catalogue()['khai-sinh']
    married = {'birth_parent_status': 'both_known', 'parents_married': 'yes'}
    assert 'parents_marriage_number' in shown(spec, married)[0]
    assert 'parents_marriage_number' not in shown(spec, {**married, 'birth_parent_status': 'father_unknown'})[0]


def test_documents_are_missed_when_they_apply_and_no_database_has_them(spec: ProcedureSpec) -> None:
    answers = {**BASE, 'has_paper': True, 'number': '1'}
    assert keys(spec, answers) == {'document:paper': 'document_missing'}
    assert keys(spec, answers, {'paper'}) == {}


def test_a_page_checks_only_its_own_questions(spec: ProcedureSpec) -> None:
    assert keys(spec, {}, only={'agree'}) == {'agree': 'required_tick'}
    assert keys(spec, {**BASE, 'has_paper': True}, only={'document:paper'}) == {'document:paper': 'document_missing'}


def test_each_entry_of_a_group_is_checked_by_its_own_answers(spec: ProcedureSpec) -> None:
    members = [{'name': 'An Bình'}, {'foreign': True, 'name': 'Anna'}]
    assert keys(spec, {**BASE, 'members': members}) == {'members[0].pid': 'required'}
    assert keys(spec, {**BASE, 'members': members[1:]}) == {'members': 'too_few'}
    both = [{'name': 'An Bình', 'pid': '001090000001'}, {'foreign': True, 'name': 'Anna', 'pid': '001090000001'}]
    assert relevant(spec, {**BASE, 'members': both})['members'][1] == {'foreign': True, 'name': 'Anna'}


def test_one_answer_is_read_by_its_place(spec: ProcedureSpec) -> None:
    assert parse_answer(spec, 'capital', '1.500.000') == 1500000
    assert parse_answer(spec, 'members[3].name', ' An  Bình ') == 'An Bình'
    with pytest.raises(Invalid) as refused:
        parse_answer(spec, 'members[3].pid', '12')
    assert list(refused.value.problems) == ['members[3].pid']
    with pytest.raises(Invalid) as refused:
        parse_answer(spec, 'members', [{'name': '7'}])
    assert list(refused.value.problems) == ['members[0].name']


@pytest.mark.parametrize(
    'place', ['nothing', 'words', 'members[0]', 'members[0].nothing', '', 'a' * 300, "x'; drop", None, 7]
)
def test_questions_nobody_asked_are_not_found(spec: ProcedureSpec, place: Any) -> None:
    with pytest.raises(NotFound):
        parse_answer(spec, place, 'x')


def test_the_system_fills_in_what_follows_from_answers() -> None:
    spec = catalogue()['khai-sinh']
    found = computed(spec, {'child_birth_date': '2026-09-05'}, 'UBND xã Yên Bình')
    assert found['registration_authority'] == 'UBND xã Yên Bình'
    assert found['child_birth_date_words'] == 'Ngày năm, tháng chín, năm hai nghìn không trăm hai mươi sáu'


def test_a_child_under_six_needs_no_degree_of_disability() -> None:
    spec = catalogue()['xac-dinh-khuyet-tat']
    assert 'level_walking' in shown(spec, {'person_birth_date': '1990-01-01'})[0]
    answers = {'person_birth_date': '2149-01-01'}
    assert 'level_walking' not in shown(spec, answers)[0]


def test_a_profile_fills_in_what_it_knows_and_nothing_broken(spec: ProcedureSpec) -> None:
    answers = prefill(spec, {'full_name': ' Nguyễn  An', 'personal_id': '123', 'phone': '0912345678', 'x': 1})
    assert answers['full_name'] == 'Nguyễn An' and answers['phone'] == '+84912345678'
    assert 'personal_id' not in answers
    assert answers['acting_for' if spec.field('acting_for') else 'result_delivery']


def test_a_mother_who_files_does_not_write_her_name_twice() -> None:
    spec = catalogue()['khai-sinh']
    answers = {
        'requester_full_name': 'Lê Thị Lan',
        'requester_relationship': 'mother',
        'birth_parent_status': 'both_known',
    }
    assert suggestions(spec, answers) == {'mother_full_name': 'Lê Thị Lan'}
    assert suggestions(spec, {**answers, 'mother_full_name': 'Lê Lan'}) == {}
    assert suggestions(spec, {**answers, 'requester_relationship': 'other'}) == {}


def test_the_applicant_is_read_back_from_the_answers(spec: ProcedureSpec) -> None:
    assert applicant(spec, BASE)['full_name'] == 'Nguyễn An'
    assert applicant(spec, BASE)['phone'] == '+84912345678'


def test_personal_numbers_are_sensitive_also_inside_groups(spec: ProcedureSpec) -> None:
    assert sensitive_ids(spec) == {'personal_id', 'account', 'members'}


def test_a_summary_masks_what_is_sensitive(spec: ProcedureSpec) -> None:
    answers = {**BASE, 'capital': 2000000, 'members': [{'name': 'Anna', 'pid': '001090000123'}]}
    lines = {name: text for _, rows in summary(spec, answers, words('vi'), mask=True) for _, text, name in rows}
    assert lines['personal_id'] == '•••••••••001' and lines['members[0].pid'] == '•••••••••123'
    assert lines['full_name'] == 'Nguyễn An' and lines['words'] == 'Hai triệu đồng'
    whole = {name: text for _, rows in summary(spec, answers, words('vi')) for _, text, name in rows}
    assert whole['personal_id'] == '001090000001'
    titles = [title for title, _ in summary(spec, answers, words('en'))]
    assert titles == ['Applicant', 'Thing', 'The result']


def test_a_short_secret_shows_nothing() -> None:
    assert masked('123') == '•••' and masked('1234') == '•234'


NONSENSE = (
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.dictionaries(st.text(), st.text()))
)


@settings(max_examples=100)
@given(
    answers=st.dictionaries(st.sampled_from([*sorted(BASE), 'capital', 'members', 'has_paper', 'account']), NONSENSE)
)
def test_stored_nonsense_is_a_problem_never_a_crash(answers: dict[str, Any]) -> None:
    spec = load_spec(FORM)
    for problem in check(spec, answers, set()).values():
        assert words('vi').error(problem)
    shown(spec, answers)
    prefill(spec, answers)
    computed(spec, answers, 'UBND')
    suggestions(spec, answers)
    summary(spec, answers, words('vi'))


def test_every_form_can_be_summed_up_in_both_languages() -> None:
    for spec in catalogue().values():
        if spec.sections:
            for lang in ('vi', 'en'):
                assert summary(spec, plausible(spec), words(lang))
