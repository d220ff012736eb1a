"""The same figures once more, from the events and what they rest on: each dossier is read once, then slices are compared."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import read, write
from app.statistics.measures import KEY, MEASURES
from app.statistics.slices import Cells, write_cells
from app.statistics.sums import Line, Sums
from app.statistics.walk import walk
from models import Dossier, Tally, TallyMinutes
from models.statistics import ALL, DAY, MONTH

Tell = Callable[[int, int], None]
"""Called now and then with how many dossiers are counted, and of how many."""


def silent(_dossiers: int, _of: int) -> None:
    """Tell nobody how far the recount is."""


@dataclass(frozen=True)
class Difference:
    """A slice whose count is not what the events say. ``minutes_N`` is a bucket of working minutes."""

    grain: int
    unit_id: str
    procedure_id: str
    start: date
    measure: str
    counted: int
    recounted: int


@dataclass(frozen=True)
class Verdict:
    """What a whole recount found."""

    slices: int
    units: int
    difference: Difference | None


async def verify(tell: Tell = silent) -> Verdict:
    """Compare every count with a recount from the events; stops at the first line that differs, single ones before sums."""
    number = 0
    units: set[str] = set()
    async with read() as db:
        await _hold_still(db)
        async with _recounted(db, tell) as (sums, lines):
            for line in _in_order({*lines, *await _stored_lines(db)}):
                said, stored = await sums.of(line), await _stored(db, line)
                found = await asyncio.to_thread(_first_difference, stored, said)
                if found:
                    return Verdict(number, len(units), found)
                number += len(said.counts)
                units |= {line[0]} - {ALL}
    return Verdict(number, len(units), None)


async def rebuild(tell: Tell = silent) -> int:
    """Write every count anew from the events. Returns the number of slices."""
    number = 0
    async with write() as db:
        await db.execute(delete(Tally))
        await db.execute(delete(TallyMinutes))
    async with read() as db, _recounted(db, tell) as (sums, lines):
        for _, of_unit in groupby(_in_order(set(lines)), key=lambda line: line[0]):
            cells = await sums.of(*of_unit)
            number += len(cells.counts)
            async with write() as writer:
                await write_cells(writer, cells)
    return number


async def _hold_still(db: AsyncSession) -> None:
    """See one moment of the database, whatever is counted meanwhile. SQLite does so by itself."""
    if db.get_bind().dialect.name == 'postgresql':
        await db.connection(execution_options={'isolation_level': 'REPEATABLE READ'})


@asynccontextmanager
async def _recounted(db: AsyncSession, tell: Tell) -> AsyncIterator[tuple[Sums, list[Line]]]:
    """Give what all acts add up to, and the lines that have any of it."""
    whole, done = (await db.execute(select(func.count()).select_from(Dossier))).scalar_one(), 0
    async with Sums() as sums:
        async for part in walk(db):
            await sums.add(part.changes())
            done += len(part.dossiers)
            tell(done, whole)
        yield sums, await sums.sort()


def _in_order(lines: set[Line]) -> list[Line]:
    """Return lines unit by unit; what is counted of all procedures, and of all units, comes last."""
    return sorted(lines, key=lambda line: (line[0] == ALL, line[0], line[1] == ALL, line[1]))


async def _stored_lines(db: AsyncSession) -> set[Line]:
    """Return the lines that anything is counted for."""
    found: set[Line] = set()
    for table in (Tally, TallyMinutes):
        rows = await db.execute(select(table.unit_id, table.procedure_id).distinct())
        found |= {(unit, procedure) for unit, procedure in rows}
    return found


async def _stored(db: AsyncSession, line: Line) -> Cells:
    """Return what stands in the tables for a line."""
    found, connection = Cells(), await db.connection()
    columns = [getattr(Tally, name) for name in (*KEY, *MEASURES)]
    for row in (await connection.execute(_of(line, select(*columns), Tally))).all():
        found.counts[row[0], row[1], row[2], row[3]] = dict(zip(MEASURES, row[4:], strict=True))
    times = select(*[getattr(TallyMinutes, name) for name in (*KEY, 'bucket', 'number')])
    for *cell, bucket, number in (await connection.execute(_of(line, times, TallyMinutes))).all():
        found.minutes[tuple(cell), bucket] = number
    return found


def _of(line: Line, query: Select[Any], table: type[Tally] | type[TallyMinutes]) -> Select[Any]:
    """Choose a line; both grains are named, so that it is found by the key of the table."""
    return query.where(table.grain.in_((DAY, MONTH)), table.unit_id == line[0], table.procedure_id == line[1])


def _first_difference(stored: Cells, said: Cells) -> Difference | None:
    """Return the first slice, in the order of the table, that is counted otherwise. What is nought is as if it was not there."""
    for cell in sorted(stored.counts.keys() | said.counts.keys()):
        was, told = stored.counts.get(cell, {}), said.counts.get(cell, {})
        for name in MEASURES:
            if was.get(name, 0) != told.get(name, 0):
                return Difference(*cell, name, was.get(name, 0), told.get(name, 0))
    if stored.minutes == said.minutes:
        return None
    for key in sorted(stored.minutes.keys() | said.minutes.keys()):
        if stored.minutes.get(key, 0) != said.minutes.get(key, 0):
            (cell, bucket), counts = key, (stored.minutes.get(key, 0), said.minutes.get(key, 0))
            return Difference(*cell, f'minutes_{bucket}', *counts)
    return None
