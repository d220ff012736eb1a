"""Office hours when a unit has set none: 07:00-11:30 and 13:30-17:00, Monday to Friday."""

from datetime import time

from app.deadlines.days import Session

HOURS = ((time(7), time(11, 30)), (time(13, 30), time(17)))
WORKING_WEEK = range(5)


def week(hours: tuple[tuple[time, time], ...] = HOURS) -> tuple[Session, ...]:
    """Return the same hours for each day from Monday to Friday."""
    return tuple(Session(weekday, start, end) for weekday in WORKING_WEEK for start, end in hours)


DEFAULT_SESSIONS = week()
