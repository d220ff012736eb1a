"""Alembic's entry: migrations run on SQLite and PostgreSQL through the asynchronous drivers that the service uses.

A migration names plain SQLAlchemy types only, so that it still says the same when the models have moved on.
"""

import asyncio
from typing import Any, Literal, cast

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, Engine, Enum, String, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import models  # noqa: F401  registers the tables
from models import search
from models.types import UTC, IntEnumType

ONE_AT_A_TIME = 0x6D6F74637561
"""Key of PostgreSQL's advisory lock: of several processes that start together one migrates and the others wait."""


def render_type(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain types they are stored in."""
    if kind != 'type':
        return False
    match thing:
        case UTC():
            return 'sa.DateTime(timezone=True)'
        case IntEnumType():
            return 'sa.SmallInteger()'
        case JSON():
            autogen.imports.add('from sqlalchemy.dialects import postgresql')
            return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
        case Enum():
            return f'sa.String({thing.length})'
        case AutoString():
            length = cast('String', thing.impl).length
            return f'sa.String({length or ""})'
    return False


def is_ours(name: str | None, _kind: str, _parents: Any) -> bool:
    """Leave out what is derived from the tables: it is made after the migrations."""
    return not search.is_own(name)


def migrate(connection: Connection) -> None:
    """Run what Alembic was asked for in one transaction, on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=render_type,
        include_name=is_ours,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == 'postgresql':
            connection.execute(text('SELECT pg_advisory_xact_lock(:key)'), {'key': ONE_AT_A_TIME})
        context.run_migrations()
        search.prepare(connection)


def make_ddl_transactional(engine: Engine) -> None:
    """Begin transactions ourselves: Python's sqlite3 would let changes of tables out of them."""

    @event.listens_for(engine, 'connect')
    def _leave_it_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, 'begin')
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql('BEGIN IMMEDIATE')


async def run() -> None:
    """Open the database that was asked for and migrate it."""
    engine = create_async_engine(context.config.attributes['database_url'], poolclass=NullPool)
    if engine.dialect.name == 'sqlite':
        make_ddl_transactional(engine.sync_engine)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


asyncio.run(run())
