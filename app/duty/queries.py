"""Read who is on duty: everybody may."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from app.access import Actor, Permission
from app.db import read
from app.remembered import remembered
from app.units.queries import UnitCard, card, tree
from models import DutyPost


@dataclass(frozen=True)
class Post:
    """Somebody on duty; ``version`` goes back with a change."""

    id: str
    name: str
    title: str
    work: str
    phone: str
    hours: str
    version: int

    @property
    def dialled(self) -> str:
        """What a telephone dials: without an extension or the second of two numbers."""
        first = re.split(r'[(/]', self.phone)[0]
        return ''.join(c for c in first if c.isdigit() or c == '+')


@dataclass(frozen=True)
class Desk:
    """A unit that receives people, with those on duty there."""

    unit: UnitCard
    posts: tuple[Post, ...]


async def desks(_actor: Actor, lang: str = 'vi') -> tuple[Desk, ...]:
    """Return the units that have somebody on duty, each above its parts."""
    return tuple(desk for desk in await _desks(lang) if desk.posts)


async def managed_desks(actor: Actor) -> tuple[Desk, ...]:
    """Return the units of those who manage units, with or without anybody on duty."""
    reach = actor.units(Permission.UNIT_MANAGE)
    return tuple(desk for desk in await _read(actor.lang) if desk.unit.id in reach)


async def _read(lang: str) -> tuple[Desk, ...]:
    async with read() as db:
        all_units = await tree(db)
        rows = (await db.execute(select(DutyPost).order_by(DutyPost.position, DutyPost.id))).scalars().all()
    by_unit: dict[str, list[Post]] = {}
    for row in rows:
        post = Post(row.id, row.name, row.title or '', row.work, row.phone, row.hours or '', row.version)
        by_unit.setdefault(row.unit_id, []).append(post)
    units = [all_units.units[i] for i, _ in all_units.walk() if all_units.exists(i)]
    return tuple(Desk(card(unit, lang), tuple(by_unit.get(unit.id, ()))) for unit in units)


_desks = remembered(_read)
