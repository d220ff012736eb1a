"""Slices: the cells of the tables into which one change goes, and how they are written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.statistics.buckets import bucket_of
from app.statistics.measures import MEASURES, Change
from models import Tally, TallyMinutes
from models.statistics import ALL, DAY, MONTH

Slice = tuple[int, str, str, date]
"""Grain, unit, procedure, first day."""
Counts = dict[str, int]
BULK = 100
"""Slices from which on all are written by one statement: an act has few, a recount thousands."""


class Cells:
    """Counts by slice, gathered before they are written or compared."""

    def __init__(self) -> None:
        self.counts: dict[Slice, Counts] = defaultdict(lambda: defaultdict(int))
        self.minutes: dict[tuple[Slice, int], int] = defaultdict(int)

    def add(self, unit_id: str, procedure_id: str, changes: Iterable[Change]) -> None:
        """Add changes to every slice they belong to."""
        for change in changes:
            for cell in slices(unit_id, procedure_id, change.day):
                counts = self.counts[cell]
                for name, number in change.counts.items():
                    counts[name] += number
                if change.minutes is not None:
                    self.minutes[cell, bucket_of(change.minutes)] += 1


def slices(unit_id: str, procedure_id: str, day: date) -> Iterator[Slice]:
    """Yield the slices of a day: its own and its month's, of the unit and of all, of the procedure and of all."""
    for grain, start in ((DAY, day), (MONTH, day.replace(day=1))):
        for unit in (ALL, unit_id):
            for procedure in (ALL, procedure_id):
                yield grain, unit, procedure, start


async def write_cells(db: AsyncSession, cells: Cells) -> None:
    """Add what was gathered to what stands, in one order, so that no two writers wait for each other."""
    by_names: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for cell, counts in sorted(cells.counts.items()):
        if len(cells.counts) > BULK:
            counts = dict.fromkeys(MEASURES, 0) | counts
        by_names[tuple(sorted(counts))].append(_key(cell) | counts)
    for names, rows in sorted(by_names.items()):
        await db.execute(_upsert(Tally, names, db.get_bind().dialect.name), rows)
    times = [_key(cell) | {'bucket': b, 'number': n} for (cell, b), n in sorted(cells.minutes.items())]
    if times:
        await db.execute(_upsert(TallyMinutes, ('number',), db.get_bind().dialect.name), times)


def _key(cell: Slice) -> dict[str, Any]:
    grain, unit_id, procedure_id, start = cell
    return {'grain': grain, 'unit_id': unit_id, 'procedure_id': procedure_id, 'start': start}


@cache
def _upsert(table: type[Tally] | type[TallyMinutes], names: tuple[str, ...], dialect: str) -> Any:
    """Return the statement that inserts a row or adds to it."""
    rows: Any = table.__table__  # type: ignore[union-attr]
    insert = (postgresql if dialect == 'postgresql' else sqlite).insert(rows)
    added = {name: rows.c[name] + insert.excluded[name] for name in names}
    return insert.on_conflict_do_update(index_elements=list(rows.primary_key.columns), set_=added)
