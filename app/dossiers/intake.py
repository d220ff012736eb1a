"""What everything sent passes before it is kept: the virus scanner, then the check of its content."""

import hashlib
from typing import Any

from app import papers, scanning
from app.access import Actor
from app.audit.record import record
from app.clock import now
from app.db import write
from app.errors import Invalid, Problem
from app.papers import Paper
from app.scanning import Outcome, Verdict
from app.storage import Stored
from models import Attachment, Dossier
from models.enums import AttachmentState


async def taken(
    actor: Actor, content: bytes, name: str, *, draft_id: str | None = None, dossier: Dossier | None = None
) -> tuple[Paper, AttachmentState]:
    """Return the paper as it is to be kept, and in which state: where the scanner does not answer, in quarantine.

    Raises:
        Invalid: under the key ``file``; of a virus an event is left behind.
    """
    papers.refuse_size(content)
    verdict = await scanning.scan(content)
    if verdict.outcome is Outcome.INFECTED:
        await _write_down(actor, content, verdict, draft_id, dossier)
        raise Invalid({'file': Problem('papers.virus')}, 'papers.virus')
    with papers.sent_by(actor):
        paper = await papers.inspect(content, name)
    is_clean = verdict.outcome is Outcome.CLEAN
    return paper, AttachmentState.STORED if is_clean else AttachmentState.QUARANTINED


async def _write_down(
    actor: Actor, content: bytes, found: Verdict, draft_id: str | None, dossier: Dossier | None
) -> None:
    """Note that a virus was sent: what it was, never what the file was called."""
    async with write() as db:
        await record(
            db,
            actor,
            'dossier' if dossier else 'draft',
            dossier.id if dossier else draft_id or '',
            'refuse_virus',
            dossier_id=dossier.id if dossier else None,
            unit_id=dossier.resolving_unit_id if dossier else None,
            data={'virus': found.virus, 'sha256': hashlib.sha256(content).hexdigest(), 'size': len(content)},
        )


def row(actor: Actor, paper: Paper, kept: Stored, **columns: Any) -> Attachment:
    """Return the row of a paper whose bytes are kept."""
    return Attachment(
        name=paper.name,
        media_type=paper.media_type,
        size=kept.size,
        pages=paper.pages,
        received_sha256=paper.received_sha256,
        stored_sha256=kept.sha256,
        storage_key=kept.key,
        key_id=kept.key_id,
        uploaded_at=now(),
        uploaded_by_id=actor.account_id,
        **columns,
    )
