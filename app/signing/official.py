"""Official papers signed: by whoever their form names, with a key of their own, then with the unit's seal.

Who that is stands in ``forms.yaml`` and in the paper itself. A signature is only added: what the paper says stays to the
byte, and its number, its code and its address stay the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import live, storage
from app.access import Actor, Permission
from app.audit.record import record
from app.clock import now
from app.db import after_commit, read, write
from app.documents.forms import forms
from app.documents.paper import RESULT, Wants, may_give, may_open, wanted
from app.documents.queries import content_of
from app.dossiers import intake
from app.dossiers.loading import load_for, load_on_desk
from app.errors import NotAllowed, NotFound, Stale, WrongState
from app.i18n import words
from app.signing import brought, keys, unlocking
from app.signing.kept import PDF, to_keep
from app.signing.keys import Key
from app.signing.making import made
from app.signing.reading import Signature, from_json
from app.signing.signing import Purpose, Signer
from models import Attachment, Document, Dossier
from models.enums import AttachmentKind, AttachmentState

LATELY = timedelta(days=30)
"""How long a paper that nobody signed is asked to be; it can be signed later from its dossier."""
MOST, LOOKED_AT = 200, 3000
"""Papers that are listed, of so many at most that may be the actor's to sign."""


@dataclass(frozen=True)
class Waiting:
    """A paper that waits for the actor's signature, or for the seal that they may set."""

    id: str
    form_code: str
    title: str
    number: str
    issued_at: datetime
    wants: Wants
    dossier_id: str
    code: str
    applicant_name: str
    unit_id: str
    """The unit that issued it."""
    signatures: tuple[Signature, ...]


async def waiting(actor: Actor) -> tuple[Waiting, ...]:
    """Return the papers of late that wait for the actor, the oldest first. Raises NotAllowed: nobody who signs or seals."""
    if not (actor.may(keys.OWN) or actor.may(keys.SEAL)):
        raise NotAllowed()
    async with read() as db:
        query = select(Document, Dossier).join(Dossier, col(Dossier.id) == col(Document.dossier_id))
        lacks = (col(Document.form_code) != RESULT, col(Document.revoked_at).is_(None))
        lately = (col(Document.issued_at) > now() - LATELY, _within_reach(actor))
        rows = await db.execute(query.where(*lacks, *lately).order_by(col(Document.issued_at)).limit(LOOKED_AT))
        found = [(one, dossier) for one, dossier in rows if may_give(actor, one, dossier)][:MOST]
        sealed = {unit for unit in {d.receiving_unit_id for _, d in found} if await unlocking.seal_of(db, unit)}
    return tuple(
        as_waiting(one, dossier)
        for one, dossier in found
        if wanted(one) == 'person' or dossier.receiving_unit_id in sealed
    )


def _within_reach(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of what may wait for the actor: their own papers, their leaders', and those to be sealed."""
    leads, seals = actor.units(Permission.DOSSIER_APPROVE), actor.units(keys.SEAL)
    own = col(Document.issued_by_id) == actor.account_id
    led = or_(col(Dossier.receiving_unit_id).in_(leads), col(Dossier.resolving_unit_id).in_(leads))
    theirs = [code for code, versions in forms().items() if any(form.signer == 'leader' for form in versions)]
    unsigned = col(Document.signed_at).is_(None) & (own | (led & col(Document.form_code).in_(theirs)))
    return unsigned | (col(Document.sealed_at).is_(None) & col(Dossier.receiving_unit_id).in_(seals))


def as_waiting(one: Document, dossier: Dossier) -> Waiting:
    """Return a paper that lacks something as screens list it."""
    return Waiting(
        one.id, one.form_code, one.title, one.number or '', one.issued_at, wanted(one) or 'seal', dossier.id,
        dossier.official_code or dossier.filing_number, dossier.applicant_name, dossier.receiving_unit_id,
        tuple(from_json(each) for each in one.signatures),
    )  # fmt: skip


async def look(actor: Actor, document_id: str) -> tuple[Waiting, int]:
    """Return one paper that waits for the actor, drawn by now, and its number of pages. Raises as ``sign``."""
    async with read() as db:
        one, dossier = await _due(db, actor, document_id)
    await content_of(one, actor)
    async with read() as db:
        one = await db.get_one(Document, one.id)
        file = await db.get_one(Attachment, one.attachment_id)
    return as_waiting(one, dossier), file.pages


async def sign(actor: Actor, document_id: str, *, pin: str) -> str:
    """Sign a paper with one's own kept key; return the hash of the signed file.

    Raises:
        NotFound: no such paper on one's desk, or no key.  NotAllowed: it names somebody else, or a program asks.
        WrongState: nothing is missing, or it cannot be signed.  Invalid: wrong PIN.  Stale: somebody was faster.
    """
    await _due_now(actor, document_id, 'person')
    return await sign_with(actor, document_id, await unlocking.own(actor, pin))


async def sign_with(actor: Actor, document_id: str, signer: Signer) -> str:
    """Sign with a key that is open, one of several papers. Raises as ``sign``."""
    if signer.holder.account_id is None or signer.holder.account_id != actor.account_id:
        raise NotAllowed()
    return await _signed(actor, document_id, 'person', signer)


async def seal(actor: Actor, document_id: str, *, pin: str) -> str:
    """Put the unit's seal on a paper that was signed, or names nobody. Raises as ``sign``."""
    _, dossier = await _due_now(actor, document_id, 'seal')
    return await seal_with(actor, document_id, await unlocking.seal(actor, dossier.receiving_unit_id, pin))


async def seal_with(actor: Actor, document_id: str, signer: Signer) -> str:
    """Seal with a seal that is open, one of several papers. Raises as ``sign``; NotAllowed: another unit's seal."""
    _, dossier = await _due_now(actor, document_id, 'seal')
    async with read() as db:
        own = await unlocking.seal_of(db, dossier.receiving_unit_id)
    if own is None or own.fingerprint != signer.holder.fingerprint or signer.holder.unit_id is None:
        raise NotAllowed()
    return await _signed(actor, document_id, 'seal', signer)


async def _signed(actor: Actor, document_id: str, wants: Wants, signer: Signer) -> str:
    one, _ = await _due_now(actor, document_id, wants)
    before = await content_of(one, actor)
    reason = words('vi')('signing.reason_paper_seal' if wants == 'seal' else 'signing.reason_paper')
    purpose = Purpose(f'{reason}: {one.title}', one.data['unit']['name'], now())
    signed, keep = await made(before, signer, purpose, [from_json(each) for each in one.signatures])
    return await _put(actor, one.id, wants, before, signed, keep)


async def add_signed(actor: Actor, document_id: str, content: bytes) -> str:
    """Take back a paper that was signed, or sealed, in another program; return its hash.

    A program may bring it too: whose signature it is, the certificate tells.

    Raises:
        NotFound, NotAllowed: as ``sign``.  WrongState: with what is wrong, as for results.  Invalid: a file that is not taken.
    """
    async with read() as db:
        one, dossier = await _due(db, actor, document_id)
        wants = wanted(one) or 'seal'
    before = await content_of(one, actor)
    brought.refuse_other_bytes(content, before)
    paper, state = await intake.taken(actor, content, one.title, dossier=dossier)
    if paper.content != content:
        raise WrongState('signing.changed_content')
    if state is not AttachmentState.STORED:
        raise WrongState('signing.scanner_away')
    found, new = await brought.additions(content, before)
    keep = await to_keep(tuple(from_json(each) for each in found))
    async with write() as db:
        for each in new:
            await brought.refuse(db, actor, dossier.receiving_unit_id, each, is_seal=wants == 'seal')
    return await _put(actor, one.id, wants, before, content, keep, how='brought')


async def _due(db: AsyncSession, actor: Actor, document_id: str) -> tuple[Document, Dossier]:
    """Return a paper that lacks what is the actor's to give. Raises NotFound, NotAllowed, WrongState."""
    one = await db.get(Document, document_id) if isinstance(document_id, str) else None
    if one is None or one.dossier_id is None or one.form_code == RESULT or one.revoked_at is not None:
        raise NotFound()
    dossier = await load_on_desk(db, actor, one.dossier_id)
    if not may_open(actor, dossier):
        raise NotAllowed()
    if wanted(one) is None:
        raise WrongState('signing.paper_complete')
    if not may_give(actor, one, dossier):
        raise NotAllowed('signing.paper_not_yours')
    return one, dossier


async def _due_now(actor: Actor, document_id: str, wants: Wants) -> tuple[Document, Dossier]:
    async with read() as db:
        one, dossier = await _due(db, actor, document_id)
    if wanted(one) != wants:
        raise WrongState('signing.paper_other_turn')
    return one, dossier


async def _put(
    actor: Actor, document_id: str, wants: Wants, before: bytes, signed: bytes, keep: dict[str, Any], how: str = 'key'
) -> str:
    """Put the signed file in the place of the one that was signed, which is kept. Raises Stale: it was another one by now."""
    async with storage.kept(signed) as kept, write() as db:
        one, dossier = await _due(db, actor, document_id)
        await load_for(db, actor, dossier.id, lock=True)
        await db.refresh(one)
        there = await db.get(Attachment, one.attachment_id) if one.attachment_id else None
        if there is None or there.stored_sha256 != hashlib.sha256(before).hexdigest() or wanted(one) != wants:
            raise Stale()
        there.state = AttachmentState.SUPERSEDED
        after = Attachment(
            dossier_id=dossier.id, kind=AttachmentKind.DOCUMENT, name=there.name, media_type=PDF, size=kept.size,
            pages=there.pages, received_sha256=kept.sha256, stored_sha256=kept.sha256, storage_key=kept.key,
            key_id=kept.key_id, uploaded_at=now(), uploaded_by_id=actor.account_id, signatures=keep,
        )  # fmt: skip
        db.add(after)
        await db.flush()
        one.earlier, one.attachment_id, one.sha256 = [*one.earlier, there.stored_sha256], after.id, kept.sha256
        one.signatures = keep['found']
        if wants == 'seal':
            one.sealed_at = now()
        else:
            one.signed_at = now()
        told = {'how': how, **told_of(there.stored_sha256, after, keep['found'][-1])}
        await record(
            db, actor, 'document', one.id, 'paper_sealed' if wants == 'seal' else 'paper_signed', dossier_id=dossier.id,
            unit_id=dossier.resolving_unit_id, data={'signature': told, 'title': one.title, 'number': one.number},
        )  # fmt: skip
        topics = (f'dossier:{dossier.id}', f'queue:{dossier.receiving_unit_id}')
        after_commit(db, partial(live.signal, *topics))
        return kept.sha256


def told_of(before: str, after: Attachment, one: dict[str, Any]) -> dict[str, Any]:
    """Return what the event says: which bytes became which, by whose certificate."""
    return {
        'by': one['signer'], 'certificate': one['fingerprint'], 'stamped': one['timestamped'],
        'file': after.id, 'from': before, 'sha256': after.stored_sha256,
    }  # fmt: skip


async def seal_key(actor: Actor, unit_id: str) -> Key | None:
    """Return what is known of the seal that the actor may set for a unit, for the dialog that asks for its PIN."""
    async with read() as db:
        row = await unlocking.seal_of(db, unit_id) if actor.may(keys.SEAL, unit_id) else None
    return keys.as_key(row) if row else None
