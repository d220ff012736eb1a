"""Copies by the clock: one every few minutes where something changed, thinned out with age, and a letter when they stop."""

import asyncio
import errno
import shutil
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import jobs
from app.clock import VIETNAM, now, today
from app.db import write
from app.i18n import words
from app.log import log
from app.notifications import settings
from app.notifications.outbox import enqueue
from app.operations.backup import MANIFEST, CopyRunning, backup, read_manifest, remove, sweep
from models import Account, Grant, Setting
from models.enums import Role

LOOP = 'backup'
OLDEST = timedelta(minutes=15)
"""Older than this a copy is alarmed; twice the interval where that is longer."""
SHARE = 5
"""Copying takes one part of so many of the time at most: what takes long is done less often."""
RECENT, WEEKS = 12, 4
"""So many of the newest are kept whatever their day, and one a week for so many weeks."""
ALARM_AGAIN = timedelta(hours=24)
_NAME = 'motcua-%Y%m%d-%H%M%S'


@dataclass(frozen=True)
class State:
    """How the scheduled copies stand."""

    is_on: bool
    last: datetime | None = None
    """The newest one holds everything up to this moment."""
    count: int = 0
    seconds: float = 0.0
    """How long the newest one took."""

    @property
    def age(self) -> timedelta | None:
        """How old the last one is."""
        return now() - self.last if self.last else None

    @property
    def interval(self) -> timedelta:
        """How long from the beginning of one copy to that of the next."""
        return max(timedelta(minutes=settings().backup_minutes), timedelta(seconds=SHARE * self.seconds))

    @property
    def limit(self) -> timedelta:
        """How old the last one may be."""
        return max(OLDEST, 2 * self.interval)

    @property
    def is_fresh(self) -> bool:
        """Tell whether the last one is young enough."""
        return self.age is not None and self.age < self.limit


@dataclass
class _Seen:
    """The newest copy, the look of the database when it was begun, and until when nothing had changed since."""

    copy: Path | None = None
    look: Hashable = None
    until: datetime | None = None
    swept: datetime | None = None
    since: datetime | None = None
    """When this process first looked whether copies are made."""


_seen = _Seen()


def forget() -> None:
    """Know nothing of earlier copies, as a process that has just begun."""
    global _seen
    _seen = _Seen()


async def state() -> State:
    """Return how the scheduled copies stand, from the folder where they lie."""
    if not settings().backup_dir:
        return State(is_on=False)
    return await asyncio.to_thread(_state, Path(settings().backup_dir))


def _state(folder: Path) -> State:
    found = copies(folder)
    if not found:
        return State(is_on=True)
    unchanged = _seen.until if found[-1] == _seen.copy else None
    return State(True, unchanged or _made_at(found[-1]), len(found), read_manifest(found[-1]).seconds)


def copies(folder: Path) -> list[Path]:
    """Return the whole copies of a folder, oldest first."""
    return sorted(path for path in folder.glob('motcua-*') if (path / MANIFEST).is_file() and _made_at(path))


def _made_at(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name, _NAME).replace(tzinfo=VIETNAM)
    except ValueError:
        return None


@jobs.loop(every=timedelta(seconds=5), name=LOOP)
async def run_once() -> Path | None:
    """Make a copy when one is due, then remove what is too many. None: not yet, or nothing has changed since the last."""
    if not settings().backup_dir:
        return None
    return await asyncio.to_thread(_run_once, Path(settings().backup_dir))


def _run_once(folder: Path) -> Path | None:
    found = _state(folder)
    if found.age is not None and timedelta() <= found.age < found.interval:
        return None
    begun, look = now(), _look()
    newest = next(reversed(copies(folder)), None)
    if newest is not None and (newest, look) == (_seen.copy, _seen.look):
        _seen.until = begun
        return None
    _refuse_full(folder)
    try:
        made = backup(settings(), folder)
    except CopyRunning:  # somebody makes one by hand
        return None
    _seen.copy, _seen.look, _seen.until = made, look, begun
    removed = prune(folder, settings().backup_keep)
    log.info('copy made', extra={'seconds': read_manifest(made).seconds, 'removed': removed})
    return made


def _look() -> Hashable:
    """Return what changes whenever something is written to the database: size and time of its file and of its log."""
    return tuple((file.stat().st_size, file.stat().st_mtime_ns) for file in _database())


def _database() -> list[Path]:
    """Return the file of the database and its log, as far as they are there."""
    database = Path(settings().database.partition(':///')[2])
    return [file for file in (database, database.with_name(database.name + '-wal')) if file.exists()]


def _refuse_full(folder: Path) -> None:
    """Leave the reserve of the disk free: where copies lie beside the data they must not stop the service."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = sum(file.stat().st_size for file in _database()) + settings().disk_reserve_mb * 1_000_000
    if shutil.disk_usage(folder).free < wanted:
        raise OSError(errno.ENOSPC, 'no room for a copy', str(folder))


def prune(folder: Path, days: int) -> int:
    """Remove the copies that are too many and, once a day, stored files that none names. Returns how many copies went."""
    found = copies(folder)
    wanted = set(found[-RECENT:]) | _last_of_each(found, days, lambda at: at.date())
    wanted |= _last_of_each(found, WEEKS, lambda at: at.isocalendar()[:2])
    unwanted = [copy for copy in found if copy not in wanted]
    for copy in unwanted:
        remove(copy)
    if _seen.swept is None or abs(now() - _seen.swept) > timedelta(days=1):
        with suppress(CopyRunning):
            sweep(folder, copies(folder))
            _seen.swept = now()
    return len(unwanted)


def _last_of_each(found: Iterable[Path], keep: int, period: Callable[[datetime], Hashable]) -> set[Path]:
    """Return the last copy of each of the newest periods."""
    last = {period(at): copy for copy in found if (at := _made_at(copy))}
    return set(list(last.values())[-keep:])


@jobs.loop(every=timedelta(minutes=1), name='backup-watch')
async def watch() -> int:
    """Write to every administrator when the last copy is too old, once a day. Returns how many letters were written.

    A service that has just begun is given the time of its first copy; where there is none at all, a failure is enough.
    """
    found = await state()
    _seen.since = min(_seen.since or now(), now())
    is_young = not (found.last is None and jobs.LOOPS[LOOP].failures) and now() - _seen.since < found.limit
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
