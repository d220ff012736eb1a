"""Read units: the tree with its dates, and what is printed above and below documents."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import today
from app.db import public_state, read
from app.errors import NotFound
from app.i18n import LANGUAGES
from app.remembered import remembered
from models import Unit


@dataclass(frozen=True)
class UnitCard:
    """A unit as visitors see it."""

    id: str
    code: str
    name: str
    name_en: str | None
    parent_name: str
    address: str
    phone: str
    email: str
    hours_text: str


@dataclass(frozen=True)
class UnitRow:
    """A unit as those who manage it see it; ``version`` goes back with a change."""

    id: str
    code: str
    name: str
    name_en: str | None
    parent_id: str | None
    is_one_stop: bool
    letterhead: dict[str, str]
    valid_from: date
    valid_to: date | None
    version: int
    depth: int
    """0 for an agency, 1 for its parts, and so on."""
    may_manage: bool


class Tree:
    """All units on one day."""

    def __init__(self, units: list[Unit], day: date) -> None:
        self.units = {u.id: u for u in units if u.valid_from <= day}
        self.day = day
        self._below: dict[str | None, list[str]] = defaultdict(list)
        for unit in sorted(self.units.values(), key=lambda u: (u.valid_from, u.code)):
            self._below[unit.parent_id].append(unit.id)
        self._reach: dict[str, frozenset[str]] = {}

    def exists(self, unit_id: str) -> bool:
        """Tell whether the unit works on this day."""
        unit = self.units.get(unit_id)
        return unit is not None and (unit.valid_to is None or unit.valid_to >= self.day)

    def reach(self, unit_id: str) -> frozenset[str]:
        """Return the unit and all below it; nothing once the unit itself has ended.

        A part that has ended still counts: what it left unfinished belongs to the unit above.
        """
        if unit_id not in self._reach:
            self._reach[unit_id] = frozenset(i for i, _ in self.walk(unit_id)) if self.exists(unit_id) else frozenset()
        return self._reach[unit_id]

    def walk(self, start: str | None = None) -> list[tuple[str, int]]:
        """Return (unit, depth) from a unit downwards, or of the whole forest, each above its parts."""
        found: list[tuple[str, int]] = []
        waiting = [(start, 0)] if start is not None else [(top, 0) for top in reversed(self.tops())]
        while waiting:
            unit_id, depth = waiting.pop()
            found.append((unit_id, depth))
            waiting += [(below, depth + 1) for below in reversed(self._below[unit_id])]
        return found

    def tops(self) -> list[str]:
        """Return the units that stand above all others, the oldest first."""
        return list(self._below[None])

    def top_of(self, unit_id: str) -> str:
        """Return the agency that a unit belongs to."""
        while parent := self.units[unit_id].parent_id:
            unit_id = parent
        return unit_id


_Mark = tuple[int, int, str | None, str | None, date]
_cached: tuple[_Mark, Tree, int | None] | None = None


async def tree(db: AsyncSession) -> Tree:
    """Return the units of today. Read again only when a unit was added or changed, or the day did.

    The mark is taken in the database, so a change made by another process counts as well; where there is no other, we know.
    """
    global _cached
    state = public_state(db)
    if _cached is not None and state is not None and _cached[2] == state and _cached[0][4] == today():
        return _cached[1]
    query = select(
        func.count(), func.coalesce(func.sum(Unit.version), 0), func.min(Unit.id), func.max(Unit.id)
    ).select_from(Unit)
    count, versions, first, last = (await db.execute(query)).one()
    mark = (count, int(versions), first, last, today())
    if _cached is not None and _cached[0] == mark:
        _cached = (mark, _cached[1], state)
    else:
        units = list((await db.execute(select(Unit))).scalars())
        for unit in units:
            db.expunge(unit)
        _cached = (mark, Tree(units, mark[4]), state)
    return _cached[1]


async def decides_for_all(actor: Actor, permission: Permission) -> bool:
    """Tell whether what holds for every unit is this actor's to change: the common calendar, procedures, their fees."""
    async with read() as db:
        return await may_for_all(db, actor, permission)


async def may_for_all(db: AsyncSession, actor: Actor, permission: Permission) -> bool:
    """Tell the same within a session: whoever has the permission in the agency whose portal this is, above all others."""
    agency = portal_of(await tree(db))
    return agency is not None and actor.may(permission, agency)


def portal_of(all_units: Tree) -> str | None:
    """Return the agency whose portal this is: the first of those that stand above all others. None before there is one."""
    return next((top for top in all_units.tops() if all_units.exists(top)), None)


@remembered
async def _shown() -> Tree:
    """Return the units of today as visitors see them."""
    async with read() as db:
        return await tree(db)


async def home_unit(actor: Actor) -> UnitCard | None:
    """Return the agency whose portal this is: an officer's own, else the first. None before there is one."""
    all_units = await _shown()
    own = [all_units.top_of(g.unit_id) for g in actor.grants if all_units.exists(g.unit_id)]
    home = own[0] if own else portal_of(all_units)
    return card(all_units.units[home], actor.lang) if home else None


async def unit_card(actor: Actor, unit_id: str) -> UnitCard:
    """Return one unit; what visitors see is public."""
    all_units = await _shown()
    if unit_id not in all_units.units:
        raise NotFound()
    return card(all_units.units[unit_id], actor.lang)


def card(unit: Unit, lang: str) -> UnitCard:
    """Write a unit's card in a language; Vietnamese stands in where English is missing."""

    def line(key: str) -> str:
        head = unit.letterhead
        return str((lang != LANGUAGES[0] and head.get(f'{key}_{lang}')) or head.get(key) or '')

    return UnitCard(
        unit.id,
        unit.code,
        unit.name,
        unit.name_en,
        parent_name=line('parent_name'),
        address=line('address'),
        phone=line('phone'),
        email=line('email'),
        hours_text=line('hours_text'),
    )


async def units(actor: Actor) -> list[UnitRow]:
    """Return the units of those who manage units or people, within their reach, each above its parts."""
    managed = actor.units(Permission.UNIT_MANAGE)
    seen = managed | actor.units(Permission.PERSON_MANAGE)
    async with read() as db:
        everything = Tree(list((await db.execute(select(Unit))).scalars()), date.max)
    return [_row(everything.units[i], depth, i in managed) for i, depth in everything.walk() if i in seen]


def _row(unit: Unit, depth: int, may_manage: bool) -> UnitRow:
    return UnitRow(
        unit.id,
        unit.code,
        unit.name,
        unit.name_en,
        unit.parent_id,
        unit.is_one_stop,
        dict(unit.letterhead),
        unit.valid_from,
        unit.valid_to,
        unit.version,
        depth,
        may_manage,
    )
