"""The plain pages on a filled database, asked over HTTP. One database is enough: the queries have their own tests."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from app import storage
from app.access import Actor
from app.clock import now
from app.deadlines import store
from tests.public import site
from tests.support.portal import browser, open_portal
from tests.support.world import World


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'


@dataclass
class Filled:
    """The municipality as it was filled first; the others are copies of its file."""

    file: Path
    world: World | None = None


@pytest.fixture(scope='session')
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Remember the first municipality of the run."""
    return Filled(tmp_path_factory.mktemp('filled') / 'motcua.db')


@pytest.fixture
def database_url(filled: Filled, sqlite_template: Path, tmp_path: Path) -> str:
    """Give the address of a database: filled already, once one was."""
    file = shutil.copy(filled.file if filled.world else sqlite_template, tmp_path / 'motcua.db')
    return f'sqlite+aiosqlite:///{file}'


@pytest.fixture
async def world(filled: Filled, database: None, tmp_path: Path) -> World:
    """The small municipality with more procedures."""
    await open_portal()
    if filled.world:
        storage.use_folder(tmp_path / 'files')
        store.forget()
        return _of_now(filled.world)
    world = await site.fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / 'motcua.db')) as made:
        made.execute('VACUUM INTO ?', (str(filled.file),))
    filled.world = world
    return world


def _of_now(world: World) -> World:
    """Return the same people, who have just proved who they are."""
    people = {one.name: getattr(world, one.name) for one in fields(world)}
    proved: dict[str, Any] = {
        name: replace(one, proved_at=now()) for name, one in people.items() if isinstance(one, Actor) and one.proved_at
    }
    return replace(world, **proved)


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    """A browser that keeps cookies."""
    async with browser() as client:
        yield client
