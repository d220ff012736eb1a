"""Somebody who can write to the database but has no key alters, removes, adds and moves rows: found every time."""

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import notifications
from app.audit import anchoring
from app.audit.anchor import Kept, kept
from app.audit.verify import Fault, verify
from app.clock import pretend
from app.dossiers import attachments, commands
from app.settings import Settings
from models import Anchor
from tests.guarantees.recording import Guarantee, dose, say
from tests.support import world as municipality
from tests.support.world import World, filed

PROMISE = 'G15'
DAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHAINS = {'event': 'events', 'paper_read': 'reads'}
Row = dict[str, object]


@pytest.fixture
def dialect() -> str:
    """Run on SQLite: the file is what the insider has."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A small municipality with a history, anchored on three days."""
    notifications.use_settings(Settings(base_url='http://portal.example', _env_file=None))
    one = await municipality.build(tmp_path)
    for day in range(3):
        with pretend(DAY + timedelta(days=day)):
            for _ in range(dose(1, 4)):
                await _one_life(one)
            await anchoring.run_once()
    await _one_life(one)  # after the last anchor
    return one


async def _one_life(world: World) -> None:
    new = await filed(world)
    await attachments.open_file(world.binh, new.papers[0].id)
    await commands.accept(world.binh, new.dossier_id, 1, order_reason='priority_person')
    await attachments.open_file(world.chi, new.papers[0].id)


class Insider:
    """Somebody with the database file. ``undone`` puts back what a block did, so that each fault stands alone."""

    def __init__(self, file: Path) -> None:
        self.db = sqlite3.connect(file, isolation_level=None, timeout=30)
        self.db.row_factory = sqlite3.Row

    def rows(self, table: str) -> list[Row]:
        return [dict(row) for row in self.db.execute(f'SELECT * FROM {table} ORDER BY rowid')]

    def does(self, statement: str, *values: object) -> int:
        """Do something to rows and return how many it touched."""
        return self.db.execute(statement, values).rowcount

    @contextmanager
    def undone(self, *tables: str) -> Iterator[None]:
        before = {table: self.rows(table) for table in tables}
        yield
        assert any(self.rows(table) != rows for table, rows in before.items()), 'nothing was tampered with'
        for table, rows in before.items():
            self.does(f'DELETE FROM {table}')
            for row in rows:
                self.put(table, row)

    def put(self, table: str, row: Row) -> None:
        marks = ', '.join('?' * len(row))
        self.does(f'INSERT INTO {table} ({", ".join(row)}) VALUES ({marks})', *row.values())


@pytest.fixture
def insider(world: World, tmp_path: Path) -> Iterator[Insider]:
    """The insider, once the history is there."""
    one = Insider(tmp_path / 'motcua.db')
    with closing(one.db):
        yield one


def _other(value: object) -> object:
    """Return another value that the column takes."""
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 1
    text = str(value)
    if text.startswith('{'):
        return '{"x": 1}'
    return f'2019{text[4:]}' if re.match(r'\d{4}-\d\d-\d\d ', text) else text + 'x'


async def _faults(outside: tuple[Kept, ...] = ()) -> set[Fault]:
    return set((await verify(outside)).faults)


async def test_every_altered_row_is_found_where_it_stands(insider: Insider, guarantee: Guarantee) -> None:
    done: Counter[str] = Counter()
    for table, chain in CHAINS.items():
        for n, row in enumerate(insider.rows(table), 1):
            columns = [name for name in row if name not in ('sequence', 'id')]
            chosen = columns if dose(0, 1) else [columns[n % len(columns)]]
            for column in chosen:
                with insider.undone(table):
                    assert (
                        insider.does(f'UPDATE {table} SET {column} = ? WHERE sequence = ?', _altered(row, column), n)
                        == 1
                    )
                    assert Fault(n, 'chain', chain) in await _faults(), (table, n, column)
                done[chain] += 1
            say(f'{table} {n}')
    for row in insider.rows('event_text'):
        for column in ('note', 'data', 'public', 'salt'):
            with insider.undone('event_text'):
                changed = 1 - int(str(row['public'])) if column == 'public' else _other(row[column])
                assert (
                    insider.does(f'UPDATE event_text SET {column} = ? WHERE event_id = ?', changed, row['event_id'])
                    == 1
                )
                assert {fault.what for fault in await _faults()} == {'words'}
            done['words'] += 1
    assert await _faults() == set()
    guarantee(
        PROMISE,
        happened=done.total(),
        unit='alterations',
        fault=f'one column of one row written by somebody with the database but no key: {done["events"]} in events, '
        f'{done["reads"]} in readings of papers, {done["words"]} in words',
        outcome='each found and named by its number; none stays once it is put back',
    )


def _altered(row: Row, column: str) -> object:
    """Return another value that can still be read, where the column holds one of few."""
    few = {'authentication': ('none', 'secret'), 'channel': ('online', 'post')}
    return next(v for v in few[column] if v != row[column]) if column in few else _other(row[column])


async def test_every_removed_added_and_moved_row_is_found(insider: Insider, guarantee: Guarantee) -> None:
    chance = random.Random(15)
    done: Counter[str] = Counter()
    for table, chain in CHAINS.items():
        rows = insider.rows(table)
        for n in range(1, len(rows)):
            with insider.undone(table):
                assert insider.does(f'DELETE FROM {table} WHERE sequence = ?', n) == 1
                assert {Fault(n, 'gap', chain), Fault(n + 1, 'chain', chain)} <= await _faults()
            with insider.undone(table):
                other = chance.choice([m for m in range(1, len(rows) + 1) if m != n])
                _swap(insider, table, n, other)
                assert {Fault(n, 'chain', chain), Fault(other, 'chain', chain)} <= await _faults()
            with insider.undone(table):  # removed, and everything behind moved up to close the gap
                insider.does(f'DELETE FROM {table} WHERE sequence = ?', n)
                insider.does(f'UPDATE {table} SET sequence = -sequence WHERE sequence > ?', n)
                insider.does(f'UPDATE {table} SET sequence = -sequence - 1 WHERE sequence < 0')
                assert Fault(n, 'chain', chain) in await _faults()
            with insider.undone(table):
                _invent(insider, table, rows, len(rows) + 1)
                assert Fault(len(rows) + 1, 'chain', chain) in await _faults()
            done.update(('removed', 'exchanged', 'closed', 'invented'))
    assert await _faults() == set()
    guarantee(
        PROMISE,
        happened=done.total(),
        unit='rows',
        fault=f'{done["removed"]} rows removed, {done["exchanged"]} exchanged with another, {done["closed"]} removed with the gap '
        f'closed, {done["invented"]} invented at the end, in both chains',
        outcome='each found and named by its number',
    )


def _swap(insider: Insider, table: str, one: int, other: int) -> None:
    for before, after in ((one, -1), (other, one), (-1, other)):
        assert insider.does(f'UPDATE {table} SET sequence = ? WHERE sequence = ?', after, before) == 1


def _invent(insider: Insider, table: str, rows: list[Row], number: int) -> None:
    """Add a copy of the last row as if it had happened again."""
    new = {**rows[-1], 'sequence': number}
    insider.put(table, {**new, 'id': 'A' * 22} if 'id' in new else new)


async def test_every_cut_behind_the_last_anchor_is_found(insider: Insider, guarantee: Guarantee) -> None:
    anchors = insider.rows('anchor')
    outside = (kept(await _last()),)
    done: Counter[str] = Counter()
    for table, chain in CHAINS.items():
        anchored = int(str(anchors[-1][chain]))
        rows = len(insider.rows(table))
        assert 0 < anchored < rows
        for left in range(rows):
            with insider.undone(table, 'anchor'):
                assert insider.does(f'DELETE FROM {table} WHERE sequence > ?', left) == rows - left
                found = await _faults()
                expected = {Fault(left + 1, 'cut', chain)} if left < anchored else set()
                assert {fault for fault in found if fault.chain == chain} == expected, (table, left)
                insider.does('DELETE FROM anchor')
                assert not {fault for fault in await _faults() if fault.chain == chain}, 'only the letter can show it'
                assert expected <= await _faults(outside)
                assert Fault(3, 'unknown', 'anchors') in await _faults(outside)
            done['seen' if expected else 'after the last anchor'] += 1
    assert await _faults(outside) == set()
    guarantee(
        PROMISE,
        happened=done['seen'],
        unit='cuts',
        fault='the end of a chain cut off at every place before its last anchor; then the table of anchors emptied as well',
        outcome='each found, by the table and, without the table, by the letter kept outside; '
        f'{done["after the last anchor"]} cuts of what came after the last anchor are, as promised, the only ones not seen',
    )


async def _last() -> Anchor:
    last = await anchoring.made_last()
    assert last is not None
    return last
