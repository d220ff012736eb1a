"""Figures of a slice: any units, any procedures, any period, each in a few look-ups however much has been counted."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.statistics.buckets import percentile
from app.statistics.measures import ENDED, MEASURES, RECEIVED, RESOLVED
from app.statistics.periods import Period, parts
from models import Tally, TallyMinutes
from models.statistics import ALL, DAY, MONTH


@dataclass(frozen=True)
class Slice:
    """Which units and procedures; None: all of them."""

    units: frozenset[str] | None = None
    procedures: frozenset[str] | None = None

    def where(self, table: type[Tally] | type[TallyMinutes]) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on a table of counts."""
        return _in(table.unit_id, self.units), _in(table.procedure_id, self.procedures)


@dataclass(frozen=True)
class Counts:
    """Counts of one slice with what follows from them."""

    by_name: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.by_name.get(name, 0)

    @property
    def received(self) -> int:
        """What was filed."""
        return sum(self[name] for name in RECEIVED)

    @property
    def resolved(self) -> int:
        """What was decided, by whatever date."""
        return sum(self[name] for name in RESOLVED)

    @property
    def ended(self) -> int:
        """What ended without a result."""
        return sum(self[name] for name in ENDED)

    @property
    def open(self) -> int:
        """What is left of the filed; summed from the first day it is what is in progress."""
        return self.received - self.resolved - self.ended

    @property
    def judged(self) -> int:
        """What was decided and had a limit."""
        return self.resolved - self['unlimited']


@dataclass(frozen=True)
class Figures:
    """Everything that is told of one slice and period."""

    counts: Counts
    before: int
    """In progress when the period began."""
    after: int
    """In progress when it ended."""
    median: float | None
    """Working minutes, as ``ninetieth``; None of too few."""
    ninetieth: float | None
    series: tuple[tuple[date, Counts], ...]
    """By day, or by month."""


async def figures(db: AsyncSession, wanted: Slice, period: Period, *, fewest: int = 1) -> Figures:
    """Return the figures of a slice in a period; percentiles of at least ``fewest`` dossiers."""
    counts = await totals(db, wanted, period.first, period.last)
    before = (await totals(db, wanted, date.min, period.first - timedelta(days=1))).open
    times = await minutes(db, wanted, period.first, period.last) if counts.resolved >= fewest else {}
    series = await by_time(db, wanted, period)
    after = before + counts.open
    return Figures(counts, before, after, percentile(times, 0.5), percentile(times, 0.9), series)


async def totals(db: AsyncSession, wanted: Slice, first: date, last: date) -> Counts:
    """Return the counts of a slice between two days, both included."""
    found: dict[str, int] = defaultdict(int)
    for grain, begin, end in parts(first, last):
        row = (await db.execute(_between(_sums(), Tally, wanted, grain, begin, end))).one()
        for name, value in zip(MEASURES, row, strict=True):
            found[name] += int(value or 0)
    return Counts(found)


async def minutes(db: AsyncSession, wanted: Slice, first: date, last: date) -> dict[int, int]:
    """Return how many dossiers lie in each bucket of working minutes."""
    found: dict[int, int] = defaultdict(int)
    for grain, begin, end in parts(first, last):
        columns: tuple[Any, ...] = (TallyMinutes.bucket, func.sum(TallyMinutes.number))
        query = _between(select(*columns), TallyMinutes, wanted, grain, begin, end)
        for bucket, number in await db.execute(query.group_by(TallyMinutes.bucket)):
            found[bucket] += int(number)
    return found


async def by_time(db: AsyncSession, wanted: Slice, period: Period) -> tuple[tuple[date, Counts], ...]:
    """Return the counts day by day of a short period, month by month of a long one; days without any are left out."""
    found: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    stretches = [(DAY, period.first, period.last)] if period.by_day else parts(period.first, period.last)
    for grain, begin, end in stretches:
        query = _between(_sums(Tally.start), Tally, wanted, grain, begin, end).group_by(Tally.start)
        for start, *values in await db.execute(query):
            there = found[start if period.by_day or grain == MONTH else start.replace(day=1)]
            for name, value in zip(MEASURES, values, strict=True):
                there[name] += int(value)
    return tuple((start, Counts(found[start])) for start in sorted(found))


async def by_unit(db: AsyncSession, units: Collection[str], period: Period) -> dict[str, Counts]:
    """Return the counts of each of some units."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for grain, begin, end in parts(period.first, period.last):
        query = _between(_sums(Tally.unit_id), Tally, Slice(frozenset(units)), grain, begin, end)
        for unit_id, *values in await db.execute(query.group_by(Tally.unit_id)):
            for name, value in zip(MEASURES, values, strict=True):
                found[unit_id][name] += int(value)
    return {unit_id: Counts(counts) for unit_id, counts in found.items()}


def _sums(*columns: Any) -> Select[Any]:
    return select(*columns, *(func.sum(getattr(Tally, name)) for name in MEASURES))


def _between(
    query: Select[Any], table: type[Tally] | type[TallyMinutes], wanted: Slice, grain: int, begin: date, end: date
) -> Select[Any]:
    return query.where(table.grain == grain, *wanted.where(table), table.start >= begin, table.start <= end)


def _in(column: Any, ids: frozenset[str] | None) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column == ALL if ids is None else column.in_(sorted(ids))
    return condition
