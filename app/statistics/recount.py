"""The same figures once more, from the events and what they rest on; one unit at a time, so that memory stays small."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import local
from app.db import read, write
from app.statistics.counting import facts, opinion_of
from app.statistics.measures import COUNTED, KEY, MEASURES, Change, changes, opinion
from app.statistics.slices import Cells, Slice, write_cells
from models import Dossier, DueDate, Event, JunkMark, Rating, Tally, TallyMinutes
from models.enums import DueKind
from models.statistics import ALL

_OF_DOSSIER = (
    Dossier.id, Dossier.resolving_unit_id, Dossier.procedure_id, Dossier.channel, Dossier.delivery, Dossier.queued_at,
    Dossier.refused_at, Dossier.lawful_at, Dossier.promised_at, Dossier.supplement_count, Dossier.reused,
    Dossier.worked_minutes,
)  # fmt: skip


Tell = Callable[[int, int], None]
"""Called after each unit with how many are counted, and of how many."""


def silent(_units: int, _of: int) -> None:
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
    """Compare every count with a recount from the events; stops at the first unit that differs."""
    whole, number, units = Cells(), 0, 0
    async with read() as db:
        await _hold_still(db)
        async for unit_id, cells in _units(db, tell):
            found = _first_difference(await _stored(db, unit_id), cells)
            if found:
                return Verdict(number, units, found)
            number, units = number + len(cells.counts), units + 1
            _gather(whole, cells)
        found = _first_difference(await _stored(db, ALL), whole)
    return Verdict(number + len(whole.counts), units, found)


async def rebuild(tell: Tell = silent) -> int:
    """Write every count anew from the events. Returns the number of slices."""
    async with write() as db:
        await db.execute(delete(Tally))
        await db.execute(delete(TallyMinutes))
    whole, number = Cells(), 0
    async with read() as db:
        async for _, cells in _units(db, tell):
            number += len(cells.counts)
            _gather(whole, cells)
            async with write() as writer:
                await write_cells(writer, cells)
    async with write() as writer:
        await write_cells(writer, whole)
    return number + len(whole.counts)


async def _hold_still(db: AsyncSession) -> None:
    """See one moment of the database, whatever is counted meanwhile. SQLite does so by itself."""
    if db.get_bind().dialect.name == 'postgresql':
        await db.connection(execution_options={'isolation_level': 'REPEATABLE READ'})


async def _units(db: AsyncSession, tell: Tell) -> AsyncIterator[tuple[str, Cells]]:
    """Yield each unit that anything is counted for, with its slices as the events say."""
    ids = set((await db.execute(select(Dossier.resolving_unit_id).distinct())).scalars())
    ids |= set((await db.execute(select(Tally.unit_id).distinct())).scalars())
    known = sorted(ids - {ALL})
    for number, unit_id in enumerate(known, 1):
        yield unit_id, await recounted(db, unit_id)
        tell(number, len(known))


async def recounted(db: AsyncSession, unit_id: str) -> Cells:
    """Return the slices of one unit, for each procedure and for all."""
    mine = Dossier.resolving_unit_id == unit_id
    dossiers = {row.id: row for row in (await db.execute(select(*_OF_DOSSIER).where(mine))).all()}
    receptions: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    dates = select(DueDate.dossier_id, DueDate.set_at, DueDate.at).join(Dossier, Dossier.id == DueDate.dossier_id)
    dates = dates.where(mine, DueDate.kind == DueKind.RECEPTION).order_by(DueDate.number)
    for one, set_at, at in (await db.execute(dates)).all():
        receptions[one].append((set_at, at))
    marks = select(JunkMark.dossier_id).join(Dossier, Dossier.id == JunkMark.dossier_id).where(mine)
    junk = set((await db.execute(marks)).scalars())
    known = {key: facts(row, key in junk, tuple(receptions[key])) for key, row in dossiers.items()}
    cells = Cells()
    columns = (Event.dossier_id, Event.action, Event.from_status, Event.happened_at)
    events = select(*columns).join(Dossier, Dossier.id == Event.dossier_id)
    events = events.where(mine, Event.subject == 'dossier', Event.action.in_([str(a) for a in COUNTED]))
    for dossier_id, action, before, at in (await db.execute(events)).all():
        fact = known[str(dossier_id)]
        cells.add(fact.unit_id, fact.procedure_id, changes(action, before, at, fact))
    await _opinions(db, unit_id, cells)
    return _only(cells, unit_id)


async def _opinions(db: AsyncSession, unit_id: str, cells: Cells) -> None:
    """Add the ratings of a unit: each on the day of its event, as it stands."""
    rows = select(Rating, Event.happened_at).join(Event, Event.id == Rating.event_id).where(Rating.unit_id == unit_id)
    for rating, at in (await db.execute(rows)).all():
        said = opinion_of(rating)
        counts = opinion(said['level'], said['parts'])
        cells.add(unit_id, rating.procedure_id, [Change(local(at).date(), counts)])


def _only(cells: Cells, unit_id: str) -> Cells:
    """Leave what is counted of all units to the end."""
    found = Cells()
    found.counts.update({cell: counts for cell, counts in cells.counts.items() if cell[1] == unit_id})
    found.minutes.update({key: n for key, n in cells.minutes.items() if key[0][1] == unit_id})
    return found


def _gather(whole: Cells, cells: Cells) -> None:
    """Add the slices of a unit to those of all units."""
    for (grain, _, procedure_id, start), counts in cells.counts.items():
        to = whole.counts[grain, ALL, procedure_id, start]
        for name, number in counts.items():
            to[name] += number
    for ((grain, _, procedure_id, start), bucket), number in cells.minutes.items():
        whole.minutes[(grain, ALL, procedure_id, start), bucket] += number


Flat = dict[tuple[Slice, str], int]


async def _stored(db: AsyncSession, unit_id: str) -> Flat:
    """Return what stands in the tables for a unit, without what is nought."""
    columns = [getattr(Tally, name) for name in (*KEY, *MEASURES)]
    found: Flat = {}
    for row in (await db.execute(select(*columns).where(Tally.unit_id == unit_id))).all():
        cell: Slice = (row[0], row[1], row[2], row[3])
        found |= {(cell, name): value for name, value in zip(MEASURES, row[4:], strict=True) if value}
    times = select(*[getattr(TallyMinutes, name) for name in (*KEY, 'bucket', 'number')])
    for grain, unit, procedure, start, bucket, number in await db.execute(times.where(TallyMinutes.unit_id == unit_id)):
        if number:
            found[(grain, unit, procedure, start), f'minutes_{bucket}'] = number
    return found


def _first_difference(stored: Flat, cells: Cells) -> Difference | None:
    """Return the first slice, in the order of the table, that is counted otherwise."""
    said = {(cell, name): n for cell, counts in cells.counts.items() for name, n in counts.items() if n}
    said |= {(cell, f'minutes_{bucket}'): n for (cell, bucket), n in cells.minutes.items() if n}
    if stored == said:
        return None
    cell, measure = min(key for key in stored.keys() | said.keys() if stored.get(key) != said.get(key))
    return Difference(*cell, measure, stored.get((cell, measure), 0), said.get((cell, measure), 0))
