"""Facts of a procedure in words."""

from typing import Any

import pytest

from app.i18n import words
from app.procedures.schema import ApplicantKind, Fee, ProcedureSpec, Term
from components import wording
from components.papers import papers_by_kind, when_text
from models.enums import Status
from tests.support.answers import catalogue
from tests.support.world import SPEC

VI, EN = words('vi'), words('en')


@pytest.mark.parametrize(
    ('term', 'vi', 'en'),
    [
        ({'kind': 'same_day'}, 'Trong ngày', 'Same day'),
        ({'kind': 'working_days', 'value': 1}, '1 ngày làm việc', '1 working day'),
        ({'kind': 'working_days', 'value': 3}, '3 ngày làm việc', '3 working days'),
        ({'kind': 'working_days', 'value': 0.5}, '0,5 ngày làm việc', '0.5 working days'),
        ({'kind': 'working_days'}, 'Chưa có thông tin', 'Not known yet'),
        ({'kind': 'calendar_days', 'value': 20}, '20 ngày, tính cả ngày nghỉ', '20 days, days off included'),
        ({'kind': 'working_hours', 'value': 4}, '4 giờ làm việc', '4 working hours'),
        ({'kind': 'notification'}, 'Chỉ cần thông báo', 'Notification only'),
        ({'kind': 'unknown'}, 'Chưa có thông tin', 'Not known yet'),
    ],
)
def test_a_term_in_words(term: dict[str, Any], vi: str, en: str) -> None:
    assert (wording.term_text(Term(**term), VI), wording.term_text(Term(**term), EN)) == (vi, en)


@pytest.mark.parametrize('note', [None, {'vi': 'Nhận sau 15 giờ thì trả ngày hôm sau.'}])
def test_a_term_tells_its_extension_and_its_hour_once(note: dict[str, str] | None) -> None:
    term = Term.model_validate({'kind': 'same_day', 'cutoff': '15:00', 'extended': 3, 'note': note})
    verified = 'Nếu phải xác minh: không quá 3 ngày làm việc.'
    hour = 'Hồ sơ nhận sau 15:00 được trả trong ngày làm việc tiếp theo.'
    assert wording.term_details(term, VI) == ([verified, note['vi']] if note else [hour, verified])


@pytest.mark.parametrize(
    ('fee', 'said', 'short'),
    [
        ({'kind': 'none'}, 'Miễn phí', 'Miễn phí'),
        ({'kind': 'fixed', 'amount': 0}, 'Miễn phí', 'Miễn phí'),
        ({'kind': 'fixed', 'amount': 15000}, '15.000 đ', '15.000 đ'),
        ({'kind': 'per_case', 'amount': 50000}, '50.000 đ một hồ sơ', '50.000 đ một hồ sơ'),
        ({'kind': 'per_unit', 'amount': 8000, 'unit': {'vi': 'bản sao'}}, '8.000 đ một bản sao', '8.000 đ một bản sao'),
        ({'kind': 'per_page', 'tiers': [{'up_to': 2, 'amount': 2000}]}, '2.000 đ một trang', '2.000 đ một trang'),
        ({'kind': 'council'}, 'Do Hội đồng nhân dân tỉnh quy định', 'Phí do tỉnh quy định'),
        ({'kind': 'council', 'amount': 75000}, '75.000 đ', '75.000 đ'),
        ({'kind': 'fixed'}, 'Chưa có thông tin', 'Chưa rõ phí'),
        ({'kind': 'unknown'}, 'Chưa có thông tin', 'Chưa rõ phí'),
    ],
)
def test_a_fee_in_words(fee: dict[str, Any], said: str, short: str) -> None:
    one = Fee.model_validate(fee)
    assert wording.fee_text(one, VI) == said and wording.fee_short(one, VI) == short
    assert wording.fee_text(one, EN) and 'đ' not in wording.fee_text(one, EN).replace('bản sao', '')


def test_who_may_file_reads_as_a_sentence() -> None:
    kinds = (ApplicantKind.CITIZEN, ApplicantKind.HOUSEHOLD_BUSINESS)
    assert wording.applicants_text(kinds, VI) == 'Công dân, hộ kinh doanh'
    assert wording.applicants_text(kinds, EN) == 'Citizens, household businesses'


def test_every_status_has_words_and_a_kind_of_tag() -> None:
    for status in Status:
        assert VI(f'common.status_{status.value}') and wording.status_kind(status) in ('action', 'ok', 'warn', 'error')
    assert wording.status_kind(Status.SUPPLEMENT) == 'warn' and wording.status_kind(Status.RETURNED) == 'ok'


@pytest.mark.parametrize(
    ('condition', 'said'),
    [
        ({'var': 'abroad'}, 'Khi: ở nước ngoài'),
        ({'!': {'var': 'abroad'}}, 'Khi: không chọn “Ở nước ngoài”'),
        ({'==': [{'var': 'kind'}, 'late']}, 'Khi: “Loại đăng ký” là “Quá hạn”'),
        ({'!=': [{'var': 'kind'}, 'late']}, 'Khi: “Loại đăng ký” không phải “Quá hạn”'),
        ({'in': [{'var': 'kind'}, ['late', 'again']]}, 'Khi: “Loại đăng ký” là “Quá hạn” hoặc “Đăng ký lại”'),
        ({'==': [{'var': 'married'}, 'yes']}, 'Khi: đã kết hôn'),
        (
            {'and': [{'var': 'abroad'}, {'==': [{'var': 'kind'}, 'late']}]},
            'Khi: ở nước ngoài và “Loại đăng ký” là “Quá hạn”',
        ),
        ({'or': [{'var': 'abroad'}, {'var': 'unknown'}]}, ''),
        ({'==': [{'var': 'kind'}, 'nonsense']}, ''),
        ({'>': [{'var': 'kind'}, 3]}, ''),
        (True, ''),
        (None, ''),
    ],
)
def test_when_a_paper_is_needed_is_said_in_the_words_of_the_form(condition: Any, said: str) -> None:
    kinds = [{'value': 'late', 'label': {'vi': 'Quá hạn'}}, {'value': 'again', 'label': {'vi': 'Đăng ký lại'}}]
    fields = [
        {'id': 'abroad', 'type': 'checkbox', 'label': {'vi': 'Ở nước ngoài'}},
        {'id': 'kind', 'type': 'choice', 'label': {'vi': 'Loại đăng ký'}, 'options': kinds},
        {'id': 'married', 'type': 'choice', 'label': {'vi': 'Đã kết hôn'}},
    ]
    section = {'id': 'one', 'title': {'vi': 'Một'}, 'fields': fields}
    paper = {'id': 'paper', 'name': {'vi': 'Giấy'}, 'required': True, 'show_when': condition}
    spec = ProcedureSpec.model_validate({**SPEC, 'sections': [section], 'documents': [paper]})
    assert when_text(spec.documents[0], spec, VI) == said
    assert papers_by_kind(spec)['papers'].get('maybe' if condition is not None else 'need')


def test_only_originals_that_everybody_needs_are_counted() -> None:
    papers = [
        {'id': 'always', 'name': {'vi': 'A'}, 'required': True, 'originals': 1},
        {'id': 'shown', 'name': {'vi': 'B'}, 'required': True, 'mode': 'show'},
        {'id': 'sometimes', 'name': {'vi': 'C'}, 'required': True, 'originals': 1, 'show_when': {'var': 'x'}},
        {'id': 'copy', 'name': {'vi': 'D'}, 'required': True, 'plain_copies': 1},
        {'id': 'found', 'name': {'vi': 'E'}, 'required': True, 'originals': 1, 'mode': 'database'},
    ]
    found = papers_by_kind(ProcedureSpec.model_validate({**SPEC, 'documents': papers}))
    assert found['originals'] == 2 and [p.id for p in found['papers']['none']] == ['found']


def test_no_fee_of_the_catalogue_is_said_twice() -> None:
    for spec in catalogue().values():
        note = VI.pick(spec.fee.note) if spec.fee.note else ''
        amounts = {VI.money(a) for a in (spec.fee.amount, spec.fee.cap, *(tier.amount for tier in spec.fee.tiers)) if a}
        said = {f'{int(amount.split()[0].replace(".", "")):,} đồng'.replace(',', '.') for amount in amounts}
        assert not any(each in note for each in said), spec.id
        assert spec.fee.kind != 'council' or note != 'Hội đồng nhân dân cấp tỉnh quy định.', spec.id


@pytest.mark.parametrize(
    ('hours', 'said'),
    [
        (9.45, '2 ngày, trong đó 9 giờ 27 phút làm việc'),
        (16, '2 ngày, trong đó 16 giờ làm việc'),
        (0.5, '2 ngày, trong đó 0 giờ 30 phút làm việc'),
    ],
)
def test_how_long_it_took_is_said_in_minutes(hours: float, said: str) -> None:
    assert wording.took({'since_filing': {'days': 2, 'hours': hours}}, VI) == said
