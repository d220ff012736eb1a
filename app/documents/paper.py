"""The papers that were issued for a dossier, as screens list them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.documents.forms import form_of
from app.signing import unlocking
from app.signing.reading import Signature, from_json
from models import Document, Dossier

Wants = Literal['person', 'seal']
"""What an official paper may lack."""
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
    signatures: tuple[Signature, ...]
    waits: bool
    """A signature or the seal is still to come, which the reader of this list may give."""
    is_plain: bool
    """It has no digital signature, where its form has a place for one."""


async def issued_for(db: AsyncSession, actor: Actor, dossier: Dossier) -> tuple[Paper, ...]:
    """Return the papers issued for a dossier, in order; none for whoever sees the dossier but may open no papers."""
    if not may_open(actor, dossier):
        return ()
    query = select(Document).where(
        Document.dossier_id == dossier.id, Document.form_code != RESULT, Document.revoked_at.is_(None)
    )
    rows = (await db.execute(query.order_by(Document.issued_at, Document.number))).scalars()
    has_seal = actor.is_staff and await unlocking.seal_of(db, dossier.receiving_unit_id) is not None
    return tuple(_shown(actor, one, dossier, has_seal=has_seal) for one in rows)


def _shown(actor: Actor, one: Document, dossier: Dossier, *, has_seal: bool) -> Paper:
    waits = may_give(actor, one, dossier) and (has_seal or wanted(one) == 'person')
    signatures = tuple(from_json(each) for each in one.signatures)
    is_plain = not signatures and form_of(one.form_code, one.template_version).signer is not None
    return Paper(one.id, one.form_code, one.title, one.number or '', one.issued_at, signatures, waits, is_plain)


def wanted(one: Document) -> Wants | None:
    """Return what a paper still lacks: the signature of whom its form names, then the seal; None: nothing."""
    form = None if one.form_code == RESULT else form_of(one.form_code, one.template_version)
    if form is None or form.signer is None or one.revoked_at is not None:
        return None
    if one.signed_at is None and (is_named(one) or form.signer == 'leader'):
        return 'person'
    return 'seal' if one.sealed_at is None else None


def is_named(one: Document) -> bool:
    """Tell whether a paper prints the name of who signs it."""
    return bool(one.data.get('officer'))


def may_give(actor: Actor, one: Document, dossier: Dossier) -> bool:
    """Tell whether what a paper lacks is the actor's to give: who is named on it signs, else a leader; then it is sealed."""
    wants, units = wanted(one), {dossier.receiving_unit_id, dossier.resolving_unit_id}
    if wants == 'seal':
        return actor.may(Permission.RESULT_SEAL, dossier.receiving_unit_id)
    if wants is None or not units & actor.units(Permission.PAPER_SIGN):
        return False
    if is_named(one):
        return actor.account_id is not None and one.issued_by_id == actor.account_id
    return bool(units & actor.units(Permission.DOSSIER_APPROVE))


def may_open(actor: Actor, dossier: Dossier) -> bool:
    """Tell whether somebody who may see the dossier may open its papers: staff need the right to read papers."""
    units = {dossier.resolving_unit_id, dossier.receiving_unit_id}
    return not actor.is_staff or bool(units & actor.units(Permission.PAPER_READ))
