"""The procedures that figures are told by, with their field and whether they are private."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import public_changes
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from models import Procedure, ProcedureVersion


@dataclass(frozen=True)
class Entry:
    """One procedure. ``private``: told only within figures of all procedures together."""

    id: str
    slug: str
    name: Text
    field: str
    field_name: Text
    private: bool


Register = dict[str, Entry]
_kept: dict[int, Register] = {}


async def register(db: AsyncSession) -> Register:
    """Return every procedure by its id; read again only when the catalogue has changed."""
    mark = public_changes()
    if mark not in _kept:
        _kept.clear()
        _kept[mark] = await _read(db)
    return _kept[mark]


async def _read(db: AsyncSession) -> Register:
    columns = (Procedure.id, Procedure.slug, ProcedureVersion.id, ProcedureVersion.sector_key)
    query = select(*columns).join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
    found: Register = {}
    for procedure_id, slug, version_id, field in (await db.execute(query.order_by(ProcedureVersion.number))).all():
        spec = await spec_of(db, version_id)
        was_private = procedure_id in found and found[procedure_id].private
        found[procedure_id] = Entry(
            procedure_id, slug, spec.short_name or spec.name, field, spec.sector, spec.sensitive or was_private
        )
    return found


def fields(procedures: Register) -> dict[str, Text]:
    """Return the fields that have a procedure told by name: key and name."""
    return {one.field: one.field_name for one in procedures.values() if not one.private}


def private_ids(procedures: Register) -> frozenset[str]:
    """Return the procedures that are never told apart."""
    return frozenset(one.id for one in procedures.values() if one.private)
