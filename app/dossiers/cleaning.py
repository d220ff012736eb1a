"""Remove what has run out: drafts nobody sent, their papers, old sessions. What was filed is never touched."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from app import idempotency, storage
from app.clock import now
from app.db import write
from app.jobs import loop
from app.statistics.forms import count_left
from models import Attachment, Draft, IdempotencyKey, OneTimeLink, ProcedureVersion, Session
from models.enums import AttachmentState

BATCH = 100
KEPT = timedelta(days=30)
"""How long ended sessions and used links stay, so that a question about a sign-in can be answered."""


@loop(every=timedelta(hours=1), name='cleaning')
async def clean() -> int:
    """Remove drafts that ran out without being sent, a hundred at a time, and return how many.

    Data minimisation: a guest's answers are kept for a filing, not for their own sake (Luật 91/2025/QH15).
    """
    moment = now()
    async with write() as db:
        old = select(Draft.id, Draft.replaces_dossier_id, ProcedureVersion.procedure_id, Draft.page)
        old = old.join(ProcedureVersion, ProcedureVersion.id == Draft.version_id)
        rows = (await db.execute(old.where(Draft.expires_at < moment, Draft.dossier_id.is_(None)).limit(BATCH))).all()
        drafts = [row.id for row in rows]
        await count_left(db, [(row.procedure_id, row.page) for row in rows if row.replaces_dossier_id is None])
        files = (await db.execute(select(Attachment).where(Attachment.draft_id.in_(drafts)))).scalars().all()
        keys = []
        for one in files:
            shared = select(func.count()).where(Attachment.storage_key == one.storage_key, Attachment.id != one.id)
            if not (await db.execute(shared)).scalar_one() and one.state is not AttachmentState.REMOVED:
                keys.append(one.storage_key)
        await db.execute(delete(Attachment).where(Attachment.draft_id.in_(drafts)))
        await db.execute(delete(Draft).where(Draft.id.in_(drafts)))
        await db.execute(delete(Session).where(Session.expires_at < moment - KEPT))
        await db.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < moment - idempotency.KEPT))
        await db.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < moment - KEPT))
    for key in keys:
        await storage.remove(key)
    return len(drafts)
