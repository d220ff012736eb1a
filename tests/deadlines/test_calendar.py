"""The calendar of record: which days are worked, by which decision, and what happens where nobody has decided."""

from datetime import date, datetime, time, timedelta

import holidays
import pytest

from app.deadlines.calendar import WorkCalendar, decided_years
from app.deadlines.days import Day, DayKind, DayState, Session
from app.deadlines.defaults import DEFAULT_SESSIONS
from app.deadlines.drafts import draft_days
from app.deadlines.records import reason_in_english, recorded_days
from tests.deadlines.cases import OFF_2025, OFF_2026, STANDARD, VIETNAM, WORKED, at, works


def every_day(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range(365)]


@pytest.mark.parametrize('year', [2025, 2026])
def test_each_day_is_worked_or_not_as_decided(year: int) -> None:
    assert [day for day in every_day(year) if STANDARD.is_working(day) != works(day)] == []


def test_every_shipped_day_names_its_decision_and_source_in_both_languages() -> None:
    for row in recorded_days():
        assert row.reason and row.reason_en and row.decision and row.source
        assert row.state == DayState.CONFIRMED and row.unit is None
    assert reason_in_english('Quốc khánh') == 'National Day'
    assert reason_in_english('Sinh nhật của tôi') is None


@pytest.mark.parametrize(('year', 'off'), [(2025, OFF_2025), (2026, OFF_2026)])
def test_the_shipped_days_agree_with_the_holidays_package_but_for_the_late_exchange(
    year: int, off: frozenset[date]
) -> None:
    package = holidays.country_holidays('VN', years=year)
    weekdays_off = {day for day in package if day.weekday() < 5}
    assert off - weekdays_off == ({date(2026, 1, 2)} if year == 2026 else set())
    assert weekdays_off - off == set()
    worked = {day for day in package.weekend_workdays if day.year == year}
    assert {day for day in WORKED if day.year == year} - worked == ({date(2026, 1, 10)} if year == 2026 else set())


def test_a_worked_saturday_has_the_hours_of_a_working_day() -> None:
    assert STANDARD.sessions_on(date(2026, 8, 22)) == STANDARD.sessions_on(date(2026, 8, 21))
    assert STANDARD.closing(date(2026, 8, 22)) == at('22/8 17:00')


def test_a_year_nobody_has_decided_is_filled_with_guesses_and_says_so() -> None:
    assert not STANDARD.is_working(date(2027, 2, 8))
    assert STANDARD.is_working(date(2027, 3, 8))
    assert STANDARD.decided == {2025, 2026}
    assert STANDARD.is_uncertain(date(2026, 12, 30), date(2027, 1, 4))
    assert not STANDARD.is_uncertain(date(2026, 1, 1), date(2026, 12, 31))


def test_guesses_are_drafts() -> None:
    rows = draft_days(2027)
    assert {row.state for row in rows} == {DayState.DRAFT}
    assert date(2027, 9, 2) in {row.date for row in rows}
    assert draft_days(2200) == ()


def test_draft_rows_in_the_table_take_the_place_of_guesses() -> None:
    tet_moved = [row for row in draft_days(2027) if row.date != date(2027, 2, 10)]
    calendar = WorkCalendar.of(DEFAULT_SESSIONS, [*recorded_days(), *tet_moved])
    assert calendar.is_working(date(2027, 2, 10))
    assert not STANDARD.is_working(date(2027, 2, 10))
    assert 2027 not in calendar.decided


def test_one_confirmed_day_does_not_decide_a_whole_year() -> None:
    flood = Day(date(2027, 10, 5), DayKind.OFF, 'Bão')
    calendar = WorkCalendar.of(DEFAULT_SESSIONS, [*recorded_days(), flood])
    assert 2027 not in calendar.decided
    assert not calendar.is_working(date(2027, 10, 5))
    assert not calendar.is_working(date(2027, 2, 8))


def test_a_year_is_decided_when_all_its_fixed_holidays_are_confirmed() -> None:
    confirmed = [Day(row.date, row.kind, row.reason) for row in draft_days(2027)]
    assert decided_years(confirmed) == {2027}
    assert decided_years([*confirmed, Day(date(2027, 8, 21), DayKind.WORK, state=DayState.DRAFT)]) == frozenset()


def test_a_unit_overrides_a_national_day_and_the_year_stays_decided() -> None:
    duty = Day(date(2026, 9, 2), DayKind.WORK, 'Trực', unit='xa-1')
    calendar = WorkCalendar.of(DEFAULT_SESSIONS, [*recorded_days(), duty])
    assert calendar.is_working(date(2026, 9, 2))
    assert calendar.decided == {2025, 2026}


def test_hours_follow_the_season() -> None:
    summer = [Session(d, time(7), time(15), None, date(2026, 9, 30)) for d in range(5)]
    winter = [Session(d, time(8), time(12), date(2026, 10, 1)) for d in range(5)]
    calendar = WorkCalendar.of([*summer, *winter], recorded_days())
    assert calendar.day_hours(date(2026, 9, 30)) == 8
    assert calendar.day_hours(date(2026, 10, 1)) == 4
    # A quarter of the day was gone at acceptance, so a quarter of the last day is: one hour of four.
    assert calendar.add_working_days(at('30/9 09:00'), 2) == at('2/10 09:00')
    assert calendar.add_working_hours(at('30/9 09:00'), 16) == at('5/10 10:00')


def test_half_days_on_saturday_count_as_days_of_that_unit() -> None:
    saturdays = (*DEFAULT_SESSIONS, Session(5, time(7), time(11)))
    calendar = WorkCalendar.of(saturdays, recorded_days())
    assert calendar.add_working_days(at('19/11 15:00'), 2) == at('21/11 10:00')
    assert calendar.closing(date(2026, 11, 21)) == at('21/11 11:00')


@pytest.mark.parametrize(
    ('moment', 'opening'),
    [
        ('20/11 06:00', '20/11 07:00'),
        ('20/11 07:00', '20/11 07:00'),
        ('20/11 11:29', '20/11 11:29'),
        ('20/11 11:30', '20/11 13:30'),
        ('20/11 12:15', '20/11 13:30'),
        ('20/11 17:00', '23/11 07:00'),
        ('23/11 19:00', '25/11 07:00'),
        ('13/2 17:00', '23/2 07:00'),
    ],
)
def test_work_outside_the_hours_starts_when_they_next_open(moment: str, opening: str) -> None:
    assert STANDARD.next_opening(at(moment)) == at(opening)


def test_a_term_may_reach_over_new_year_and_back() -> None:
    there = STANDARD.add_working_days(at('30/12 10:00', 2025), 5)
    assert there == at('8/1 10:00')
    assert STANDARD.add_working_days(there, -5) == at('30/12 10:00', 2025)
    assert STANDARD.add_working_hours(at('8/1 10:00'), -40) == at('30/12 10:00', 2025)
    assert STANDARD.working_days_between(at('30/12 10:00', 2025), there) == 5
    assert STANDARD.working_time_between(there, at('30/12 10:00', 2025)) == timedelta(hours=-40)


def test_equal_content_is_equal_and_words_do_not_matter() -> None:
    reworded = [Day(row.date, row.kind, 'khác') for row in recorded_days()]
    same = WorkCalendar.of(reversed(DEFAULT_SESSIONS), reworded)
    other = WorkCalendar.of(DEFAULT_SESSIONS, recorded_days()[:-1])
    assert same == STANDARD and hash(same) == hash(STANDARD) and same.version == STANDARD.version
    assert other != STANDARD


@pytest.mark.parametrize(
    'sessions',
    [
        [],
        [Session(0, time(7), time(12)), Session(0, time(11), time(17))],
        [Session(0, time(7), time(12), date(2026, 1, 1)), Session(0, time(7), time(12), None, date(2026, 1, 1))],
    ],
)
def test_hours_that_cannot_be_are_refused(sessions: list[Session]) -> None:
    with pytest.raises(ValueError, match='session'):
        WorkCalendar.of(sessions, [])


@pytest.mark.parametrize(
    ('weekday', 'start', 'end'), [(7, time(7), time(8)), (0, time(8), time(8)), (0, time(9), time(8))]
)
def test_a_session_that_cannot_be_is_refused(weekday: int, start: time, end: time) -> None:
    with pytest.raises(ValueError, match=r'session must|weekday'):
        Session(weekday, start, end)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match='time zone'):
        STANDARD.add_working_days(datetime(2026, 1, 1, 8), 1)  # noqa: DTZ001


def test_any_zone_is_read_on_vietnams_clock() -> None:
    utc = datetime.fromisoformat('2026-08-20T07:00+00:00')
    assert STANDARD.add_working_days(utc, 3) == at('24/8 14:00')


def test_a_unit_that_closed_for_good_has_no_due_date() -> None:
    closed = WorkCalendar.of(
        [Session(d, time(7), time(15), None, date(2026, 6, 30)) for d in range(5)], recorded_days()
    )
    with pytest.raises(ValueError, match='no working time left'):
        closed.add_working_days(datetime(2026, 7, 1, 8, tzinfo=VIETNAM), 1)
