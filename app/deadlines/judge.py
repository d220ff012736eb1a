"""How a dossier stands against its due date. Early, on time and late are told by date, not by the minute."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from app.deadlines.calendar import WorkCalendar
from app.deadlines.ruler import local


class Timeliness(StrEnum):
    """How a finished dossier counts (columns 8 to 10 of report II.06a)."""

    EARLY = 'early'
    ON_TIME = 'on_time'
    LATE = 'late'


class Band(StrEnum):
    """How urgent an open dossier is."""

    NORMAL = 'normal'
    SOON = 'soon'
    OVERDUE = 'overdue'


def on_time(finished: datetime, due_at: datetime) -> Timeliness:
    """Judge a finished dossier by the date it was due on."""
    done, limit = local(finished).date(), local(due_at).date()
    if done == limit:
        return Timeliness.ON_TIME
    return Timeliness.EARLY if done < limit else Timeliness.LATE


def band(now: datetime, due_at: datetime, calendar: WorkCalendar, *, exact: bool = False) -> Band:
    """Say how urgent it is: soon under one working day, overdue from the next date on (``exact``: the next minute)."""
    late = now > due_at if exact else local(now).date() > local(due_at).date()
    if late:
        return Band.OVERDUE
    return Band.SOON if calendar.working_days_between(now, due_at) < 1 else Band.NORMAL


def is_same(one: datetime, other: datetime) -> bool:
    """Say whether two dates are read as the same one: a date is given to the minute, the engine counts finer."""
    return _minute(one) == _minute(other)


def _minute(moment: datetime) -> datetime:
    return local(moment).replace(second=0, microsecond=0)


def apology_at(calendar: WorkCalendar, start: datetime, due_at: datetime) -> datetime:
    """Return when an apology must be ready: one working day before expiry; at half of a term of one day or less.

    Source: NĐ 61/2018/NĐ-CP Điều 19 (at latest one day before expiry).
    """
    if calendar.working_days_between(start, due_at) > 1:
        return calendar.add_working_days(due_at, -1)
    return calendar.add_working_time(start, calendar.working_time_between(start, due_at) / 2)


def apology_is_late(calendar: WorkCalendar, start: datetime, due_at: datetime, sent_at: datetime) -> bool:
    """Say whether an apology came too late: by date, a day before expiry; for a term of a day or less, after expiry."""
    if calendar.working_days_between(start, due_at) > 1:
        return local(sent_at).date() > local(apology_at(calendar, start, due_at)).date()
    return sent_at > due_at


def new_date(calendar: WorkCalendar, now: datetime, promised: datetime, hours: float, most_days: int) -> date:
    """Propose the day of a new appointment: the first working day after the promised one by which ``hours`` more are worked.

    No later than ``most_days`` from today. No decree says how long it may take (mark C): whoever signs decides.
    """
    today = local(now).date()
    first = calendar.nth_working_day(max(local(promised).date(), today), 1)
    day = max(first, local(calendar.add_working_hours(now, hours)).date())
    while day > today + timedelta(days=most_days) or not calendar.is_working(day):
        day -= timedelta(days=1)
    return max(first, day)
