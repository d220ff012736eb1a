"""Everything that the public page of figures, its files and its wall screen tell: no person, no piece that is too small."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now, today
from app.db import read
from app.errors import NotFound
from app.procedures.schema import Text
from app.statistics import each, published
from app.statistics.buckets import percentile
from app.statistics.each import Which
from app.statistics.periods import Kind, Period, months_on
from app.statistics.present import Present, present
from app.statistics.published import FEWEST, Told
from app.statistics.queries import Counts, Figures, Slice, by_unit, figures
from app.statistics.register import Entry, Register, fields, private_ids, register
from app.statistics.satisfaction import Opinion, Satisfaction, added_up, satisfaction, settled
from app.units.queries import Tree, tree
from models import Unit


@dataclass(frozen=True)
class Asked:
    """What an address asks for, as it stands there."""

    period: Period
    unit: str = ''
    """Code; empty: all units."""
    field: str = ''
    procedure: str = ''
    """Slug."""

    @property
    def is_narrow(self) -> bool:
        """A field or a procedure is asked for."""
        return bool(self.field or self.procedure)


@dataclass(frozen=True)
class Named:
    """A unit to choose."""

    code: str
    name: Text
    depth: int


@dataclass(frozen=True)
class Opinions:
    """How satisfied people are, in whole months: of all, by unit, by field and by procedure."""

    found: Satisfaction
    by_unit: tuple[tuple[Named, Opinion], ...]
    by_field: tuple[tuple[str, Text, Opinion], ...]
    by_procedure: tuple[tuple[Entry, Opinion], ...]


@dataclass(frozen=True)
class Board:
    """What is told."""

    asked: Asked
    made_at: datetime
    found: Figures
    now: Present | None
    """None where a field or a procedure is asked for."""
    units: tuple[Named, ...]
    fields: Mapping[str, Text]
    procedures: tuple[Entry, ...]
    """Those to choose from: of the chosen field, those of which something is told, and the chosen one."""
    by_unit: tuple[tuple[Named, Counts], ...]
    by_procedure: tuple[tuple[Entry, Counts], ...]
    rest: Counts
    months: tuple[date, ...]
    """The months that are told by procedure."""
    opinion: Opinions


async def board(asked: Asked) -> Board:
    """Return the figures that an address asks for. Raises NotFound: there is no such unit, field or procedure."""
    async with read() as db:
        all_units, procedures = await tree(db), await register(db)
        chosen, units = _chosen(asked, procedures), _reach(all_units, asked.unit)
        private = private_ids(procedures)
        months = _months(asked)
        told = await published.told(db, units, months, private)
        found = await _figures(db, asked, units, told, chosen)
        listed = _listed(all_units)
        rows = await by_unit(db, all_units.units, asked.period) if not asked.unit and not asked.is_narrow else {}
        standing = None if asked.is_narrow else await present(db, units)
        opinion = await satisfaction(db, units, settled(asked.period), private, chosen)
    return Board(
        asked=asked,
        made_at=now(),
        found=found,
        now=standing,
        units=tuple(listed.values()),
        fields=dict(sorted(fields(procedures).items(), key=lambda one: one[1].vi)),
        procedures=_offered(asked, told, procedures),
        by_unit=tuple((listed[i], rows[i]) for i in listed if i in rows) if len(rows) > 1 else (),
        by_procedure=_by_procedure(told, procedures, chosen),
        rest=told.rest,
        months=months,
        opinion=_opinions(opinion, listed, procedures),
    )


async def drill_down(asked: Asked, which: Which, page: int) -> tuple[each.Page, Mapping[str, Unit]]:
    """Return a page of single dossiers of a unit, and the units by their ids. Raises NotFound."""
    async with read() as db:
        all_units, procedures = await tree(db), await register(db)
        units = _reach(all_units, asked.unit) or frozenset(all_units.units)
        found = await each.listed(db, units, asked.period, which, private_ids(procedures), page)
    return found, all_units.units


async def choices() -> tuple[Named, ...]:
    """Return the units to choose from, each above its parts."""
    async with read() as db:
        return tuple(_listed(await tree(db)).values())


def _opinions(found: Satisfaction, units: Mapping[str, Named], procedures: Register) -> Opinions:
    known = [(procedures[one], opinion) for one, opinion in found.by_procedure if one in procedures]
    by_field = [
        (key, name, added_up(opinion for entry, opinion in known if entry.field == key))
        for key, name in fields(procedures).items()
        if any(entry.field == key for entry, _ in known)
    ]
    by_unit = [(named, opinion) for i, named in units.items() for unit, opinion in found.by_unit if unit == i]
    return Opinions(
        found,
        tuple(by_unit) if len(by_unit) > 1 else (),
        tuple(sorted(by_field, key=lambda one: one[1].vi)),
        tuple(sorted(known, key=lambda one: (-one[1].rated, one[0].name.vi))),
    )


def _listed(all_units: Tree) -> dict[str, Named]:
    walked = [(all_units.units[i], depth) for i, depth in all_units.walk()]
    return {u.id: Named(u.code, Text(vi=u.name, en=u.name_en), depth) for u, depth in walked}


def _reach(all_units: Tree, code: str) -> frozenset[str] | None:
    """Return the unit with all below it; None for all units."""
    if not code:
        return None
    unit = next((u for u in all_units.units.values() if u.code == code), None)
    if unit is None:
        raise NotFound()
    return all_units.reach(unit.id) or frozenset({unit.id})


def _chosen(asked: Asked, procedures: Register) -> frozenset[str] | None:
    """Return the procedures of a field or the one named; private ones do not exist here. None: nothing is asked for."""
    if not asked.is_narrow:
        return None
    found = frozenset(
        p.id
        for p in procedures.values()
        if not p.private and asked.procedure in ('', p.slug) and asked.field in ('', p.field)
    )
    if not found and not (asked.field and asked.procedure):
        raise NotFound()
    return found


def _months(asked: Asked) -> tuple[date, ...]:
    """Return the months that are over; where the period has none and a procedure is asked for, the last one before."""
    months = asked.period.months(today())
    if months or not asked.is_narrow:
        return months
    last = min(months_on(today(), -1), asked.period.first.replace(day=1))
    return (last,)


async def _figures(
    db: AsyncSession, asked: Asked, units: frozenset[str] | None, told: Told, chosen: frozenset[str] | None
) -> Figures:
    """Return exact figures of all procedures, or sums of told pieces of some."""
    if chosen is None:
        return await figures(db, Slice(units), asked.period, fewest=FEWEST)
    times = await published.minutes_of(db, told, chosen)
    counts = told.whole(chosen)
    return Figures(counts, 0, 0, percentile(times, 0.5), percentile(times, 0.9), told.series(chosen))


def _offered(asked: Asked, told: Told, procedures: Register) -> tuple[Entry, ...]:
    known = (p for p in procedures.values() if not p.private and asked.field in ('', p.field))
    found = (p for p in known if p.id in told.by_procedure or p.slug == asked.procedure)
    return tuple(sorted(found, key=lambda p: p.name.vi))


def _by_procedure(told: Told, procedures: Register, chosen: frozenset[str] | None) -> tuple[tuple[Entry, Counts], ...]:
    rows = [
        (procedures[one], told.whole([one]))
        for one in told.by_procedure
        if one in procedures and (chosen is None or one in chosen)
    ]
    return tuple(sorted(rows, key=lambda row: (-row[1].resolved, row[0].name.vi)))


def this_month() -> Period:
    """Return the period that is shown where nothing else is asked for."""
    return Period.around(Kind.MONTH, today(), today())
