"""Whether the installation can do its work, and figures of its state: counts and ages, nothing of a person."""

import asyncio
import os
import resource
import shutil
import sys
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col

from app.clock import now
from app.db import read, write
from app.dossiers import quarantine
from app.log import incident
from app.notifications import settings
from app.operations import copies
from models import Dossier, Message
from models.enums import MessageState, Status

PATIENCE = 5.0
"""Seconds after which something that does not answer counts as broken."""
OLDEST_MESSAGE = timedelta(hours=1)
"""A message that is due and waits longer shows that mail does not leave. It is told, the service goes on."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. ``needed``: without it nobody can be served."""

    name: str
    ok: bool
    needed: bool = True


@dataclass(frozen=True)
class Outbox:
    """How many messages wait, and how long the oldest that is due has waited."""

    depth: int
    age: timedelta


async def checks() -> list[Check]:
    """Look at what is needed and at what should go on beside it; what fails is in the log under an incident's number."""
    database, writer = await asyncio.gather(_works('database', _ask()), _works('writer', _take_the_pen()))
    outbox_ok = database and (await outbox()).age < OLDEST_MESSAGE
    scanner_ok = database and not (await quarantine.waiting()).is_long
    backup_ok = not settings().backup_dir or (await copies.state()).is_fresh
    return [
        Check('database', database),
        Check('writer', writer),
        Check('disk', free_bytes() >= settings().disk_reserve_mb * 1_000_000),
        Check('outbox', outbox_ok, needed=False),
        Check('scanner', scanner_ok, needed=False),
        Check('backup', backup_ok, needed=False),
    ]


async def _works(name: str, work: Awaitable[None]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await work
    except Exception as error:
        incident(error, f'readyz {name}')
        return False
    return True


async def _ask() -> None:
    async with read() as db:
        await db.execute(select(1))


async def _take_the_pen() -> None:
    """Get the turn of the one writer and give it back."""
    async with write() as db:
        await db.execute(select(1))


def free_bytes() -> int:
    """Return what is left on the disk of the data folder."""
    folder = settings().data_dir
    return shutil.disk_usage(folder if folder.exists() else Path()).free


async def outbox() -> Outbox:
    """Return how full the outbox is."""
    moment = now()
    waiting = select(func.count(), func.min(Message.next_try_at)).where(col(Message.state) == MessageState.QUEUED)
    async with read() as db:
        depth, oldest = (await db.execute(waiting)).one()
    return Outbox(depth, max(moment - oldest, timedelta()) if depth else timedelta())


async def dossiers_by_status() -> dict[Status, int]:
    """Return how many dossiers stand in each status."""
    async with read() as db:
        found = await db.execute(select(Dossier.status, func.count()).group_by(Dossier.status))
        counts = {status: count for status, count in found.all()}  # noqa: C416 - rows are not yet pairs
    return {status: counts.get(status, 0) for status in Status}


def resident_bytes() -> int:
    """Return the memory of this process; the most it ever had where the system does not tell."""
    try:
        pages = int(Path('/proc/self/statm').read_text('ascii').split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024)
    return pages * os.sysconf('SC_PAGE_SIZE')
