"""Pauses, what they do to the due date, how a dossier stands, and what a changed calendar moves."""

from datetime import date, timedelta

import pytest

from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Band, Segment, Timeliness, parse_term
from app.deadlines.days import Day, DayKind
from app.deadlines.defaults import DEFAULT_SESSIONS
from app.deadlines.records import recorded_days
from app.procedures.schema import Channel, Step, StepRole, Term, TermKind, Text
from models.enums import ClockKind
from tests.deadlines.cases import STANDARD, at

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


def test_the_last_hour_counts_tomorrow_only_by_policy() -> None:
    assert clock.counted_as_received(STANDARD, at('20/11 16:30')) == at('20/11 16:30')
    assert clock.counted_as_received(STANDARD, at('20/11 16:30'), last_hour_is_tomorrow=True) == at('23/11 07:00')
    assert clock.counted_as_received(STANDARD, at('20/11 16:00'), last_hour_is_tomorrow=True) == at('20/11 16:00')
    assert clock.counted_as_received(STANDARD, at('20/11 18:00')) == at('23/11 07:00')


def test_reception_has_a_limit_by_channel_or_by_the_procedures_own_rule() -> None:
    filed = at('20/11 16:00')
    assert clock.reception_limit(STANDARD, filed, Channel.ONLINE).at == at('23/11 16:00')
    assert clock.reception_limit(STANDARD, filed, Channel.POST, 'civil').at == at('23/11 17:00')
    assert clock.reception_limit(STANDARD, filed, Channel.COUNTER, rule='1wh').at == at('20/11 17:00')
    assert clock.reception_limit(STANDARD, filed, Channel.COUNTER, rule='sameday-opening').at == at('23/11 07:00')
    with pytest.raises(ValueError, match='not a term'):
        clock.reception_limit(STANDARD, filed, Channel.ONLINE, rule='soon')


def test_steps_must_fit_the_term() -> None:
    def step(hours: float | None, off_clock: bool = False) -> Step:
        return Step(key='buoc', role=StepRole.CLERK, title=Text(vi='Bước'), hours=hours, off_clock=off_clock)

    sixteen_hours = [step(4), step(None), step(12), step(120, off_clock=True)]
    assert clock.fits(sixteen_hours, parse_term('2wd'))
    assert not clock.fits(sixteen_hours, parse_term('2wd'), day_hours=7.5)
    assert clock.fits(sixteen_hours, parse_term('16wh'), day_hours=7.5)
    assert not clock.fits([*sixteen_hours, step(0.5)], parse_term('16wh'))
    assert not clock.fits([step(9)], parse_term('sameday'))
    assert clock.fits([step(9)], Term(kind=TermKind.UNKNOWN))


@pytest.mark.parametrize('text', ['', '3', 'wd', '0wd', '-3wd', '3 wd', '3wd\n', '99999wd', '3WD', 'same_day', '1e3wh'])
def test_what_is_not_a_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='not a term'):
        parse_term(text)


def test_a_changed_calendar_shows_which_dossiers_move_and_to_when() -> None:
    flood = Day(date(2026, 11, 25), DayKind.OFF, 'Bão')
    after = WorkCalendar.of(DEFAULT_SESSIONS, [*recorded_days(), flood])
    dossiers = [
        ('touched', at('23/11 10:00'), parse_term('1wd'), (), at('25/11 10:00')),
        ('before', at('18/11 10:00'), parse_term('1wd'), (), at('19/11 10:00')),
        ('no-date', at('23/11 10:00'), Term(kind=TermKind.UNKNOWN), (), at('25/11 10:00')),
        ('restarted', at('16/11 09:00'), SEVEN, (SUPPLEMENT,), at('8/12 15:00')),
        ('resumed', at('16/11 09:00'), SEVEN_RESUMED, (SUPPLEMENT,), at('3/12 14:00')),
        ('spanning', at('17/11 09:00'), parse_term('8wd'), (), at('30/11 09:00')),
    ]
    assert clock.moved(STANDARD, after, dossiers) == [
        ('touched', at('25/11 10:00'), at('26/11 10:00')),
        ('spanning', at('30/11 09:00'), at('1/12 09:00')),
    ]
    assert clock.moved(STANDARD, STANDARD, dossiers) == []
