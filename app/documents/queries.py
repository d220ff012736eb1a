"""Papers for those who may see them: the list of a dossier's papers, and each as a PDF, the same bytes every time."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import storage
from app.access import Actor
from app.audit.prove import place_of_paper
from app.audit.record import note_read, record
from app.clock import now
from app.db import read, write
from app.documents import render
from app.documents.forms import form_of
from app.documents.issue import data_hash
from app.documents.paper import RESULT, Paper, issued_for, may_open
from app.dossiers.loading import load_for, may_see
from app.errors import NotAllowed, NotFound, WrongState
from app.i18n import words
from app.limits import hit
from app.signing import unattended
from app.text import fold
from app.verification import tokens
from models import Attachment, Document, Dossier
from models.enums import AttachmentKind


@dataclass(frozen=True)
class OpenedPaper:
    """A paper's PDF for somebody who may see it."""

    name: str
    content: bytes


async def documents_of(actor: Actor, dossier_id: str) -> tuple[Paper, ...]:
    """Return the papers issued for a dossier that the actor may open, in order. Raises NotFound."""
    async with read() as db:
        dossier = await load_for(db, actor, dossier_id)
        return await issued_for(db, actor, dossier)


async def open_document(actor: Actor, document_id: str) -> OpenedPaper:
    """Return a paper as PDF for the applicant or staff of its units, and note that it was opened.

    Raises:
        NotFound: no such paper, or somebody else's.  NotAllowed: staff who may read no papers.
    """
    await hit('paper', actor.account_id or actor.address or 'unknown', times=300, minutes=10)
    async with read() as db:
        one = await _load(db, actor, document_id)
    attachment_id, content = await _content(actor, one)
    async with write() as db:
        await note_read(db, actor, one.dossier_id, attachment_id)
    return OpenedPaper(_file_name(one), content)


async def _load(db: AsyncSession, actor: Actor, document_id: str) -> Document:
    one = await db.get(Document, document_id) if isinstance(document_id, str) else None
    dossier = await db.get(Dossier, one.dossier_id) if one and one.dossier_id else None
    if one is None or dossier is None or one.form_code == RESULT or one.revoked_at or not may_see(actor, dossier):
        raise NotFound()
    if not may_open(actor, dossier):
        raise NotAllowed()
    return one


async def content_of(one: Document, by: Actor) -> bytes:
    """Return a paper's bytes as they are now, drawn if nobody has opened it. Who may have them was asked before."""
    return (await _content(by, one))[1]


async def _content(actor: Actor, one: Document) -> tuple[str, bytes]:
    """Return the stored bytes, made and stored the first time. Who makes them second takes those of the first.

    Raises:
        WrongState: they, or the data that they are made from, are no longer those of the day.
    """
    attachment_id = one.attachment_id
    if attachment_id is None:
        drawn = await render.pdf(
            form_of(one.form_code, one.template_version), one.data | _verify(one) | await _place(one)
        )
        content, signatures = await unattended.sealed(one, drawn)
        pages = await render.in_thread(render.pages_of, drawn)
        async with storage.kept(content) as kept:
            attachment_id, is_first = await _keep(actor, one, kept, pages, signatures)
        if is_first:
            return attachment_id, content
        await storage.remove(kept.key)
    async with read() as db:
        stored = await db.get_one(Attachment, attachment_id)
    content = await storage.get(stored.storage_key, stored.key_id)
    if hashlib.sha256(content).hexdigest() != (one.sha256 or stored.stored_sha256):
        raise WrongState('documents.altered')
    return attachment_id, content


def _verify(one: Document) -> dict[str, str]:
    """Return where a paper can be checked, as it says it itself: the row holds only the hash of the token."""
    if one.verification_hash is None or 'verify' not in one.data:
        return {}
    return tokens.printed(one.data['verify'], tokens.token_of(one.id))


async def _place(one: Document) -> dict[str, str]:
    """Return where the act that issued a paper stands in the chain of events, as the paper says it.

    Raises:
        WrongState: the data are not those that the act wrote down the hash of.
    """
    async with read() as db:
        place = await place_of_paper(db, one)
    if place and place.data_sha256 != data_hash(one.data):
        raise WrongState('documents.altered')
    return {'place': words('vi')('audit.place', number=place.number, hash=place.grouped)} if place else {}


async def _keep(
    actor: Actor, seen: Document, kept: storage.Stored, pages: int, signatures: dict[str, Any] | None
) -> tuple[str, bool]:
    """Write where a paper's bytes lie and what they hash to, with an event of its own, unless somebody was faster."""
    async with write() as db:
        one = await db.get_one(Document, seen.id, with_for_update=True)
        if one.attachment_id is not None:
            return one.attachment_id, False
        stored = Attachment(
            dossier_id=one.dossier_id,
            kind=AttachmentKind.DOCUMENT,
            name=_file_name(one),
            media_type='application/pdf',
            size=kept.size,
            pages=pages,
            received_sha256=kept.sha256,
            stored_sha256=kept.sha256,
            storage_key=kept.key,
            key_id=kept.key_id,
            uploaded_at=now(),
            signatures=signatures,
        )
        db.add(stored)
        await db.flush()
        one.attachment_id, one.sha256 = stored.id, kept.sha256
        told: dict[str, Any] = {'sha256': kept.sha256, 'number': one.number}
        if signatures:
            one.signatures, one.sealed_at = signatures['found'], now()
            told['seal'] = {'how': 'unattended', 'certificate': signatures['found'][-1]['fingerprint']}
        await record(db, actor, 'document', one.id, 'render', data=told)
        return stored.id, True


def _file_name(one: Document) -> str:
    """Return the name of the file to save: title and number, without accents and signs."""
    return file_name(f'{one.title} {one.number or ""}') + '.pdf'


def file_name(text: str) -> str:
    """Return a text as the name of a file: ``Sổ theo dõi hồ sơ`` -> ``so-theo-doi-ho-so``."""
    plain = ''.join(c if c.isalnum() and c.isascii() else ' ' for c in fold(text))
    return '-'.join(plain.split()) or hashlib.sha256(text.encode()).hexdigest()[:12]
