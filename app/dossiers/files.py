"""Files as screens list them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.dossiers.seeing import is_sent
from app.signing.kept import PDF, kept
from app.signing.reading import Signature
from models import Attachment
from models.enums import PRESENT, AttachmentKind, AttachmentState


@dataclass(frozen=True)
class File:
    """One file. Only a ``present`` one counts as sent."""

    id: str
    document_id: str | None
    kind: AttachmentKind
    state: AttachmentState
    name: str
    media_type: str
    size: int
    pages: int
    uploaded_at: datetime
    sha256: str
    """Of the bytes as received: the proof that what was sent has arrived."""
    identity: bool
    check_result: str | None
    in_supplement: bool
    reused: bool
    """It came along from an earlier dossier."""
    is_bound: bool
    """It was made here of pictures, so that its pages can be put in another order."""
    infected: bool
    signatures: tuple[Signature, ...] | None
    """In the file; None: nobody has looked yet."""

    @property
    def present(self) -> bool:
        """It was sent, and neither taken back nor replaced."""
        return self.state in PRESENT

    @property
    def is_unread(self) -> bool:
        """It may be signed, and nobody has looked yet."""
        return self.opens and self.media_type == PDF and self.signatures is None

    @property
    def is_bindable(self) -> bool:
        """It is a picture, or bound here of pictures, and nobody's but the sender's."""
        return self.present and not self.reused and (self.is_bound or self.media_type.startswith('image/'))

    @property
    def opens(self) -> bool:
        """Its bytes are there and may be shown."""
        return self.state in (AttachmentState.STORED, AttachmentState.SUPERSEDED)


def as_file(one: Attachment) -> File:
    """Return an attachment as screens list it."""
    return File(
        one.id, one.document_id, one.kind, one.state, one.name, one.media_type, one.size, one.pages, one.uploaded_at,
        one.received_sha256, one.identity, one.check_result, one.supplement_id is not None, one.reused,
        bool(one.made_of), one.infected, None if one.signatures is None else kept(one),
    )  # fmt: skip


async def files_of_draft(db: AsyncSession, draft_id: str) -> tuple[File, ...]:
    """Return the files of a draft in order of arrival, those too in which a virus was found since."""
    here = or_(Attachment.state.in_(PRESENT), Attachment.infected)
    query = select(Attachment).where(Attachment.draft_id == draft_id, here)
    return tuple(as_file(one) for one in (await db.execute(query.order_by(Attachment.uploaded_at))).scalars())


async def files_of_dossier(db: AsyncSession, dossier_id: str, *, at_desk: bool = False) -> tuple[File, ...]:
    """Return the files of a dossier in order of arrival, superseded and infected ones too, removed and issued ones not.

    ``at_desk``: without those of a supplement that is not sent.
    """
    query = select(Attachment).where(
        Attachment.dossier_id == dossier_id,
        or_(Attachment.state != AttachmentState.REMOVED, Attachment.infected),
        Attachment.kind != AttachmentKind.DOCUMENT,
    )
    if at_desk:
        query = query.where(is_sent())
    return tuple(as_file(one) for one in (await db.execute(query.order_by(Attachment.uploaded_at))).scalars())


async def proofs(db: AsyncSession, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Return the proofs of the present papers among some, in order of arrival."""
    query = select(Attachment).where(Attachment.state.in_(PRESENT), *where).order_by(Attachment.uploaded_at)
    return [proof(one) for one in (await db.execute(query)).scalars()]


def proof(one: Attachment) -> dict[str, Any]:
    """Return what the event of a filing keeps of a paper: its hash as received, page by page where it was bound here, and as kept."""
    return {'file': one.id, 'received': one.made_of or one.received_sha256, 'kept': one.stored_sha256}
