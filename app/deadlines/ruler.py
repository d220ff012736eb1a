"""The two rulers of a year, working days and worked time, and the conversions between clocks and microseconds."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from app.clock import VIETNAM
from app.deadlines.days import Day, Session

HOUR = 3_600_000_000
"""One hour in microseconds."""

MICROSECOND = timedelta(microseconds=1)

Span = tuple[int, int]
"""A stretch of work inside one day, in microseconds from midnight."""


@dataclass(frozen=True)
class Year:
    """One year of work: its working days, their hours, and the worked time before each (the last entry: in all)."""

    days: tuple[date, ...]
    spans: tuple[tuple[Span, ...], ...]
    before: tuple[int, ...]
    exceptions: tuple[Day, ...]

    @property
    def total(self) -> int:
        """All time worked in the year, in microseconds."""
        return self.before[-1]

    def length(self, index: int) -> int:
        """Return how long that working day is, in microseconds."""
        return self.before[index + 1] - self.before[index]

    def locate(self, moment: datetime) -> tuple[int, int]:
        """Return how many working days lie before that date, and the time worked on the date itself until then."""
        index = bisect_left(self.days, moment.date())
        if index == len(self.days) or self.days[index] != moment.date():
            return index, 0
        clock = of_day(moment.time())
        return index, sum(min(max(clock - start, 0), end - start) for start, end in self.spans[index])

    def worked(self, moment: datetime) -> int:
        """Return the time worked from 1 January until ``moment``, in microseconds."""
        index, done = self.locate(moment)
        return self.before[index] + done

    def at(self, index: int, worked: int) -> datetime:
        """Return the earliest moment of that working day when ``worked`` microseconds of it are done (more than 0)."""
        for start, end in self.spans[index]:
            if worked <= end - start:
                return moment_at(self.days[index], start + worked)
            worked -= end - start
        raise AssertionError('more work asked of a day than it holds')


@lru_cache(maxsize=1024)
def span_of(session: Session) -> Span:
    """Return a session as microseconds from midnight."""
    return of_day(session.start), of_day(session.end)


def of_day(clock: time) -> int:
    """Return a time of day as microseconds from midnight."""
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def local(moment: datetime) -> datetime:
    """Put an aware moment on Vietnam's wall clock. Raises: ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError('a moment needs its time zone')
    return moment.astimezone(VIETNAM)


def moment_at(day: date, microseconds: int) -> datetime:
    """Return the moment so many microseconds after that day's midnight in Vietnam."""
    return datetime.combine(day, time(), VIETNAM) + timedelta(microseconds=microseconds)
