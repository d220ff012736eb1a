"""Who opened which paper of a dossier: read from the chain of readings, for whoever must answer that question."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import read
from app.dossiers.loading import find_by_number
from app.errors import NotFound
from models import Account, Attachment, PaperRead


@dataclass(frozen=True)
class Reading:
    """One opening of a paper. ``who`` is empty for somebody without an account: the applicant, by number and secret."""

    sequence: int
    at: datetime
    kind: str
    who: str
    paper: str
    """Component of the procedure, kind of file, or the purpose where a paper was drawn and no file opened."""


async def reads_of(number: str) -> tuple[Reading, ...]:
    """Return every opening of a paper of the dossier with this number or code, in order. Raises NotFound."""
    async with read() as db:
        dossier = await find_by_number(db, number)
        if dossier is None:
            raise NotFound()
        query = (
            select(PaperRead, Account.email, Attachment.document_id, Attachment.kind)
            .join(Account, Account.id == PaperRead.account_id, isouter=True)
            .join(Attachment, Attachment.id == PaperRead.attachment_id, isouter=True)
            .where(PaperRead.dossier_id == dossier.id)
            .order_by(PaperRead.sequence)
        )
        rows = (await db.execute(query)).all()
    return tuple(
        Reading(one.sequence or 0, one.read_at, one.actor_kind, email or '', component or kind or one.purpose)
        for one, email, component, kind in rows
    )
