"""A due date tells a citizen in plain words how it came about, in both languages."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deadlines import clock
from app.deadlines.clock import Due, Segment, parse_term
from app.deadlines.explain import explain
from app.deadlines.terms import term_words
from app.i18n import words
from app.procedures.schema import Channel, Term, TermKind
from models.enums import ClockKind
from tests.deadlines.cases import STANDARD, VIETNAM, at

VI, EN = words('vi'), words('en')


def said(accepted: str, term: str, mode: clock.Mode = 'hours') -> tuple[str, str]:
    found = clock.due(STANDARD, at(accepted), parse_term(term), mode)
    assert found
    return explain(found, VI), explain(found, EN)


def test_a_day_off_passed_over_is_named_with_its_reason() -> None:
    vi, en = said('20/11 17:05', '3wd')
    assert vi == (
        'Tiếp nhận lúc 17:05 thứ Sáu 20/11, sau giờ làm việc nên tính từ 07:00 thứ Hai 23/11; '
        'thời hạn 3 ngày làm việc; không tính ngày nghỉ hằng tuần; nghỉ 24/11 (Ngày Văn hóa Việt Nam). '
        'Hạn trả kết quả: 17:00 thứ Năm 26/11/2026.'
    )
    assert en == (
        'Accepted at 17:05 on Friday 20/11, after office hours, so counted from 07:00 on Monday 23/11; '
        'term: 3 working days; weekly days of rest are not counted; days off: 24/11 (Vietnam Culture Day). '
        'Result due at 17:00 on Thursday 26/11/2026.'
    )


def test_a_worked_saturday_is_named() -> None:
    vi, en = said('20/8 14:00', '3wd')
    assert 'thứ Bảy 22/8 làm bù nên vẫn tính' in vi
    assert 'Saturday 22/8 is worked in place of another day' in en


def test_days_off_in_a_row_are_said_in_one_breath() -> None:
    vi, en = said('10/2 14:00', '10wd')
    assert 'nghỉ từ 16/2 đến 20/2 (Tết Nguyên đán).' in vi
    assert '16/2 to 20/2 (Lunar New Year).' in en


def test_a_calendar_term_that_ends_on_a_day_off_says_that_it_moves_on() -> None:
    vi, _ = said('20/8 14:00', '45d')
    assert 'không tính ngày đầu tiên' in vi
    assert 'ngày cuối cùng (Chủ Nhật 4/10) là ngày nghỉ' in vi
    assert 'hằng tuần' not in vi
    assert vi.endswith('Hạn trả kết quả: 17:00 thứ Hai 5/10/2026.')


def test_the_reason_for_a_late_start_is_told_apart() -> None:
    assert ', sau 15:00 nên chuyển sang ngày làm việc tiếp theo' in said('23/11 15:01', 'sameday')[0]
    assert 'thời hạn' not in said('23/11 15:01', 'sameday')[0]
    assert 'vào giờ nghỉ trưa nên tính từ 13:30' in said('20/11 12:00', '1wd')[0]
    assert 'trước giờ làm việc nên tính từ 07:00' in said('20/11 06:00', '1wd')[0]
    assert 'vào ngày nghỉ nên tính từ 07:00 thứ Hai 23/11' in said('22/11 09:00', '1wd')[0]
    assert 'nên' not in said('20/11 09:00', '1wd')[0]


def test_civil_counting_says_that_the_first_day_is_not_counted() -> None:
    assert 'không tính ngày đầu tiên' in said('20/11 09:00', '3wd', 'civil')[0]
    assert 'không tính ngày đầu tiên' not in said('20/11 09:00', '3wd')[0]


def test_a_date_in_a_year_nobody_has_decided_says_that_it_may_change() -> None:
    vi, en = said('20/12 14:00', '20wd')
    assert 'Lịch nghỉ năm 2027 chưa được công bố chính thức nên hạn này có thể thay đổi.' in vi
    assert 'lúc 14:00 Chủ Nhật 20/12/2026' in vi
    assert 'not officially announced' in en


def test_each_limit_is_called_by_its_name() -> None:
    filed = clock.reception_due(STANDARD, at('20/11 16:10'))
    assert explain(filed, VI) == (
        'Nộp lúc 16:10 thứ Sáu 20/11; thời hạn 8 giờ làm việc; không tính ngày nghỉ hằng tuần. '
        'Hạn tiếp nhận: 16:10 thứ Hai 23/11/2026.'
    )
    post = clock.reception_limit(STANDARD, at('20/11 16:10'), Channel.POST)
    assert explain(post, VI).startswith('Bộ phận Một cửa nhận lúc')
    transfer = clock.transfer_due(STANDARD, at('23/11 15:01'))
    assert explain(transfer, VI).endswith('Hạn chuyển xử lý: 07:00 thứ Tư 25/11/2026.')
    by_hand = clock.reception_limit(STANDARD, at('23/11 15:01'), Channel.COUNTER, rule='sameday-opening')
    assert explain(by_hand, VI).endswith('Hạn tiếp nhận: 07:00 thứ Tư 25/11/2026.')
    supplement = clock.supplement_limit(STANDARD, at('20/11 10:00'))
    assert explain(supplement, VI).endswith('Hạn bổ sung: 17:00 thứ Hai 14/12/2026.')
    assert 'This step is due at' in explain(clock.step_due(STANDARD, at('20/11 10:00'), 1), EN)


def test_a_filing_in_the_last_hour_says_from_when_it_counts() -> None:
    found = clock.reception_limit(STANDARD, at('20/11 16:30'), Channel.ONLINE, rule='8wh+last-hour-tomorrow')
    assert explain(found, VI) == (
        'Nộp lúc 16:30 thứ Sáu 20/11, trong giờ làm việc cuối cùng nên tính từ 07:00 thứ Hai 23/11; '
        'thời hạn 8 giờ làm việc. Hạn tiếp nhận: 17:00 thứ Hai 23/11/2026.'
    )
    late = clock.reception_limit(STANDARD, at('20/11 17:30'), Channel.ONLINE, rule='8wh+last-hour-tomorrow')
    assert ', sau giờ làm việc nên tính từ 07:00 thứ Hai 23/11' in explain(late, VI)


def test_a_pause_is_told_and_a_restart_too() -> None:
    pause = Segment(ClockKind.PAUSED, at('19/11 10:00'), at('27/11 15:00'))
    resume = Term(kind=TermKind.WORKING_DAYS, value=7, after_supplement='resume')
    resumed = clock.recount(STANDARD, at('16/11 09:00'), resume, [pause])
    assert resumed and 'tạm dừng từ 10:00 thứ Năm 19/11 đến 15:00 thứ Sáu 27/11 để chờ bổ sung' in explain(resumed, VI)
    restarted = clock.recount(STANDARD, at('16/11 09:00'), parse_term('7wd'), [pause])
    assert restarted and explain(restarted, VI).startswith('Bổ sung đầy đủ lúc 15:00 thứ Sáu 27/11')
    bare = clock.resume(STANDARD, at('26/11 09:00'), at('19/11 10:00'), at('27/11 15:00'))
    assert explain(bare, VI).startswith('Hạn đã hẹn là 09:00 thứ Năm 26/11; tạm dừng')
    assert explain(bare, VI).endswith('Hạn mới: 14:00 thứ Năm 3/12/2026.')


def test_the_days_off_behind_a_last_day_are_named_as_well() -> None:
    found = clock.due(STANDARD, datetime(2026, 2, 4, 9, tzinfo=VIETNAM), parse_term('10d'))
    assert found and explain(found, VI) == (
        'Tiếp nhận lúc 09:00 thứ Tư 4/2; thời hạn 10 ngày; không tính ngày đầu tiên; ngày cuối cùng (thứ Bảy 14/2) là '
        'ngày nghỉ nên tính đến hết ngày làm việc tiếp theo; nghỉ từ 16/2 đến 20/2 (Tết Nguyên đán). '
        'Hạn trả kết quả: 17:00 thứ Hai 23/2/2026.'
    )


@pytest.mark.parametrize(
    ('term', 'vi', 'en'),
    [
        ('0.5wd', '0,5 ngày làm việc', '0.5 working days'),
        ('7.5wh', '7 giờ 30 phút làm việc', '7 h 30 min of working time'),
        ('0.25wh', '15 phút làm việc', '15 min of working time'),
        ('1wh', '1 giờ làm việc', '1 working hour'),
    ],
)
def test_a_part_is_written_the_way_each_language_does(term: str, vi: str, en: str) -> None:
    assert (term_words(parse_term(term), VI), term_words(parse_term(term), EN)) == (vi, en)


def test_a_bare_date_is_said_without_its_way() -> None:
    assert explain(Due(at('26/11 09:00'), uncertain=False), VI) == 'Hạn: 09:00 thứ Năm 26/11/2026.'


@given(
    st.integers(0, 700 * 1440).map(lambda n: datetime(2025, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=n)),
    st.sampled_from(['1wd', '3wd', '16wh', '45d', 'sameday', '60wd']),
    st.sampled_from(['hours', 'civil']),
)
def test_every_explanation_is_whole_and_ends_with_the_date(accepted: datetime, term: str, mode: clock.Mode) -> None:
    found = clock.due(STANDARD, accepted, parse_term(term), mode)
    assert found
    for t in (VI, EN):
        text = explain(found, t)
        assert f'{found.at.day}/{found.at.month}/{found.at.year}' in text
        assert not re.search(r'[{}]|None|\.\.|; ;|\(\)', text)
