"""Calendars and moments the tests of due dates share, and a slow count that owes nothing to the engine."""

from datetime import date, datetime, time, timedelta, timezone

from app.deadlines.calendar import WorkCalendar
from app.deadlines.defaults import week
from app.deadlines.records import recorded_days, standard_calendar

VIETNAM = timezone(timedelta(hours=7))
STANDARD = standard_calendar()
SHORT_HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
SHORT = WorkCalendar.of(week(SHORT_HOURS), recorded_days())
"""The unit whose day has 7.5 hours."""

OFF_2026 = frozenset(
    date(2026, month, day)
    for month, day in (
        *((1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (4, 27), (4, 30), (5, 1)),
        *((8, 31), (9, 1), (9, 2), (11, 24)),
    )
)
OFF_2025 = frozenset(
    date(2025, month, day)
    for month, day in (
        *((1, 1), (1, 27), (1, 28), (1, 29), (1, 30), (1, 31), (4, 7), (4, 30), (5, 1), (5, 2)),
        *((9, 1), (9, 2)),
    )
)
WORKED = frozenset({date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)})


def at(text: str, year: int = 2026) -> datetime:
    """Read ``20/8 14:00`` as a moment in Vietnam."""
    day, clock = text.split()
    return datetime.strptime(f'{day}/{year} {clock}', '%d/%m/%Y %H:%M').replace(tzinfo=VIETNAM)


def works(day: date) -> bool:
    """Say by the fixed lists whether public offices work."""
    return day in WORKED or (day.weekday() < 5 and day not in OFF_2025 | OFF_2026)


def minutes_worked(moment: datetime, hours: tuple[tuple[time, time], ...]) -> bool:
    """Say whether the minute that begins at ``moment`` is worked."""
    return works(moment.date()) and any(start <= moment.time() < end for start, end in hours)


def slow_hours(moment: datetime, hours: float, day: tuple[tuple[time, time], ...]) -> datetime:
    """Count working minutes one by one: the end of the last one is the due moment."""
    left = round(hours * 60)
    while left:
        left -= minutes_worked(moment, day)
        moment += timedelta(minutes=1)
    return moment


def slow_days(after: date, n: int) -> date:
    """Count working days one by one, the first one not counted."""
    while n:
        after += timedelta(1)
        n -= works(after)
    return after
