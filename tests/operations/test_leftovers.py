"""A kill between a file and its row leaves bytes that nobody names: they go after a day, and nothing else does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app import notifications, storage
from app.db import write
from app.limits import forget_all
from app.operations import leftovers
from app.operations.figures import figures, forget
from app.operations.meter import meter
from app.settings import Settings
from models import Attachment
from models.enums import AttachmentState
from tests.support import world as municipality
from tests.support.world import World, filed

ROOT = Path(__file__).parents[2]
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from app import crypto, sealed, storage

crypto.use_master_key(b'k' * 32)
storage.use_folder(Path(sys.argv[1]))
if sys.argv[2] == 'half':
    sealed.write = lambda source, out, *_rest: (out.write(b'half'), out.flush(), os.kill(os.getpid(), signal.SIGKILL))

async def keep():
    async with storage.kept(b'a paper'):
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(keep())
"""


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    await forget_all()
    made = await municipality.build(tmp_path)
    notifications.use_settings(Settings(data_dir=tmp_path))
    storage.use_folder(tmp_path / 'files')
    yield made
    notifications.use_settings(Settings())


def killed(files: Path, where: str) -> None:
    done = subprocess.run([sys.executable, '-c', KILLED, str(files), where], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def stored(files: Path) -> set[Path]:
    return {path for path in files.rglob('*') if path.is_file()}


def age(files: Path, by: timedelta) -> None:
    at = time.time() - by.total_seconds()
    for path in stored(files):
        os.utime(path, (at, at))


async def test_what_a_kill_left_goes_after_a_day_and_nothing_else(world: World, tmp_path: Path) -> None:
    files, counted = tmp_path / 'files', meter.leftovers
    await filed(world)
    (named,) = stored(files)
    killed(files, 'half')
    killed(files, 'whole')
    left = stored(files) - {named}
    assert sorted(path.suffix for path in left) == ['', '.part']
    (tmp_path / 'secret.key.new').touch()
    (tmp_path / 'keys.json.part').touch()
    age(tmp_path, leftovers.OLD - timedelta(minutes=1))
    assert await leftovers.sweep() == 0
    age(tmp_path, leftovers.OLD + timedelta(minutes=1))
    assert await leftovers.sweep() == 3
    assert stored(files) == {named}
    assert (tmp_path / 'secret.key.new').exists()
    assert meter.leftovers - counted == 3
    forget()
    assert f'motcua_leftovers_removed_total {meter.leftovers}' in await figures()


async def test_a_paper_that_was_taken_away_is_left_over_too(world: World, tmp_path: Path) -> None:
    await filed(world)
    async with write() as db:
        await db.execute(Attachment.__table__.update().values(state=AttachmentState.REMOVED))  # type: ignore[attr-defined]
    age(tmp_path / 'files', timedelta(days=2))
    assert await leftovers.sweep() == 1
    assert not stored(tmp_path / 'files')
