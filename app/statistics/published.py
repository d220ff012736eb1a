"""What may be told by procedure or field without telling of anybody.

The smallest piece is one procedure in one unit in one month that is over. A piece is told when at least ``FEWEST``
dossiers were filed and as many were resolved in it and the procedure is not private. All that is not told of a unit's
month lies in one remainder, and the remainder has no dossiers or at least ``FEWEST`` as well: where it would have fewer,
the smallest told piece goes in with it. Whatever is shown by procedure or field (longer periods, fields, several units)
is a sum of told pieces, so that no difference of two figures gives away a piece that is not told.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now
from app.statistics.measures import MEASURES
from app.statistics.queries import Counts
from models import Tally, TallyMinutes
from models.statistics import ALL, MONTH

FEWEST = 5
"""Fewer dossiers than this could be somebody."""
KEPT, MOST_KEPT = timedelta(minutes=10), 64
Piece = tuple[str, date]
"""Unit and month."""


@dataclass(frozen=True)
class Told:
    """What is told by procedure of some units and months. ``rest``: everything else of these units and months."""

    by_procedure: dict[str, dict[date, Counts]]
    rest: Counts
    pieces: frozenset[tuple[str, str, date]]
    """(procedure, unit, month) that are told."""

    def whole(self, procedures: Iterable[str]) -> Counts:
        """Return the sum of some procedures."""
        return added(c for one in procedures for c in self.by_procedure.get(one, {}).values())

    def series(self, procedures: Iterable[str]) -> tuple[tuple[date, Counts], ...]:
        """Return their sums month by month."""
        found: dict[date, list[Counts]] = defaultdict(list)
        for one in procedures:
            for month, counts in self.by_procedure.get(one, {}).items():
                found[month].append(counts)
        return tuple((month, added(found[month])) for month in sorted(found))


Key = tuple[frozenset[str] | None, tuple[date, ...]]
_kept: OrderedDict[Key, tuple[datetime, Told]] = OrderedDict()


def forget() -> None:
    """Drop what is kept in memory: another database was opened."""
    _kept.clear()


async def told(db: AsyncSession, units: frozenset[str] | None, months: Sequence[date], private: frozenset[str]) -> Told:
    """Return what is told of some units (None: all) in months that are over. Kept for a while: such months hardly change."""
    key = (units, tuple(months))
    known = _kept.get(key)
    if known is None or not timedelta() <= now() - known[0] < KEPT:
        known = _kept[key] = (now(), await _read(db, units, months, private))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return known[1]


async def minutes_of(db: AsyncSession, found: Told, procedures: frozenset[str]) -> dict[int, int]:
    """Return how many dossiers of told pieces lie in each bucket of working minutes."""
    pieces = {piece for piece in found.pieces if piece[0] in procedures}
    months, columns = {month for _, _, month in pieces}, (
        TallyMinutes.procedure_id, TallyMinutes.unit_id, TallyMinutes.start, TallyMinutes.bucket, TallyMinutes.number,
    )  # fmt: skip
    query = select(*columns).where(TallyMinutes.grain == MONTH, TallyMinutes.start.in_(months))
    query = query.where(
        TallyMinutes.unit_id.in_({unit for _, unit, _ in pieces}), TallyMinutes.procedure_id.in_(procedures)
    )
    buckets: dict[int, int] = defaultdict(int)
    for procedure, unit, month, bucket, number in await db.execute(query):
        if (procedure, unit, month) in pieces:
            buckets[bucket] += number
    return buckets


async def _read(
    db: AsyncSession, units: frozenset[str] | None, months: Sequence[date], private: frozenset[str]
) -> Told:
    shown: dict[str, dict[date, list[Counts]]] = defaultdict(lambda: defaultdict(list))
    rests, names = [], set()
    for (unit, month), (kept, rest) in (await by_piece(db, units, months, private)).items():
        rests.append(rest)
        for procedure, counts in kept.items():
            shown[procedure][month].append(counts)
            names.add((procedure, unit, month))
    by_procedure = {one: {month: added(c) for month, c in there.items()} for one, there in shown.items()}
    return Told(by_procedure, added(rests), frozenset(names))


async def by_piece(
    db: AsyncSession, units: frozenset[str] | None, months: Sequence[date], private: frozenset[str]
) -> dict[Piece, tuple[dict[str, Counts], Counts]]:
    """Return of each unit's month that is over the procedures that are told, and the remainder of all others."""
    columns = [Tally.unit_id, Tally.start, Tally.procedure_id, *(getattr(Tally, name) for name in MEASURES)]
    query = select(*columns).where(Tally.grain == MONTH, Tally.unit_id != ALL, Tally.start.in_(months))
    if units is not None:
        query = query.where(Tally.unit_id.in_(units))
    received = Tally.received_online + Tally.received_counter + Tally.received_post
    resolved = Tally.early + Tally.on_time + Tally.late + Tally.unlimited
    enough = query.where(received >= FEWEST, resolved >= FEWEST, Tally.procedure_id.not_in(private | {ALL}))
    pieces: dict[Piece, dict[str, Counts]] = defaultdict(dict)
    for unit, month, procedure, *values in await db.execute(enough):
        pieces[unit, month][procedure] = _counts(values)
    wholes = await db.execute(query.where(Tally.procedure_id == ALL))
    return {(unit, month): apart(_counts(values), pieces[unit, month]) for unit, month, _, *values in wholes}


def apart(whole: Counts, pieces: dict[str, Counts]) -> tuple[dict[str, Counts], Counts]:
    """Return the pieces of one unit's month that are told, and the remainder of all others."""
    kept = dict(pieces)
    rest = _without(whole, kept.values())
    while kept and not (_hides(rest.received) and _hides(rest.resolved)):
        smallest = min(kept, key=lambda one: (kept[one].received + kept[one].resolved, one))
        del kept[smallest]
        rest = _without(whole, kept.values())
    return kept, rest


def _hides(number: int) -> bool:
    return number == 0 or number >= FEWEST


def _without(whole: Counts, pieces: Iterable[Counts]) -> Counts:
    gone = added(pieces)
    return Counts({name: whole[name] - gone[name] for name in MEASURES})


def _counts(values: Sequence[Any]) -> Counts:
    return Counts(dict(zip(MEASURES, values, strict=True)))


def added(many: Iterable[Counts]) -> Counts:
    """Return the sum of some counts."""
    found = dict.fromkeys(MEASURES, 0)
    for one in many:
        for name, value in one.by_name.items():
            found[name] += value
    return Counts(found)
