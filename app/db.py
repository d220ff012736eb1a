"""The database: one writer connection and many readers on SQLite, one pool on PostgreSQL."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import StaticPool

from app import sqlite
from app.errors import Unavailable
from app.log import log

READERS = 8
BUSY_SECONDS = 10
"""How long a writer waits for another program that holds the database, before it says so."""
_HELD, _FULL = ('database is locked', 'database table is locked'), ('database or disk is full', 'disk I/O error')
"""SQLite's own words."""


class FolderInUse(Exception):
    """Another process holds the data folder."""


class NotOpen(RuntimeError):
    """``open_database`` was not called."""


@dataclass
class _Database:
    reader: async_sessionmaker[AsyncSession]
    writer: async_sessionmaker[AsyncSession]
    engines: tuple[AsyncEngine, ...]
    turn: asyncio.Lock | None
    """On SQLite writers take turns here, so that none ever meets SQLITE_BUSY."""


_database: _Database | None = None
PUBLIC = frozenset(
    {
        'unit',
        'procedure',
        'procedure_version',
        'procedure_basis',
        'instrument',
        'setting',
        'council_fee',
        'calendar_day',
        'calendar_version',
        'work_session',
        'duty_post',
        'downtime',
        'feedback',
    }
)
"""Tables that public pages show."""
POSTGRESQL = {'application_name': 'motcua', 'jit': 'off', 'plan_cache_mode': 'force_custom_plan'}
"""How each connection is set. A plan made once for any words and any number of rows goes through the whole table for a rare
word; and what a report asks takes seconds to compile and milliseconds to answer."""
_public_changes = 0
_changing = False
"""On SQLite: whoever writes now has changed a public table."""


async def open_database(url: str) -> None:
    """Open the engines for a SQLAlchemy URL with an asynchronous driver."""
    global _database, _public_changes
    _public_changes += 1
    if url.startswith('sqlite'):
        writer = _sqlite(url, read_only=False)
        reader = _sqlite(url, read_only=True)
        _watch(writer)
        _database = _Database(_maker(reader), _maker(writer), (reader, writer), asyncio.Lock())
    else:
        engine = create_async_engine(
            url,
            pool_size=10,
            max_overflow=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={'server_settings': POSTGRESQL},
        )
        _watch(engine)
        _database = _Database(_maker(engine), _maker(engine), (engine,), None)


async def close_database() -> None:
    """Close all connections."""
    global _database
    if _database:
        for engine in _database.engines:
            await engine.dispose()
    _database = None


def public_changes() -> int:
    """Return a number that goes up whenever this process commits a change of what public pages show."""
    return _public_changes


def public_state(db: AsyncSession) -> int | None:
    """Return the number of public changes that a session of ``read()`` or ``write()`` sees: what was remembered of it still holds.

    None when that is not known: it changes something itself, or other processes may.
    """
    return None if db.info.get('writes') and _changing else db.info.get('public')


def _watch(engine: AsyncEngine) -> None:
    """Notice writes to public tables by the statements themselves, so that none is forgotten; they count once committed."""

    @event.listens_for(engine.sync_engine, 'before_cursor_execute')
    def _notice(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        global _changing
        verb, *words = statement.split(None, 3)[:3]
        if verb in ('INSERT', 'UPDATE', 'DELETE') and PUBLIC & {word.strip('"') for word in words}:
            connection.info['changes_public'] = _changing = True

    @event.listens_for(engine.sync_engine, 'commit')
    def _count(connection: Any) -> None:
        global _public_changes
        _public_changes += bool(connection.info.pop('changes_public', False))


def _maker(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False, autoflush=False)


def _sqlite(url: str, *, read_only: bool) -> AsyncEngine:
    """Make an engine whose connections keep every commit through a power cut (``synchronous=FULL``).

    One connection writes and checkpoints: SQLite below 3.51.3 can corrupt a WAL that two connections reset.
    """
    options: dict[str, Any] = (
        {'poolclass': StaticPool} if not read_only else {'pool_size': READERS, 'max_overflow': READERS}
    )
    file = make_url(url).database or ':memory:'
    engine = create_async_engine(
        url, async_creator=partial(sqlite.connect, file, wait=BUSY_SECONDS), hide_parameters=True, **options
    )

    @event.listens_for(engine.sync_engine, 'connect')
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute('PRAGMA journal_mode=WAL')
        cursor.execute('PRAGMA synchronous=FULL')
        cursor.execute('PRAGMA foreign_keys=ON')
        cursor.execute(f'PRAGMA busy_timeout={BUSY_SECONDS * 1000}')
        cursor.execute('PRAGMA cache_size=-16000')
        if read_only:
            cursor.execute('PRAGMA query_only=ON')
            cursor.execute('PRAGMA wal_autocheckpoint=0')
        cursor.close()

    @event.listens_for(engine.sync_engine, 'begin')
    def _begin(connection: Any) -> None:
        connection.connection.driver_connection.begin('BEGIN' if read_only else 'BEGIN IMMEDIATE')

    return engine


def _open() -> _Database:
    if _database is None:
        raise NotOpen('the database is not open')
    return _database


def dialect() -> str:
    """Return ``sqlite`` or ``postgresql``."""
    return _open().engines[0].dialect.name


async def take_turn(db: AsyncSession, name: str) -> None:
    """Wait until no other transaction has this turn, and keep it to the end of ours. SQLite has one writer anyway."""
    if db.get_bind().dialect.name == 'postgresql':
        await db.execute(text('SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))'), {'name': name})


@asynccontextmanager
async def read() -> AsyncIterator[AsyncSession]:
    """Give a session that only reads."""
    database = _open()
    async with database.reader() as db:
        if database.turn:
            db.info['public'] = _public_changes
        yield db


@asynccontextmanager
async def write() -> AsyncIterator[AsyncSession]:
    """Give a session whose work is committed as one transaction, or not at all.

    Raises:
        Unavailable: another program holds the database, or the disk is full; nothing was written.
    """
    global _public_changes, _changing
    database, before = _open(), _public_changes
    async with database.turn or nullcontext(), database.writer() as db:
        if database.turn:
            _changing = False
            db.info.update(public=_public_changes, writes=True)
        try:
            async with db.begin():
                yield db
        except DBAPIError as error:
            if refusal := _refusal(error):
                raise refusal from error
            raise
        _public_changes += _public_changes != before  # whoever read between the count and the commit reads again
        callbacks = db.info.pop('after_commit', [])
    for callback in callbacks:
        callback()


def _refusal(error: DBAPIError) -> Unavailable | None:
    """Return what to tell people of an error that is the installation's, not theirs."""
    words = str(error.orig)
    if words.startswith(_HELD):
        log.error('another program holds the database')
        return Unavailable()
    if words.startswith(_FULL):
        log.error('no room for the database: %s', words)
        return Unavailable('error.disk_full')
    return None


def after_commit(db: AsyncSession, callback: Callable[[], None]) -> None:
    """Call back once the transaction of this session is committed; never when it is rolled back."""
    db.info.setdefault('after_commit', []).append(callback)


def lock_folder(folder: Path) -> TextIO:
    """Hold the data folder for this process until the returned file is closed; no other account looks into it.

    Raises:
        FolderInUse: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(PermissionError):  # a mounted folder may be somebody else's
        folder.chmod(0o700)
    file = (folder / 'lock').open('a+')
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        file.close()
        raise FolderInUse(str(folder)) from taken
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file
