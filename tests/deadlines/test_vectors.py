"""The vectors worked out by hand for the calendar of 2026, hours 07:00-11:30 and 13:30-17:00."""

from datetime import date, time, timedelta

import pytest

from app.deadlines import clock, limits
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import parse_term
from app.deadlines.days import Session
from app.deadlines.defaults import week
from app.deadlines.facts import FactKind
from app.deadlines.pauses import Segment
from app.deadlines.records import recorded_days
from app.procedures.schema import Term, TermKind
from models.enums import ClockKind
from tests.deadlines.cases import SHORT, STANDARD, at


@pytest.mark.parametrize(
    ('accepted', 'term', 'hours', 'civil'),
    [
        ('18/8 09:00', '3wd', '21/8 09:00', '21/8 17:00'),
        ('20/8 14:00', '3wd', '24/8 14:00', '24/8 17:00'),
        ('28/8 09:00', '3wd', '7/9 09:00', '7/9 17:00'),
        ('23/11 10:00', '1wd', '25/11 10:00', '25/11 17:00'),
        ('1/1 08:00', '1wd', '5/1 17:00', '5/1 17:00'),
        ('20/11 17:05', '3wd', '26/11 17:00', '26/11 17:00'),
        ('20/8 14:00', '45d', '5/10 17:00', '5/10 17:00'),
        ('23/11 14:59', 'sameday', '23/11 17:00', '23/11 17:00'),
        ('23/11 15:00', 'sameday', '23/11 17:00', '23/11 17:00'),
        ('23/11 15:01', 'sameday', '25/11 17:00', '25/11 17:00'),
        ('22/11 09:00', 'sameday', '23/11 17:00', '23/11 17:00'),
        ('16/11 09:00', '7wd', '26/11 09:00', '26/11 17:00'),
        ('18/8 09:00', '24wh', '21/8 09:00', '21/8 09:00'),
    ],
)
def test_a_term_ends_where_the_hand_count_says(accepted: str, term: str, hours: str, civil: str) -> None:
    for mode, expected in (('hours', hours), ('civil', civil)):
        found = clock.due(STANDARD, at(accepted), parse_term(term), mode)  # type: ignore[arg-type]
        assert found and found.at == at(expected)
        assert not found.uncertain


def test_a_working_day_is_the_units_own_day_of_seven_and_a_half_hours() -> None:
    found = clock.due(SHORT, at('5/10 09:00'), parse_term('15wd'))
    assert found and found.at == at('26/10 09:00')
    assert SHORT.day_hours(date(2026, 10, 5)) == 7.5
    assert STANDARD.day_hours(date(2026, 10, 5)) == 8


def test_the_time_used_and_waited_is_counted_in_working_hours() -> None:
    assert STANDARD.working_time_between(at('16/11 09:00'), at('19/11 10:00')) == timedelta(hours=25)
    assert STANDARD.working_time_between(at('19/11 10:00'), at('27/11 15:00')) == timedelta(hours=43)


def test_a_supplement_resumes_or_restarts_the_term() -> None:
    term = parse_term('7wd')
    first = clock.due(STANDARD, at('16/11 09:00'), term)
    assert first
    resumed = clock.resume(STANDARD, first, at('19/11 10:00'), at('27/11 15:00'))
    restarted = clock.restart(STANDARD, at('27/11 15:00'), term)
    assert resumed.at == at('3/12 14:00')
    assert restarted and restarted.at == at('8/12 15:00')


def test_a_dossier_may_be_stopped_after_fifteen_working_days_without_supplement() -> None:
    assert clock.supplement_limit(STANDARD, at('20/11 10:00'), 15).at == at('14/12 17:00')


@pytest.mark.parametrize(
    ('filed', 'limit'),
    [('20/11 16:00', '23/11 16:00'), ('20/11 18:30', '23/11 17:00'), ('23/11 16:00', '25/11 16:00')],
)
def test_an_online_filing_is_answered_within_eight_working_hours(filed: str, limit: str) -> None:
    assert clock.reception_due(STANDARD, at(filed)).at == at(limit)


def test_the_intake_officer_is_alerted_after_two_working_hours() -> None:
    assert clock.reception_warning(STANDARD, at('20/11 16:00')) == at('23/11 08:00')


def test_eight_working_hours_stay_eight_hours_where_the_day_has_seven_and_a_half() -> None:
    assert clock.reception_due(SHORT, at('18/11 09:00')).at == at('19/11 09:30')


@pytest.mark.parametrize(
    ('received', 'limit'),
    [
        ('23/11 14:59', '23/11 17:00'),
        ('23/11 15:00', '23/11 17:00'),
        ('23/11 15:01', '25/11 07:00'),
        ('20/11 16:30', '23/11 07:00'),
        ('22/11 09:00', '23/11 07:00'),
    ],
)
def test_a_counter_dossier_is_handed_on_the_same_day_or_when_the_next_one_opens(received: str, limit: str) -> None:
    assert clock.transfer_due(STANDARD, at(received)).at == at(limit)


def test_the_cut_off_holds_through_its_last_second() -> None:
    term = parse_term('sameday')
    for seconds, expected in ((0, '23/11 17:00'), (1, '25/11 17:00')):
        found = clock.due(STANDARD, at('23/11 15:00') + timedelta(seconds=seconds), term)
        assert found and found.at == at(expected)


def test_a_procedure_may_set_its_own_cut_off() -> None:
    found = clock.due(STANDARD, at('23/11 10:30'), Term(kind=TermKind.SAME_DAY, cutoff='10:00'))
    assert found and found.at == at('25/11 17:00')


def test_the_counter_and_the_post_answer_within_one_working_day() -> None:
    assert clock.counter_reception_due(STANDARD, at('20/11 10:00')).at == at('23/11 10:00')
    assert clock.counter_reception_due(STANDARD, at('20/11 10:00'), mode='civil').at == at('23/11 17:00')


@pytest.mark.parametrize('kind', ['notification', 'external', 'per_plan', 'unknown'])
def test_a_term_without_length_has_no_due_date(kind: str) -> None:
    assert clock.due(STANDARD, at('20/8 14:00'), Term(kind=TermKind(kind), value=3)) is None


def test_verification_lengthens_a_term() -> None:
    three_and_three = Term(kind=TermKind.WORKING_DAYS, value=3, extended=3)
    found = clock.recount(STANDARD, at('16/11 09:00'), three_and_three, extended=True)
    assert found and found.at == at('25/11 09:00')
    marriage = Term(kind=TermKind.SAME_DAY, extended=5)
    found = clock.recount(STANDARD, at('16/11 09:00'), marriage, extended=True)
    assert found and found.at == at('23/11 09:00')


@pytest.mark.parametrize(
    ('taken', 'paused', 'ends'),
    [
        ('16/11 09:00', None, '17/11 09:00'),  # the working day for verification ends after the closing of the 16th
        ('16/11 15:30', None, '17/11 17:00'),  # after the cut-off: the 17th to its closing, not to 15:30 of it
        ('16/11 15:30', ('17/11 08:00', '18/11 05:00'), '18/11 17:00'),
    ],
)
def test_time_for_verification_never_makes_a_date_earlier(
    taken: str, paused: tuple[str, str] | None, ends: str
) -> None:
    one_more = Term(kind=TermKind.SAME_DAY, extended=1, after_supplement='resume')
    waited = [Segment(ClockKind.PAUSED, *map(at, paused))] if paused else []
    found = clock.recount(STANDARD, at(taken), one_more, waited, extended=True)
    assert found and found.at == at(ends)
    assert found.steps[-1].kind == FactKind.EXTENDED


@pytest.mark.parametrize(
    ('calendar', 'ends'),
    [
        (STANDARD, ['16/11 15:00', '17/11 09:00', '8/12 09:00', '11/12 09:00', '15/12 09:00', '16/12 09:00']),
        (SHORT, ['16/11 14:45', '17/11 09:00', '8/12 09:00', '11/12 09:00', '15/12 09:00', '16/12 09:00']),
    ],
)
def test_the_steps_of_a_real_workflow_end_with_its_term_whatever_the_day_of_the_unit(
    calendar: WorkCalendar, ends: list[str]
) -> None:
    """1.012994, khấu trừ kinh phí bồi thường: 4 + 4 + 112 + 24 + 16 + 8 hours are 21 working days of 8 hours (mark B)."""
    moment, term, steps = at('16/11 09:00'), parse_term('21wd'), [4, 4, 112, 24, 16, 8]
    found = []
    for hours in steps:
        share = clock.step_hours(calendar, at('16/11 09:00'), term, hours, sum(steps))
        moment = clock.step_due(calendar, moment, share).at
        found.append(moment)
    whole = clock.due(calendar, at('16/11 09:00'), term)
    assert found == [at(end) for end in ends]
    assert whole and whole.at == moment


def test_a_step_given_in_the_lunch_gap_counts_from_the_afternoon() -> None:
    assert clock.step_due(STANDARD, at('16/11 12:00'), 2).at == at('16/11 15:30')


def test_a_same_day_matter_brought_after_an_early_closing_goes_to_the_next_working_day() -> None:
    mornings = WorkCalendar.of(week(((time(7), time(11)),)), recorded_days())
    assert limits.arrives_in_time(mornings, at('20/11 10:59'))
    assert not limits.arrives_in_time(mornings, at('20/11 11:00'))
    found = clock.due(mornings, at('20/11 12:00'), parse_term('sameday'))
    assert found and found.at == at('23/11 11:00')
    assert clock.transfer_due(mornings, at('20/11 12:00')).at == at('23/11 07:00')


def test_a_term_may_end_at_the_last_closing_of_the_year() -> None:
    assert STANDARD.add_working_hours(at('31/12 07:00'), 8) == at('31/12 17:00')
    assert STANDARD.add_working_days(at('30/12 20:00'), 1) == at('31/12 17:00')
    assert STANDARD.add_working_days(at('2/1 10:00'), -1) == at('30/12 17:00', 2025)
    assert STANDARD.add_working_days(at('5/1 17:00'), -1) == at('31/12 17:00', 2025)
    assert STANDARD.nth_working_day(date(2026, 12, 30), 1) == date(2026, 12, 31)


def test_a_term_is_not_over_before_its_last_day_has_begun() -> None:
    summer = [Session(d, time(7), time(15), None, date(2026, 9, 30)) for d in range(5)]
    winter = [Session(d, time(8), time(12), date(2026, 10, 1)) for d in range(5)]
    calendar = WorkCalendar.of([*summer, *winter], recorded_days())
    just_opened = at('30/9 07:00') + timedelta(microseconds=1)
    assert calendar.add_working_days(just_opened, 1) > at('1/10 08:00')
