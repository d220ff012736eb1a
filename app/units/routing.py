"""Which unit a filing goes to, and which units stand above one."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.db import read
from app.errors import WrongState
from app.procedures.schema import ProcedureSpec
from app.units.names import name_of
from app.units.queries import tree
from models import Unit


async def filing_unit(db: AsyncSession, actor: Actor, _spec: ProcedureSpec) -> Unit:
    """Return the agency that receives and resolves a filing: that of an officer of reception, else the portal's.

    Raises:
        WrongState: no unit is set up yet.
    """
    units = await tree(db)
    own = [
        units.top_of(g.unit_id)
        for g in actor.grants
        if units.exists(g.unit_id) and actor.may(Permission.DOSSIER_RECEIVE, g.unit_id)
    ]
    there = own or [top for top in units.tops() if units.exists(top)]
    if not there:
        raise WrongState('dossier.no_unit')
    return units.units[there[0]]


async def agencies(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Return every agency that exists today as (id, name), those of the officer who asks first."""
    async with read() as db:
        units = await tree(db)
        own = {units.top_of(g.unit_id) for g in actor.grants}
        there = [units.units[top] for top in units.tops() if units.exists(top)]
    found = sorted(there, key=lambda unit: (unit.id not in own, unit.name))
    return tuple((unit.id, name_of(unit, actor.lang)) for unit in found)


async def above(db: AsyncSession, unit_id: str) -> list[str]:
    """Return a unit and all units above it: a grant in any of them reaches it."""
    units = (await tree(db)).units
    found = []
    at: str | None = unit_id
    while at is not None and at in units:
        found.append(at)
        at = units[at].parent_id
    return found
