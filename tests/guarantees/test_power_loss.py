"""A power cut: every commit that was acknowledged before it is there, every file that a row names is whole."""

import os
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app import storage
from app.db import write
from app.limits import forget_all
from tests.guarantees.invariants import broken_in
from tests.guarantees.recording import Guarantee, dose, say
from tests.support import world as municipality
from tests.support.world import World, filed

PROMISE = 'G2'


@pytest.fixture
def dialect() -> str:
    """The embedded database."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    await forget_all()
    yield await municipality.build(tmp_path)


async def test_a_log_cut_off_anywhere_holds_what_was_acknowledged_before_the_cut(
    world: World, tmp_path: Path, guarantee: Guarantee
) -> None:
    log, told = tmp_path / 'motcua.db-wal', list[tuple[int, str]]()
    async with write() as db:
        assert (await db.execute(text('PRAGMA synchronous'))).scalar_one() == 2, 'FULL'
        assert (await db.execute(text('PRAGMA journal_mode'))).scalar_one() == 'wal'
        await db.execute(text('PRAGMA wal_autocheckpoint=0'))
    begun = log.stat().st_size
    for _ in range(dose(6, 60)):
        number = (await filed(world)).filing_number
        told.append((log.stat().st_size, number))
    assert told[-1][0] > begun
    lost, cuts = 0, dose(40, 2000)
    for cut in range(cuts):
        at = random.randrange(begun, told[-1][0])
        there = _after_the_cut(tmp_path, at)
        assert not [number for end, number in told if end <= at and number not in there]
        lost += any(end > at and number not in there for end, number in told)
        if cut % 200 == 199:
            say(f'{cut + 1} of {cuts} cuts')
    assert lost, 'no cut took anything'
    guarantee(
        PROMISE,
        happened=cuts,
        unit='cuts',
        fault=f'the write-ahead log cut off at a random byte ({lost} cuts took what came after), synchronous=FULL seen',
        outcome=f'each opened clean, with every one of {len(told)} filings that was acknowledged before the cut',
    )


def _after_the_cut(folder: Path, at: int) -> set[str]:
    """Open a copy whose log ends at a byte; return the filing numbers in it."""
    copy = folder / 'cut'
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copyfile(folder / 'motcua.db', copy / 'motcua.db')
    with (folder / 'motcua.db-wal').open('rb') as log:
        (copy / 'motcua.db-wal').write_bytes(log.read(at))
    assert broken_in(copy / 'motcua.db') == {}
    with closing(sqlite3.connect(copy / 'motcua.db')) as db:
        return {row[0] for row in db.execute('SELECT filing_number FROM dossier')}


async def test_a_file_is_on_the_disk_before_its_row_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarantee: Guarantee
) -> None:
    storage.use_folder(tmp_path / 'files')
    steps: list[tuple[str, str]] = []
    sync, move = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        sync(handle)
        steps.append(('sync', os.readlink(f'/proc/self/fd/{handle}')))

    def replace(self: Path, target: Path) -> Path:
        steps.append(('move', str(self)))
        return move(self, target)

    monkeypatch.setattr(os, 'fsync', fsync)
    monkeypatch.setattr(Path, 'replace', replace)
    for _ in range(dose(3, 50)):
        steps.clear()
        kept = await storage.put(os.urandom(30_000))
        folder, file = tmp_path / 'files', storage.place(tmp_path / 'files', kept.key)
        moved = next(number for number, (what, _) in enumerate(steps) if what == 'move')
        assert ('sync', steps[moved][1]) in steps[:moved], 'its bytes are flushed before it gets its name'
        flushed = {path for what, path in steps[moved:] if what == 'sync'}
        assert {str(file.parent), str(folder)} <= flushed, 'and then each folder above'
    guarantee(
        PROMISE,
        happened=dose(3, 50),
        unit='files watched',
        fault='every fsync and rename of a stored file noted, in order',
        outcome='bytes flushed, then renamed, then every new folder flushed, all before the row is written',
    )
