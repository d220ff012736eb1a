"""Periods that figures are asked for: a day, a month, a quarter, a year, or from one day to another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.statistics import DAY, MONTH

EARLIEST = date(2020, 1, 1)
"""No dossier is older; whatever is asked for before it begins here."""
BY_DAY = 62
"""Days up to which a period is drawn day by day, a longer one month by month."""


class Kind(StrEnum):
    """Kinds of period, as they stand in addresses."""

    DAY = 'ngay'
    MONTH = 'thang'
    QUARTER = 'quy'
    YEAR = 'nam'
    RANGE = 'khoang'


@dataclass(frozen=True)
class Period:
    """Both days are included."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def read(cls, kind: str, start: str, end: str, today: date) -> 'Period':
        """Read what an address says; what cannot be understood is this month."""
        chosen = Kind(kind) if kind in set(Kind) else Kind.MONTH
        day = _day(start) or today
        if chosen is not Kind.RANGE:
            return cls.around(chosen, day, today)
        last = _day(end) or today
        first, last = sorted((_within(day, today), _within(last, today)))
        return cls(chosen, first, last)

    @classmethod
    def around(cls, kind: Kind, day: date, today: date) -> 'Period':
        """Return the period of a kind that a day lies in; the future has no figures."""
        day = _within(day, today)
        months = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.YEAR: 12}.get(kind, 0)
        if not months:
            return cls(Kind.DAY, day, day)
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        return cls(kind, first, months_on(first, months) - timedelta(days=1))

    def beside(self, step: int, today: date) -> 'Period | None':
        """Return the period before (-1) or after (1); None beyond the first or the present one."""
        if self.kind is Kind.RANGE:
            return None
        day = self.first - timedelta(days=1) if step < 0 else self.last + timedelta(days=1)
        return Period.around(self.kind, day, today) if EARLIEST <= day <= today else None

    def months(self, today: date) -> tuple[date, ...]:
        """Return the first days of the whole months inside that are over."""
        first = self.first if self.first.day == 1 else months_on(self.first, 1)
        found = []
        while (after := months_on(first, 1)) <= today and after - timedelta(days=1) <= self.last:
            found.append(first)
            first = after
        return tuple(found)

    @property
    def by_day(self) -> bool:
        """Whether it is drawn day by day."""
        return (self.last - self.first).days < BY_DAY


def parts(first: date, last: date) -> Iterator[tuple[int, date, date]]:
    """Yield stretches of whole months and of single days that make up a period: (grain, first start, last start)."""
    if first > last:
        return
    begin = first if first.day == 1 else months_on(first, 1)
    end = (last + timedelta(days=1)).replace(day=1)  # the first day of the month that is not whole any more
    if begin >= end:
        yield DAY, first, last
        return
    if first < begin:
        yield DAY, first, begin - timedelta(days=1)
    yield MONTH, begin, end - timedelta(days=1)
    if end <= last:
        yield DAY, end, last


def months_on(first: date, count: int) -> date:
    """Return the first day of the month so many months after the month of ``first``."""
    index = first.year * 12 + first.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def _within(day: date, today: date) -> date:
    return min(max(day, EARLIEST), today)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
