"""Where a draft goes when it is sent: who receives it, and who decides."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.db import read
from app.dossiers.loading import load_draft
from app.procedures import queries as catalogue
from app.procedures.schema import ProcedureSpec
from app.units.names import name_of
from app.units.queries import tree
from app.units.routing import filing_unit
from models import Dossier, Draft, Unit


@dataclass(frozen=True)
class Destination:
    """Names of who will receive a draft, and who decides on it; ``resolving`` is empty where that is the same unit."""

    receiving: str
    resolving: str


async def destination(actor: Actor, token: str) -> Destination:
    """Return where a draft would go now. Raises WrongState: no unit is set up yet."""
    async with read() as db:
        draft = await load_draft(db, actor, token)
        replaced = await db.get(Dossier, draft.replaces_dossier_id) if draft.replaces_dossier_id else None
        receiving, resolving = await units_of(db, actor, await catalogue.spec_of(db, draft.version_id), draft, replaced)
    names = [name_of(unit, actor.lang) for unit in (receiving, resolving)]
    return Destination(names[0], '' if resolving.id == receiving.id else names[1])


async def units_of(
    db: AsyncSession, actor: Actor, spec: ProcedureSpec, draft: Draft, replaced: Dossier | None = None
) -> tuple[Unit, Unit]:
    """Return who receives and who resolves: the agency that receives a filing also decides, unless it takes it for another.

    What takes the place of another filing stays with those who asked for it.
    """
    units = (await tree(db)).units
    if replaced is not None:
        return units[replaced.receiving_unit_id], units[replaced.resolving_unit_id]
    unit = await filing_unit(db, actor, spec)
    return unit, units[draft.resolving_unit_id] if draft.resolving_unit_id else unit
