"""Originals that are handed over when the result is collected, where copies or pictures of them were filed online.

Source: provincial land procedures (mark B); the components of a procedure say of which paper an original is asked.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, Problem
from app.procedures.schema import DocumentRequirement, ProcedureSpec
from models import Attachment, Dossier
from models.enums import PRESENT, AttachmentKind, Channel, Delivery


async def expected(db: AsyncSession, one: Dossier, spec: ProcedureSpec) -> tuple[DocumentRequirement, ...]:
    """Return the components whose originals the collector brings: filed online, collected at the counter, not yet from a database."""
    if one.channel is not Channel.ONLINE or one.delivery is not Delivery.COUNTER:
        return ()
    sent = select(Attachment.document_id).where(
        Attachment.dossier_id == one.id, Attachment.kind == AttachmentKind.EVIDENCE, Attachment.state.in_(PRESENT)
    )
    there = set((await db.execute(sent)).scalars())
    return tuple(d for d in spec.documents if d.originals and d.mode == 'upload' and d.id in there)


def handed_in(wanted: tuple[DocumentRequirement, ...], given: object, why: str) -> dict[str, object] | None:
    """Return what is kept of it, None where nothing is asked. ``given``: ids; ``why``: the reason where some are missing.

    Raises:
        Invalid: an original is missing and nobody says why.
    """
    if not wanted:
        return None
    ids = {each for each in given if isinstance(each, str)} if isinstance(given, list | tuple) else set()
    missing = [d.name.vi for d in wanted if d.id not in ids]
    if missing and not why:
        raise Invalid({'originals': Problem('dossier.originals_needed')}, 'dossier.originals_needed')
    return {'given': [d.name.vi for d in wanted if d.id in ids], 'missing': missing, 'why': why if missing else ''}
