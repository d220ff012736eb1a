"""SQLite's connection, with one visit to its thread for each statement where the driver alone makes four.

A visit costs more than most of our statements: waking the thread, waking the event loop, and waiting for both. So a cursor
is made, run, read and closed in one, and a transaction begins together with its first statement.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import Any, Self

import aiosqlite


class Cursor:
    """What one statement brought. All rows are read at once: nobody here asks for them one by one."""

    arraysize = 1

    def __init__(self, connection: 'Connection') -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> Self:
        """Run a statement."""
        await self._connection.visit(self._run, 'execute', statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run a statement for each row of values."""
        await self._connection.visit(self._run, 'executemany', statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: it was closed when it had been read."""

    def _run(self, connection: sqlite3.Connection, how: str, statement: str, parameters: Any) -> None:
        with closing(connection.cursor()) as cursor:
            getattr(cursor, how)(statement, parameters)
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
            self._rows = cursor.fetchall() if cursor.description else []


class Connection(aiosqlite.Connection):
    """A connection whose transaction begins with the first thing that is asked in it."""

    _begin = ''
    _is_open = False
    """A transaction was begun here, or asked to begin, and has not ended since. What began by a statement of its own is
    seen by ``in_transaction``."""

    def begin(self, statement: str) -> None:
        """Say how the next transaction begins."""
        self._begin = statement

    def cursor(self) -> Cursor:  # type: ignore[override] # what SQLAlchemy asks for is its ``__aenter__``
        """Return a cursor that has asked for nothing yet."""
        return Cursor(self)

    async def visit(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Have work done on the connection, in its thread."""
        return await self._execute(work, self._conn, *arguments)

    async def commit(self) -> None:
        """Commit; a transaction in which nothing was asked never began."""
        self._begin = ''
        if self._is_open or self.in_transaction:
            await super().commit()
            self._is_open = False

    async def rollback(self) -> None:
        """Roll back; a pool that takes the connection back asks for it once more, when there is nothing left to undo."""
        self._begin = ''
        if self._is_open or self.in_transaction:
            await super().rollback()
            self._is_open = False

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        begin, self._begin = self._begin, ''
        if begin:
            self._is_open = True
            return await super()._execute(_begun, self._conn, begin, partial(fn, *args, **kwargs))
        return await super()._execute(fn, *args, **kwargs)


def _begun(connection: sqlite3.Connection, begin: str, work: Callable[[], Any]) -> Any:
    connection.execute(begin)
    return work()


async def connect(file: str, *, wait: float) -> Connection:
    """Open a database file; ``wait`` is how many seconds a statement waits for another program that holds it."""

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(file, timeout=wait, isolation_level=None)

    connection = Connection(opened, 64)
    connection._thread.daemon = True  # as SQLAlchemy does: the process may end without us
    await connection
    return connection
