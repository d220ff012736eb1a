"""Signatures in papers that were sent, for the desk: looked at once, when an officer first sees the dossier."""

from sqlalchemy import select
from sqlmodel import col

from app import live, storage
from app.access import Actor, Permission
from app.db import read, write
from app.dossiers.loading import load_on_desk
from app.dossiers.seeing import is_sent
from app.errors import NotAllowed
from app.signing.kept import PDF, is_to_be_read, kept, roots_in_use, to_keep
from app.signing.reading import Signature, signatures_of
from models import Attachment
from models.enums import AttachmentState


async def of_dossier(actor: Actor, dossier_id: str) -> dict[str, tuple[Signature, ...]]:
    """Return the signatures of a dossier's papers by file, for an officer who may open them; each is looked at once.

    What was found is shown to whoever has the dossier open.

    Raises:
        NotFound: not of their units.  NotAllowed: they may not open papers.
    """
    async with read() as db:
        one = await load_on_desk(db, actor, dossier_id)
        if not actor.units(Permission.PAPER_READ) & {one.resolving_unit_id, one.receiving_unit_id}:
            raise NotAllowed()
        query = select(Attachment).where(
            Attachment.dossier_id == one.id,
            Attachment.media_type == PDF,
            col(Attachment.state).in_((AttachmentState.STORED, AttachmentState.SUPERSEDED)),
            is_sent(),
        )
        rows = list((await db.execute(query)).scalars())
    roots, found = await roots_in_use(), {}
    for row in rows:
        found[row.id] = await _looked_at(row) if is_to_be_read(row, roots) else kept(row)
    signed = {file: signatures for file, signatures in found.items() if signatures}
    if signed:
        live.signal(f'dossier:{dossier_id}')
    return signed


async def _looked_at(row: Attachment) -> tuple[Signature, ...]:
    found = await signatures_of(await storage.get(row.storage_key, row.key_id), at=row.uploaded_at)
    keep = await to_keep(found)
    async with write() as db:
        now_there = await db.get(Attachment, row.id)
        if now_there is not None and now_there.storage_key == row.storage_key:
            now_there.signatures = keep
    return found
