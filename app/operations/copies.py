"""Backups by the clock: one a day, the oldest removed, and a letter to the administrators when none was made."""

import asyncio
import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import jobs
from app.clock import VIETNAM, local, now, today
from app.db import write
from app.i18n import words
from app.log import log
from app.notifications import settings
from app.notifications.outbox import enqueue
from app.operations.backup import MANIFEST, PART, backup
from models import Account, Grant, Setting
from models.enums import Role

LOOP = 'backup'
FRESH = timedelta(hours=26)
"""A daily backup and two hours for it to be made: an older one is alarmed."""
ALARM_AGAIN = timedelta(hours=24)
LEFT_OVER = timedelta(hours=24)
"""What a broken backup left behind is removed after this time."""
_NAME = 'motcua-%Y%m%d-%H%M%S'


@dataclass(frozen=True)
class State:
    """How the scheduled backups stand."""

    is_on: bool
    last: datetime | None = None
    count: int = 0

    @property
    def age(self) -> timedelta | None:
        """How old the last one is."""
        return now() - self.last if self.last else None

    @property
    def is_fresh(self) -> bool:
        """Tell whether the last one is young enough."""
        return self.age is not None and self.age < FRESH


async def state() -> State:
    """Return how the scheduled backups stand, from the folder where they lie."""
    if not settings().backup_dir:
        return State(is_on=False)
    found = await asyncio.to_thread(copies, Path(settings().backup_dir))
    return State(True, _made_at(found[-1]) if found else None, len(found))


def copies(folder: Path) -> list[Path]:
    """Return the whole backups of a folder, oldest first."""
    return sorted(path for path in folder.glob('motcua-*') if (path / MANIFEST).is_file() and _made_at(path))


def _made_at(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name, _NAME).replace(tzinfo=VIETNAM)
    except ValueError:
        return None


@jobs.loop(every=timedelta(minutes=5), name=LOOP)
async def run_once() -> Path | None:
    """Make the backup of the day when its hour has come and there is none since; then remove what is too many."""
    if not settings().backup_dir:
        return None
    folder, last = Path(settings().backup_dir), (await state()).last
    if last is not None and last >= _last_due(now()):
        return None
    begun = time.monotonic()
    made = await asyncio.to_thread(backup, settings(), folder)
    removed = await asyncio.to_thread(prune, folder, settings().backup_keep)
    log.info('backup made', extra={'seconds': round(time.monotonic() - begun, 1), 'removed': removed})
    return made


def _last_due(moment: datetime) -> datetime:
    """Return the last moment at which a backup was due."""
    due = local(moment).replace(hour=settings().backup_hour, minute=0, second=0, microsecond=0)
    return due if due <= moment else due - timedelta(days=1)


def prune(folder: Path, keep: int) -> int:
    """Remove all but the newest whole backups, and what broken ones left behind. Returns how many were removed."""
    broken = [
        part
        for part in folder.glob(f'motcua-*{PART}')
        if time.time() - part.stat().st_mtime > LEFT_OVER.total_seconds()
    ]
    unwanted = copies(folder)[:-keep] + broken
    for path in unwanted:
        shutil.rmtree(path)
    return len(unwanted)


@jobs.loop(every=timedelta(minutes=10), name='backup-watch')
async def watch() -> int:
    """Write to every administrator when the last backup is too old, once a day. Returns how many letters were written.

    A new installation is given the time of its first try.
    """
    found = await state()
    is_young = found.last is None and not jobs.LOOPS[LOOP].failures
    if not found.is_on or found.is_fresh or is_young:
        return 0
    log.error('no fresh backup', extra={'last': found.last.isoformat() if found.last else None})
    async with write() as db:
        if not await _first_alarm_today(db):
            return 0
        people = await administrators(db)
        for account in people:
            t = words(account.lang)
            said = t('operations.backup_last', at=t.moment(found.last)) if found.last else t('operations.backup_never')
            data = {'lines': [said, t('operations.backup_where', folder=settings().backup_dir)]}
            await enqueue(
                db,
                template='backup_missed',
                recipient=account.email,
                lang=account.lang,
                data=data,
                account_id=account.id,
            )
    return len(people)


async def _first_alarm_today(db: AsyncSession) -> bool:
    """Note the alarm; False when one went out less than a day ago."""
    noted = await db.get(Setting, 'backup_alarm')
    if noted is not None and now() - noted.changed_at < ALARM_AGAIN:
        return False
    await db.merge(Setting(key='backup_alarm', value=now().isoformat(), changed_at=now()))
    return True


async def administrators(db: AsyncSession) -> list[Account]:
    """Return the accounts that administer this installation today."""
    granted = (
        select(Grant.account_id)
        .where(col(Grant.role) == Role.ADMIN, Grant.valid_from <= today())
        .where(or_(col(Grant.valid_to).is_(None), col(Grant.valid_to) >= today()))
    )
    found = await db.execute(
        select(Account).where(Account.is_active.is_(True), col(Account.id).in_(granted)).order_by(Account.email)
    )
    return list(found.scalars())
