"""Files that came while the scanner did not answer: scanned as soon as it does, and opened to nobody before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import live, scanning, storage
from app.access import SYSTEM
from app.audit.record import record
from app.clock import now
from app.db import after_commit, read, write
from app.jobs import loop
from app.log import incident
from app.scanning import Outcome, Verdict
from models import Attachment, Dossier
from models.attachment import WAITING
from models.enums import AttachmentState

PATIENCE = timedelta(minutes=10)
"""What waits longer shows that the scanner does not work, not that it was busy."""
OLDEST_FIRST = select(Attachment.storage_key, Attachment.key_id).where(WAITING).order_by(Attachment.uploaded_at)
COUNTED = select(func.count(), func.min(Attachment.uploaded_at)).where(WAITING)


@dataclass(frozen=True)
class Waiting:
    """How many files wait for the scanner, and since when the first of them does."""

    count: int
    since: datetime | None

    @property
    def is_long(self) -> bool:
        """Tell whether somebody must look after the scanner."""
        return self.since is not None and now() - self.since > PATIENCE


async def waiting() -> Waiting:
    """Return what waits, for those who watch over it."""
    async with read() as db:
        count, since = (await db.execute(COUNTED)).one()
    return Waiting(count, since)


@loop(every=timedelta(minutes=1), name='quarantine')
async def scan_waiting() -> int:
    """Scan what waits, the oldest first, until nothing does or the scanner fails; return how many were settled.

    Where the setting of the scanner was taken out they go on waiting: what was to be scanned is not let through unseen.
    """
    done = 0
    if not scanning.is_configured():
        return done
    for key, key_id in (await _waiting()).items():
        try:
            content = await storage.get(key, key_id)
        except (FileNotFoundError, InvalidTag) as error:  # it stays shut, and holds up no other
            incident(error, 'quarantine')
            continue
        verdict = await scanning.scan(content, insist=True)
        if verdict.outcome is Outcome.UNKNOWN:
            break
        await _settle(key, verdict)
        done += 1
    return done


async def _waiting() -> dict[str, str | None]:
    """Return the stored bytes that wait with their key: one scan for all rows that share them."""
    async with read() as db:
        rows = await db.execute(OLDEST_FIRST)
        return {row.storage_key: row.key_id for row in rows}


async def _settle(key: str, verdict: Verdict) -> None:
    """Open the file, or let it go with an event that says what was in it."""
    is_clean = verdict.outcome is Outcome.CLEAN
    async with write() as db:
        query = select(Attachment).where(Attachment.storage_key == key, Attachment.state == AttachmentState.QUARANTINED)
        for one in (await db.execute(query)).scalars().all():
            one.state = AttachmentState.STORED if is_clean else AttachmentState.REMOVED
            one.infected = not is_clean
            if not is_clean:
                await _write_down(db, one, verdict)
            if one.dossier_id:
                after_commit(db, partial(live.signal, f'dossier:{one.dossier_id}'))
    if not is_clean:
        await storage.remove(key)


async def _write_down(db: AsyncSession, one: Attachment, verdict: Verdict) -> None:
    dossier = await db.get(Dossier, one.dossier_id) if one.dossier_id else None
    await record(
        db,
        SYSTEM,
        'dossier' if dossier else 'draft',
        dossier.id if dossier else one.draft_id or '',
        'remove_virus',
        dossier_id=dossier.id if dossier else None,
        unit_id=dossier.resolving_unit_id if dossier else None,
        happened_at=now(),
        data={'file': one.id, 'virus': verdict.virus, 'sha256': one.received_sha256, 'size': one.size},
    )
