"""Brings a database to the shape of ``models``. Called before serving, outside any event loop."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

ROOT = Path(__file__).resolve().parent.parent


def configuration(database_url: str) -> Config:
    """Return Alembic's configuration for a SQLAlchemy URL with an asynchronous driver."""
    config = Config(toml_file=ROOT / 'pyproject.toml')
    config.attributes['database_url'] = database_url
    return config


class NewerDatabase(Exception):
    """A newer version of Motcua has changed this database; this one does not know its shape."""


class Unreachable(Exception):
    """The database does not answer, or is none."""


def upgrade(database_url: str) -> None:
    """Apply every migration that the database has not seen, in one transaction: all of them or none.

    Raises:
        Unreachable: names the kind of error; its text may hold what the URL holds.
        NewerDatabase: it was changed by a newer version; going back takes the backup that was made before.
    """
    known = {script.revision for script in ScriptDirectory.from_config(configuration('')).walk_revisions()}
    try:
        present = current(database_url)
    except Exception as error:  # each driver has errors of its own, and one may not be installed
        raise Unreachable(type(error).__name__) from error
    if present and present not in known:
        raise NewerDatabase(present)
    command.upgrade(configuration(database_url), 'head')


def current(database_url: str) -> str | None:
    """Return the revision that the database is at; None when it is empty."""
    return asyncio.run(_current(database_url))


def newest() -> str | None:
    """Return the revision that this version of Motcua needs."""
    return ScriptDirectory.from_config(configuration('')).get_current_head()


async def _current(database_url: str) -> str | None:
    engine = create_async_engine(database_url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
