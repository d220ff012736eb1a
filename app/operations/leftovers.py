"""What a kill left in the folder of files: halves, and bytes that no row names. Removed at the start and once a day.

Only what is older than a day: by then no upload, supplement or restore that wrote it is still under way.
"""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from app import jobs
from app.db import read
from app.disk import PART
from app.log import log
from app.notifications import settings
from app.operations.meter import meter
from models import Attachment
from models.enums import AttachmentState

OLD = timedelta(days=1)
BATCH = 500


@jobs.loop(every=timedelta(days=1), name='leftovers')
async def sweep() -> int:
    """Remove what was left over and return how many files that were; counted in the log and in ``/metrics``."""
    before, removed = time.time() - OLD.total_seconds(), 0
    for folder in await asyncio.to_thread(_folders, settings().files_dir):
        old = await asyncio.to_thread(_old, folder, before)
        for start in range(0, len(old), BATCH):
            batch = old[start : start + BATCH]
            named = await _named([path.name for path in batch])
            removed += await asyncio.to_thread(_remove, [path for path in batch if path.name not in named])
    halves = [path for path in await asyncio.to_thread(_old, settings().data_dir, before) if path.suffix == PART]
    removed += await asyncio.to_thread(_remove, halves)
    if removed:
        log.warning('left-overs removed', extra={'files': removed})
    meter.leftovers += removed
    return removed


def _folders(files: Path) -> list[Path]:
    """Return the folders in which stored files lie."""
    return sorted(path for path in files.glob('*') if path.is_dir())


def _old(folder: Path, before: float) -> list[Path]:
    """Return the files of a folder that were written before a moment."""
    return [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < before]


async def _named(names: list[str]) -> set[str]:
    """Return those names that a row still counts on: not those of papers that were taken away."""
    query = select(Attachment.storage_key).where(
        col(Attachment.storage_key).in_(names), col(Attachment.state) != AttachmentState.REMOVED
    )
    async with read() as db:
        return set((await db.execute(query)).scalars())


def _remove(files: list[Path]) -> int:
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)
