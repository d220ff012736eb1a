"""The rows a calendar is made of: hours of a weekday, and days that break the weekly rule."""

from dataclasses import dataclass
from datetime import date, time

from models.enums import DayKind, DayState

__all__ = ['Day', 'DayKind', 'DayState', 'Session']


@dataclass(frozen=True)
class Session:
    """One unbroken stretch of office hours on one weekday (Monday is 0), perhaps only in a season (both ends included).

    Raises: ValueError for a weekday outside 0..6 or a stretch that does not end after it starts.
    """

    weekday: int
    start: time
    end: time
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f'weekday {self.weekday} is not between 0 (Monday) and 6 (Sunday)')
        if self.end <= self.start:
            raise ValueError(f'a session must end after it starts: {self.start:%H:%M}-{self.end:%H:%M}')
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f'a season must not end before it starts: {self.valid_from} {self.valid_to}')

    def holds_on(self, day: date) -> bool:
        """Say whether this stretch is worked on ``day`` by the weekly rule."""
        return day.weekday() == self.weekday and self.in_season(day)

    def in_season(self, day: date) -> bool:
        """Say whether ``day`` lies in the season, whatever its weekday."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: 'Session') -> bool:
        """Say whether both are worked at the same moment of some day."""
        seasons_meet = (self.valid_from or date.min) <= (other.valid_to or date.max) and (
            other.valid_from or date.min
        ) <= (self.valid_to or date.max)
        return self.weekday == other.weekday and seasons_meet and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Day:
    """One day that breaks the weekly rule, with who decided it. ``unit`` is None for the whole country.

    A draft is a guess until an official confirms it; every due date resting on one says so.
    """

    date: date
    kind: DayKind
    reason: str = ''
    reason_en: str | None = None
    decision: str | None = None
    source: str | None = None
    state: DayState = DayState.CONFIRMED
    unit: str | None = None
