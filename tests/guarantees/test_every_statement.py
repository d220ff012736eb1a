"""An act that fails after any one of its SQL statements has not happened: no row, no message, no file is left of it."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from app import db as database_module
from app import live
from app.db import read
from app.limits import forget_all
from tests.guarantees.invariants import broken
from tests.guarantees.life import Life, with_draft_shown
from tests.guarantees.recording import FULL, Guarantee, dose, say
from tests.support import world as municipality
from tests.support.world import World

PROMISE = 'G3'
READS = ('paper_read',)


@pytest.fixture(params=['sqlite', *([pytest.param('postgresql', marks=pytest.mark.postgres)] if FULL else [])])
def dialect(request: pytest.FixtureRequest) -> str:
    """SQLite at a small dose, both in full."""
    return str(request.param)


@pytest.fixture
async def world(database: None, database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    _read_apart(database_url)
    await forget_all()
    yield await with_draft_shown(await municipality.build(tmp_path))


def _read_apart(url: str) -> None:
    """Let readers have an engine of their own on PostgreSQL too: what is read after a commit is no part of the act."""
    opened = database_module._open()
    if len(opened.engines) == 1:
        reader = create_async_engine(url)
        opened.reader, opened.engines = database_module._maker(reader), (reader, *opened.engines)


class PulledPlug(Exception):
    """What the test raises in the middle of a transaction."""


@contextmanager
def failing(after: int) -> Iterator[list[str]]:
    """Let the ``after``-th statement of a writing transaction be its last; 0: the commit. Gives what was cut off."""
    cut: list[str] = []
    engine = database_module._open().engines[-1].sync_engine
    count = 0

    def statement(connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        nonlocal count
        count += 1
        if count == after:
            cut.append(text)
            raise PulledPlug

    def commit(_connection: Any) -> None:
        if after == 0 and count:
            cut.append('COMMIT')
            raise PulledPlug

    event.listen(engine, 'after_cursor_execute', statement)
    event.listen(engine, 'commit', commit)
    try:
        yield cut
    finally:
        event.remove(engine, 'after_cursor_execute', statement)
        event.remove(engine, 'commit', commit)


async def everything(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Return a hash of every table, and the files."""
    found = {}
    async with read() as db:
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in READS:
                rows = sorted(repr(tuple(row)) for row in (await db.execute(select(table))).all())
                found[table.name] = hashlib.sha256('\n'.join(rows).encode()).hexdigest()
    return found, sorted(str(file) for file in (folder / 'files').rglob('*') if file.is_file())


def different(before: tuple[dict[str, str], list[str]], after: tuple[dict[str, str], list[str]]) -> set[str]:
    """Return the tables that are not what they were, and the files."""
    return {table for table in before[0] if before[0][table] != after[0][table]} | set(before[1]) ^ set(after[1])


async def live_through(life: Life, acts: Iterator[Any], folder: Path, step: int) -> dict[str, int]:
    """Let each act fail at every ``step``-th statement and at its commit, then succeed. Returns failures by act."""
    failures: dict[str, int] = {}
    for name, carry_out in acts:
        before = await everything(folder)
        at = 0
        while True:
            signals: list[str] = []
            with failing(at) as cut, listening(signals):
                try:
                    life.keep(await carry_out())
                except PulledPlug:
                    assert cut
            if not cut:
                break
            left = different(before, await everything(folder))
            assert not left, f'{name} left something behind in {left} after {cut[0][:200]}'
            assert not signals, f'{name} told the screens of what did not happen'
            failures[name] = failures.get(name, 0) + 1
            await forget_all()
            at += step if at else 1
        assert failures.get(name), f'{name} never failed'
        assert await broken() == {}, name
    return failures


@contextmanager
def listening(into: list[str]) -> Iterator[None]:
    """Note what screens are told."""
    tell = live.signal
    live.signal = into.append  # type: ignore[assignment]
    try:
        yield
    finally:
        live.signal = tell


async def test_an_act_that_fails_anywhere_has_not_happened(
    world: World, tmp_path: Path, dialect: str, guarantee: Guarantee
) -> None:
    failures: dict[str, int] = {}
    for name in ('whole', 'refuse', 'stop', 'withdraw', 'replace'):
        life = Life(world)
        acts = life.whole() if name == 'whole' else life.short(name)
        for act, count in (await live_through(life, acts, tmp_path, dose(9, 1))).items():
            failures[act] = failures.get(act, 0) + count
        say(f'{dialect}: {name}: {sum(failures.values())} failures so far')
    guarantee(
        PROMISE,
        happened=sum(failures.values()),
        unit=f'failures of {len(failures)} acts',
        fault=f'{dialect}: an error after each SQL statement of each act from draft to returned result, and at commit',
        outcome='every table and folder as before, no screen told; after success status, version, event, messages agree',
    )
