"""Filings that nobody meant: marked when they are refused, and what follows for their contact.

No riddle stands before filing: whoever cannot see or hear one could not file. Instead the contact of a marked filing
needs an account, or the counter, for a while; a wrong mark is lifted by any officer of reception.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, ActorKind, Permission
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import NotAllowed, NotFound
from app.statistics import counting
from models import Dossier, JunkMark

SHOWN = 100
"""Marks in the list, the newest first."""


@dataclass(frozen=True)
class Marked:
    """One mark that holds."""

    dossier_id: str
    number: str
    applicant_name: str
    contact: str
    marked_at: datetime
    until: datetime


def _holds() -> ColumnElement[bool]:
    return (JunkMark.until > now()) & JunkMark.lifted_at.is_(None)


async def refuse_marked(db: AsyncSession, actor: Actor, who: dict[str, Any]) -> None:
    """Refuse a guest's filing whose e-mail or telephone is that of a marked one.

    Raises:
        NotAllowed: with the ways that stay open; the draft stays as it is.
    """
    email, phone = who.get('email'), who.get('phone')
    same = [*([Dossier.contact_email == email] if email else []), *([Dossier.contact_phone == phone] if phone else [])]
    if actor.kind is not ActorKind.GUEST or not same:
        return
    query = select(JunkMark.dossier_id).join(Dossier, Dossier.id == JunkMark.dossier_id).where(_holds(), or_(*same))
    if (await db.execute(query.limit(1))).first():
        raise NotAllowed('dossier.junk_contact')


async def marked(actor: Actor) -> tuple[Marked, ...]:
    """Return the marks that hold in the actor's units. Raises NotAllowed."""
    units = actor.units(Permission.DOSSIER_RECEIVE)
    if not units:
        raise NotAllowed()
    query = select(JunkMark, Dossier).join(Dossier, Dossier.id == JunkMark.dossier_id)
    query = query.where(_holds(), Dossier.receiving_unit_id.in_(units)).order_by(JunkMark.marked_at.desc()).limit(SHOWN)
    async with read() as db:
        rows = (await db.execute(query)).all()
    return tuple(
        Marked(
            one.id,
            one.filing_number,
            one.applicant_name,
            ' · '.join(filter(None, (one.contact_email, one.contact_phone))),
            mark.marked_at,
            mark.until,
        )
        for mark, one in rows
    )


async def lift(actor: Actor, dossier_id: str) -> None:
    """Take a mark away. Raises NotFound: there is none in the actor's units."""
    async with write() as db:
        mark = await db.get(JunkMark, dossier_id) if isinstance(dossier_id, str) else None
        one = await db.get(Dossier, dossier_id) if mark else None
        if mark is None or one is None or not actor.may(Permission.DOSSIER_RECEIVE, one.receiving_unit_id):
            raise NotFound()
        if mark.lifted_at is not None:
            return
        mark.lifted_at = now()
        await record(
            db, actor, 'dossier', one.id, 'junk_lifted', dossier_id=one.id, unit_id=one.receiving_unit_id,
            version_id=one.version_id,
        )  # fmt: skip
        await counting.count_lifted(db, one, mark.lifted_at)
