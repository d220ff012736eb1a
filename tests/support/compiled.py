"""Statements are compiled once for a whole run: each test opens a database of its own, and SQLAlchemy would begin anew with each.

What SQLAlchemy remembers of a statement it keeps by engine and by dialect object. All databases of one kind are alike
here, so what was compiled for one holds for the next.
"""

from functools import partial
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

from app import db

STATEMENTS = 5000


def share() -> None:
    """Let all databases that are opened from now on share what was compiled, by kind of database."""
    for dialect in (PGDialect_asyncpg, SQLiteDialect_aiosqlite):
        setattr(dialect, '__hash__', lambda self: hash(type(self)))  # noqa: B010 mypy allows no other way
        setattr(dialect, '__eq__', lambda self, other: type(self) is type(other))  # noqa: B010
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    options = {'compiled_cache': compiled}
    setattr(db, 'create_async_engine', partial(db.create_async_engine, execution_options=options))  # noqa: B010
