"""Pauses, what they do to the due date, how a dossier stands, and what a changed calendar moves."""

from datetime import date, datetime, timedelta

import pytest

from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Band, Segment, Timeliness, parse_term
from app.procedures.schema import Channel, Step, StepRole, Term, TermKind, Text
from models.enums import ClockKind
from tests.deadlines.cases import SHORT, STANDARD, at

SEVEN = Term(kind=TermKind.WORKING_DAYS, value=7)
SEVEN_RESUMED = Term(kind=TermKind.WORKING_DAYS, value=7, after_supplement='resume')
SUPPLEMENT = Segment(ClockKind.PAUSED, at('19/11 10:00'), at('27/11 15:00'))


def test_only_the_running_clock_uses_time() -> None:
    segments = [
        Segment(ClockKind.RECEPTION, at('13/11 09:00'), at('16/11 09:00')),
        Segment(ClockKind.RUNNING, at('16/11 09:00'), at('19/11 10:00')),
        SUPPLEMENT,
        Segment(ClockKind.RUNNING, at('27/11 15:00')),
    ]
    assert clock.used(segments, STANDARD, at('18/11 09:00')) == timedelta(hours=16)
    assert clock.used(segments, STANDARD, at('26/11 09:00')) == timedelta(hours=25)
    assert clock.used(segments, STANDARD, at('30/11 08:00')) == timedelta(hours=28)


def test_the_policy_of_the_procedure_decides_what_a_supplement_does() -> None:
    restarted = clock.recount(STANDARD, at('16/11 09:00'), SEVEN, [SUPPLEMENT])
    resumed = clock.recount(STANDARD, at('16/11 09:00'), SEVEN_RESUMED, [SUPPLEMENT])
    assert restarted and restarted.at == at('8/12 15:00')
    assert resumed and resumed.at == at('3/12 14:00')


def test_a_pause_still_open_moves_nothing_yet() -> None:
    found = clock.recount(STANDARD, at('16/11 09:00'), SEVEN, [Segment(ClockKind.PAUSED, at('19/11 10:00'))])
    assert found and found.at == at('26/11 09:00')


def test_posting_and_a_financial_duty_go_on_where_they_stopped_whatever_the_policy() -> None:
    tax = Segment(ClockKind.FINANCE, at('17/11 09:00'), at('19/11 09:00'))
    posting = Segment(ClockKind.POSTING, at('20/11 09:00'), at('23/11 09:00'))
    found = clock.recount(STANDARD, at('16/11 09:00'), SEVEN, [posting, tax])
    assert found and found.at == at('1/12 09:00')


def test_pauses_that_overlap_count_once() -> None:
    one = Segment(ClockKind.FINANCE, at('17/11 09:00'), at('19/11 09:00'))
    inside = Segment(ClockKind.POSTING, at('17/11 10:00'), at('18/11 09:00'))
    longer = Segment(ClockKind.POSTING, at('18/11 09:00'), at('20/11 09:00'))
    found = clock.recount(STANDARD, at('16/11 09:00'), SEVEN, [one, inside, longer])
    assert found and found.at == at('1/12 09:00')


def test_lateness_from_before_the_pause_is_not_forgiven() -> None:
    late = clock.resume(STANDARD, at('16/11 09:00'), at('16/11 15:00'), at('18/11 15:00'), term=SEVEN_RESUMED)
    assert late.at == at('18/11 09:00')
    bare = clock.Due(at('16/11 09:00'), uncertain=False, term=SEVEN_RESUMED)
    assert clock.resume(STANDARD, bare, at('16/11 15:00'), at('18/11 15:00')) == late


def test_a_pause_moves_calendar_days_by_days_from_the_nominal_end() -> None:
    term = parse_term('45d')
    first = clock.due(STANDARD, at('20/8 14:00'), term)
    assert first
    assert clock.resume(STANDARD, first, at('1/9 10:00'), at('2/9 10:00')).at == at('5/10 17:00')
    assert clock.resume(STANDARD, first, at('1/9 10:00'), at('3/9 10:00')).at == at('6/10 17:00')


def test_a_pause_moves_a_civil_term_and_a_same_day_by_working_days() -> None:
    first = clock.due(STANDARD, at('16/11 09:00'), SEVEN_RESUMED, 'civil')
    assert first
    assert clock.resume(STANDARD, first, at('19/11 10:00'), at('23/11 15:00'), 'civil').at == at('30/11 17:00')
    today = clock.due(STANDARD, at('19/11 09:00'), parse_term('sameday'))
    assert today
    assert clock.resume(STANDARD, today, at('19/11 10:00'), at('20/11 10:00')).at == at('20/11 17:00')
    assert clock.resume(STANDARD, today, at('19/11 10:00'), at('19/11 16:00')).at == at('19/11 17:00')


@pytest.mark.parametrize(
    ('finished', 'expected'),
    [
        ('25/11 17:30', Timeliness.EARLY),
        ('26/11 08:00', Timeliness.ON_TIME),
        ('26/11 23:59', Timeliness.ON_TIME),
        ('27/11 00:00', Timeliness.LATE),
    ],
)
def test_early_on_time_and_late_are_told_by_date(finished: str, expected: Timeliness) -> None:
    assert clock.on_time(at(finished), at('26/11 09:00')) == expected


@pytest.mark.parametrize(
    ('now', 'expected', 'exact'),
    [
        ('23/11 09:00', Band.NORMAL, Band.NORMAL),
        ('25/11 09:00', Band.NORMAL, Band.NORMAL),
        ('25/11 09:01', Band.SOON, Band.SOON),
        ('26/11 09:00', Band.SOON, Band.SOON),
        ('26/11 09:01', Band.SOON, Band.OVERDUE),
        ('27/11 00:00', Band.OVERDUE, Band.OVERDUE),
    ],
)
def test_less_than_a_working_day_left_is_soon(now: str, expected: Band, exact: Band) -> None:
    assert clock.band(at(now), at('26/11 09:00'), STANDARD) == expected
    assert clock.band(at(now), at('26/11 09:00'), STANDARD, exact=True) == exact


def test_an_apology_is_due_one_working_day_before_or_at_half_of_a_short_term() -> None:
    assert clock.apology_at(STANDARD, at('16/11 09:00'), at('26/11 09:00')) == at('25/11 09:00')
    assert clock.apology_at(STANDARD, at('23/11 09:00'), at('23/11 17:00')) == at('23/11 14:00')
    assert not clock.apology_is_late(STANDARD, at('16/11 09:00'), at('26/11 09:00'), at('25/11 16:00'))
    assert clock.apology_is_late(STANDARD, at('16/11 09:00'), at('26/11 09:00'), at('26/11 08:00'))
    assert not clock.apology_is_late(STANDARD, at('23/11 09:00'), at('23/11 17:00'), at('23/11 16:59'))
    assert clock.apology_is_late(STANDARD, at('23/11 09:00'), at('23/11 17:00'), at('23/11 17:01'))


@pytest.mark.parametrize(
    ('now', 'promised', 'hours', 'day'),
    [
        ('18/11 09:00', '19/11 09:00', 22, date(2026, 11, 20)),
        ('18/11 09:00', '19/11 09:00', 0, date(2026, 11, 20)),
        ('18/11 09:00', '19/11 09:00', 23, date(2026, 11, 23)),
        ('20/11 09:00', '23/11 09:00', 4, date(2026, 11, 25)),  # 24/11 is off
        ('30/11 16:00', '19/11 09:00', 1, date(2026, 12, 1)),
        ('18/11 09:00', '19/11 09:00', 2000, date(2027, 2, 16)),
    ],
)
def test_a_new_appointment_is_proposed_by_the_hours_that_are_left_on_a_working_day_within_reason(
    now: str, promised: str, hours: float, day: date
) -> None:
    found = clock.new_date(STANDARD, at(now), at(promised), hours, 90)
    assert found == day


def test_the_last_hour_counts_tomorrow_only_by_a_preset() -> None:
    def limit(filed: str, rule: str) -> datetime:
        return clock.reception_limit(STANDARD, at(filed), Channel.ONLINE, rule=rule).at

    policy = '8wh+last-hour-tomorrow'
    assert limit('20/11 16:30', '8wh') == at('23/11 16:30')
    assert limit('20/11 16:30', policy) == at('23/11 17:00')
    assert limit('20/11 16:00', policy) == at('23/11 16:00'), 'an hour is left'
    assert limit('20/11 18:00', policy) == limit('20/11 18:00', '8wh') == at('23/11 17:00')
    assert limit('21/11 16:30', policy) == at('23/11 17:00')
    with pytest.raises(ValueError, match='no date'):
        limit('20/11 16:30', '8wh+whenever')


def test_reception_has_a_limit_by_channel_or_by_the_procedures_own_rule() -> None:
    filed = at('20/11 16:00')
    assert clock.reception_limit(STANDARD, filed, Channel.ONLINE).at == at('23/11 16:00')
    assert clock.reception_limit(STANDARD, filed, Channel.POST, 'civil').at == at('23/11 17:00')
    assert clock.reception_limit(STANDARD, filed, Channel.COUNTER, rule='1wh').at == at('20/11 17:00')
    assert clock.reception_limit(STANDARD, filed, Channel.COUNTER, rule='sameday-opening').at == at('23/11 07:00')
    with pytest.raises(ValueError, match='not a term'):
        clock.reception_limit(STANDARD, filed, Channel.ONLINE, rule='soon')


def test_only_steps_on_the_clock_count_together() -> None:
    def step(hours: float | None, **more: bool) -> Step:
        return Step(key='buoc', role=StepRole.CLERK, title=Text(vi='Bước'), hours=hours, **more)

    assert clock.on_clock([step(4), step(None), step(12), step(120, off_clock=True), step(8, optional=True)]) == 16


@pytest.mark.parametrize(
    ('calendar', 'term', 'together', 'expected'),
    [
        (STANDARD, '3wd', 24, 8),
        (SHORT, '3wd', 24, 7.5),
        (SHORT, '3wd', 22.5, 8),
        (SHORT, '24wh', 24, 8),
        (SHORT, 'sameday', 8, 6),
        (STANDARD, '3d', 24, 8),
        (STANDARD, '2d', 24, 22 / 3),
    ],
)
def test_a_step_has_its_hours_or_its_share_of_the_term_where_all_steps_exceed_it(
    calendar: WorkCalendar, term: str, together: float, expected: float
) -> None:
    found = clock.step_hours(calendar, at('16/11 09:00'), parse_term(term), 8, together)
    assert found == pytest.approx(expected)


def test_what_cannot_be_shared_stays() -> None:
    assert clock.step_hours(SHORT, at('16/11 09:00'), Term(kind=TermKind.UNKNOWN), 8, 800) == 8
    assert clock.step_hours(SHORT, at('16/11 09:00'), parse_term('1wd'), 0, 800) == 0
    assert clock.step_hours(SHORT, at('16/11 09:00'), parse_term('1wd'), 0.5, 800) == 1 / 60


@pytest.mark.parametrize('text', ['', '3', 'wd', '0wd', '-3wd', '3 wd', '3wd\n', '99999wd', '3WD', 'same_day', '1e3wh'])
def test_what_is_not_a_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='not a term'):
        parse_term(text)
