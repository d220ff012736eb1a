"""Our connection of SQLite: what is asked in one visit is asked in order, whole, and within its transaction."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import sqlite


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[sqlite.Connection]:
    made = await sqlite.connect(str(tmp_path / 'a.db'), wait=0.1)
    await made.execute('CREATE TABLE t (x INTEGER)')
    yield made
    await made.close()


def other(tmp_path: Path) -> list[tuple[int]]:
    with sqlite3.connect(tmp_path / 'a.db') as seen:
        rows = seen.execute('SELECT x FROM t').fetchall()
    seen.close()
    return rows


async def test_a_transaction_begins_with_its_first_statement_and_ends_whole(
    connection: sqlite.Connection, tmp_path: Path
) -> None:
    connection.begin('BEGIN IMMEDIATE')
    assert not connection.in_transaction
    cursor = connection.cursor()
    await cursor.execute('INSERT INTO t VALUES (?)', (1,))
    assert connection.in_transaction
    await cursor.executemany('INSERT INTO t VALUES (?)', [(2,), (3,)])
    assert other(tmp_path) == []
    await connection.commit()
    assert other(tmp_path) == [(1,), (2,), (3,)]


async def test_what_is_asked_past_the_cursor_is_in_the_transaction_too(
    connection: sqlite.Connection, tmp_path: Path
) -> None:
    connection.begin('BEGIN IMMEDIATE')
    await connection.executemany('INSERT INTO t VALUES (?)', [(1,), (2,)])
    await connection.rollback()
    assert other(tmp_path) == []


async def test_a_transaction_in_which_nothing_was_asked_leaves_nothing_behind(connection: sqlite.Connection) -> None:
    for end in (connection.commit, connection.rollback):
        connection.begin('BEGIN IMMEDIATE')
        await end()
        await connection.cursor().execute('SELECT 1')
        assert not connection.in_transaction


async def test_one_that_could_not_begin_is_no_transaction(connection: sqlite.Connection, tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / 'a.db', isolation_level=None)
    holder.execute('BEGIN IMMEDIATE')
    connection.begin('BEGIN IMMEDIATE')
    with pytest.raises(sqlite3.OperationalError, match='locked'):
        await connection.cursor().execute('INSERT INTO t VALUES (1)')
    assert not connection.in_transaction
    await connection.rollback()
    holder.close()


async def test_what_was_broken_off_still_ends_in_order(connection: sqlite.Connection, tmp_path: Path) -> None:
    connection.begin('BEGIN IMMEDIATE')
    slow = 'INSERT INTO t SELECT max(value) FROM generated'
    slow = f'WITH RECURSIVE generated(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM generated WHERE value < 200000) {slow}'
    asked = asyncio.create_task(connection.cursor().execute(slow))
    await asyncio.sleep(0)
    asked.cancel()
    await connection.rollback()
    assert not connection.in_transaction
    assert other(tmp_path) == []


async def test_a_cursor_tells_what_its_statement_brought(connection: sqlite.Connection) -> None:
    cursor = connection.cursor()
    await cursor.execute('INSERT INTO t VALUES (7)')
    assert (cursor.lastrowid, cursor.rowcount, cursor.description) == (1, 1, None)
    await cursor.execute('SELECT x FROM t')
    assert [name for name, *_ in cursor.description] == ['x']
    assert (await cursor.fetchall(), await cursor.fetchall()) == ([(7,)], [])


async def test_what_has_ended_is_not_rolled_back_once_more(
    connection: sqlite.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    visit = sqlite.Connection._execute

    async def watched(self: sqlite.Connection, fn: object, *rest: object) -> object:
        asked.append(fn)
        return await visit(self, fn, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite.Connection, '_execute', watched)
    for end in (connection.commit, connection.rollback):
        connection.begin('BEGIN')
        await connection.cursor().execute('SELECT 1')
        await end()
        await connection.rollback()
    assert len(asked) == 4
