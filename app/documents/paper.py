"""The papers that were issued for a dossier, as screens list them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from models import Document, Dossier

RESULT = 'result'
"""Form of a dossier's result: its bytes open as the file that they are, by stricter rules than papers."""


@dataclass(frozen=True)
class Paper:
    """One issued paper; it opens at ``/giay-to/<id>``."""

    id: str
    form_code: str
    title: str
    number: str
    issued_at: datetime


async def issued_for(db: AsyncSession, actor: Actor, dossier: Dossier) -> tuple[Paper, ...]:
    """Return the papers issued for a dossier, in order; none for whoever sees the dossier but may open no papers."""
    if not may_open(actor, dossier):
        return ()
    query = select(Document).where(
        Document.dossier_id == dossier.id, Document.form_code != RESULT, Document.revoked_at.is_(None)
    )
    rows = (await db.execute(query.order_by(Document.issued_at, Document.number))).scalars()
    return tuple(Paper(one.id, one.form_code, one.title, one.number or '', one.issued_at) for one in rows)


def may_open(actor: Actor, dossier: Dossier) -> bool:
    """Tell whether somebody who may see the dossier may open its papers: staff need the right to read papers."""
    units = {dossier.resolving_unit_id, dossier.receiving_unit_id}
    return not actor.is_staff or bool(units & actor.units(Permission.PAPER_READ))
