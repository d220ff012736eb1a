"""What must hold for every acceptance and every term, tried on generated ones and against a count minute by minute."""

from datetime import date, datetime, time, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Segment, parse_term
from app.deadlines.days import Day, DayKind, Session
from app.deadlines.defaults import HOURS, week
from app.procedures.schema import Term, TermKind
from models.enums import ClockKind
from tests.deadlines.cases import SHORT, SHORT_HOURS, STANDARD, VIETNAM, slow_days, slow_hours, works

MINUTES = st.integers(0, 600 * 1440 - 1).map(lambda n: datetime(2025, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=n))
MOMENTS = st.builds(lambda minute, micro: minute + timedelta(microseconds=micro), MINUTES, st.integers(0, 59_999_999))
WORKING_DATES = [day for n in range(600) if works(day := date(2025, 1, 1) + timedelta(n))]
MORNING = st.integers(1, 4 * 3600 - 1).map(lambda seconds: timedelta(hours=7, minutes=30, seconds=seconds))
AFTERNOON = st.integers(0, 3 * 3600 + 1799).map(lambda seconds: timedelta(hours=13, minutes=30, seconds=seconds))
IN_BOTH_HOURS = st.builds(
    lambda day, clock_time: datetime.combine(day, time(), VIETNAM) + clock_time,
    st.sampled_from(WORKING_DATES),
    MORNING | AFTERNOON,
)
"""Inside the hours of both units, after the opening of either."""
DAYS = st.integers(1, 60)
PARTS = st.sampled_from([0.5, 1, 1.5, 2, 8.5, 13.5])
HOURS_OF_WORK = st.integers(1, 4 * 60).map(lambda quarter: quarter / 4)
TERMS = st.one_of(
    DAYS.map(lambda n: parse_term(f'{n}wd')),
    HOURS_OF_WORK.map(lambda n: parse_term(f'{n:g}wh')),
    st.integers(1, 90).map(lambda n: parse_term(f'{n}d')),
    st.just(parse_term('sameday')),
)
MODES = st.sampled_from(['hours', 'civil'])


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Any hours, uneven from day to day, and any days off or worked."""
    sessions = []
    for weekday in sorted(draw(st.sets(st.integers(0, 6), min_size=1))):
        marks = sorted(draw(st.sets(st.integers(0, 95), min_size=2, max_size=4)))
        for start, end in zip(marks[::2], marks[1::2], strict=False):
            sessions.append(Session(weekday, _quarter(start), _quarter(end)))
    dates = st.dates(date(2025, 1, 1), date(2027, 12, 31))
    rows = draw(st.dictionaries(dates, st.sampled_from(DayKind), max_size=30))
    return WorkCalendar.of(sessions, [Day(day, kind) for day, kind in rows.items()])


def _quarter(n: int) -> time:
    return time(n // 4, n % 4 * 15)


def inside(calendar: WorkCalendar, moment: datetime) -> bool:
    """Say whether ``moment`` lies in office hours, both ends of each session included."""
    there = moment.astimezone(VIETNAM)
    return any(s.start <= there.time() <= s.end for s in calendar.sessions_on(there.date()))


@settings(max_examples=150)
@given(MINUTES, st.integers(1, 40), st.booleans())
def test_hours_and_days_agree_with_a_count_minute_by_minute(moment: datetime, half_days: int, short: bool) -> None:
    calendar, hours, length = (SHORT, SHORT_HOURS, 7.5) if short else (STANDARD, HOURS, 8)
    slow = slow_hours(moment, half_days * length / 2, hours)
    assume(slow.year < 2027)
    assert calendar.add_working_days(moment, half_days / 2) == slow
    assert calendar.add_working_hours(moment, half_days * length / 2) == slow


@given(MINUTES, DAYS)
def test_civil_terms_agree_with_a_count_day_by_day(moment: datetime, days: int) -> None:
    last = slow_days(moment.date(), days)
    assume(last.year < 2027)
    found = clock.due(STANDARD, moment, parse_term(f'{days}wd'), 'civil')
    assert found and found.at == datetime.combine(last, time(17), VIETNAM)
    assert clock.supplement_limit(STANDARD, moment, days).at == found.at


@given(MOMENTS, st.integers(1, 90))
def test_calendar_days_agree_with_a_count_day_by_day(moment: datetime, days: int) -> None:
    last = moment.date() + timedelta(days)
    while not works(last):
        last += timedelta(1)
    assume(last.year < 2027)
    found = clock.due(STANDARD, moment, parse_term(f'{days}d'))
    assert found and found.at == datetime.combine(last, time(17), VIETNAM)


@settings(max_examples=400)
@given(MOMENTS, TERMS, MODES, st.sampled_from([STANDARD, SHORT]))
def test_nothing_is_ever_due_on_a_day_off_or_outside_the_hours(
    moment: datetime, term: Term, mode: clock.Mode, calendar: WorkCalendar
) -> None:
    found = clock.due(calendar, moment, term, mode)
    assert found and found.at > moment
    assert calendar.is_working(found.at.date())
    assert inside(calendar, found.at)
    assert calendar.is_working(clock.transfer_due(calendar, moment).at.date())
    assert found.uncertain == (found.at.year > 2026) or (found.term and found.term.kind == TermKind.CALENDAR_DAYS)


@settings(max_examples=400)
@given(MOMENTS, MOMENTS, TERMS, MODES)
def test_who_was_accepted_earlier_is_never_due_later(
    one: datetime, other: datetime, term: Term, mode: clock.Mode
) -> None:
    first, second = sorted([one, other])
    due_first, due_second = clock.due(STANDARD, first, term, mode), clock.due(STANDARD, second, term, mode)
    assert due_first and due_second and due_first.at <= due_second.at


@given(MOMENTS, st.integers(1, 400), st.integers(1, 400))
def test_a_longer_term_is_never_due_earlier(moment: datetime, one: int, other: int) -> None:
    shorter, longer = sorted([one, other])
    assert STANDARD.add_working_days(moment, shorter / 4) <= STANDARD.add_working_days(moment, longer / 4)
    assert STANDARD.add_working_hours(moment, shorter / 4) <= STANDARD.add_working_hours(moment, longer / 4)


@settings(max_examples=300)
@given(calendars(), MOMENTS, st.integers(1, 200), st.integers(1, 200))
def test_working_hours_add_up_on_any_calendar(calendar: WorkCalendar, moment: datetime, a: int, b: int) -> None:
    at_once = calendar.add_working_hours(moment, (a + b) / 4)
    assert calendar.add_working_hours(calendar.add_working_hours(moment, a / 4), b / 4) == at_once
    assert calendar.working_time_between(moment, at_once) == timedelta(hours=(a + b) / 4)
    assert inside(calendar, at_once)


@given(MOMENTS, PARTS, PARTS, st.sampled_from([STANDARD, SHORT]))
def test_working_days_add_up(moment: datetime, a: float, b: float, calendar: WorkCalendar) -> None:
    halfway = calendar.add_working_days(moment, a)
    assert abs(calendar.add_working_days(halfway, b) - calendar.add_working_days(moment, a + b)) <= timedelta(
        microseconds=1
    )


@settings(max_examples=300)
@given(calendars(), MOMENTS, st.integers(1, 80))
def test_whole_working_days_are_whole_days_of_that_unit_on_any_calendar(
    calendar: WorkCalendar, moment: datetime, days: int
) -> None:
    found = calendar.add_working_days(moment, days)
    start = calendar.next_opening(moment)
    fresh = start == calendar.opening(start.date())
    assert found.date() == calendar.nth_working_day(start.date(), days - fresh)
    assert inside(calendar, found)


@given(IN_BOTH_HOURS, DAYS)
def test_a_day_of_seven_and_a_half_hours_ends_on_the_same_date_as_one_of_eight(moment: datetime, days: int) -> None:
    assert SHORT.is_open(moment) and STANDARD.is_open(moment)
    short, long = SHORT.add_working_days(moment, days), STANDARD.add_working_days(moment, days)
    civil = clock.due(STANDARD, moment, parse_term(f'{days}wd'), 'civil')
    assert short.date() == long.date()
    assert civil and civil.at.date() == long.date()


@settings(max_examples=300)
@given(st.lists(MOMENTS, min_size=3, max_size=3), st.integers(1, 30), st.sampled_from([STANDARD, SHORT]))
def test_a_pause_adds_exactly_the_paused_working_time(
    moments: list[datetime], days: int, calendar: WorkCalendar
) -> None:
    accepted, paused, resumed = sorted(moments)
    term = Term(kind=TermKind.WORKING_DAYS, value=days, after_supplement='resume')
    before = clock.due(calendar, accepted, term)
    after = clock.recount(calendar, accepted, term, [Segment(ClockKind.PAUSED, paused, resumed)])
    assert before and after
    assert calendar.working_time_between(before.at, after.at) == calendar.working_time_between(paused, resumed)


@given(st.lists(MOMENTS, min_size=2, max_size=2, unique=True), TERMS, MODES)
def test_a_restarted_term_is_the_whole_term_from_completion(
    moments: list[datetime], term: Term, mode: clock.Mode
) -> None:
    accepted, completed = sorted(moments)
    pause = Segment(ClockKind.PAUSED, accepted, completed)
    found, fresh = clock.recount(STANDARD, accepted, term, [pause], mode), clock.due(STANDARD, completed, term, mode)
    assert found and fresh and found.at == fresh.at


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_between_moments_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    between = STANDARD.working_time_between
    assert between(a, b) + between(b, c) == between(a, c)


def test_uneven_weeks_keep_the_share_of_the_day() -> None:
    """Half of a six-hour day becomes half of a two-hour day."""
    uneven = WorkCalendar.of([*week(((time(8), time(14)),)), Session(5, time(8), time(10))], [])
    friday = datetime(2026, 11, 20, 11, tzinfo=VIETNAM)
    assert uneven.add_working_days(friday, 1) == datetime(2026, 11, 21, 9, tzinfo=VIETNAM)
