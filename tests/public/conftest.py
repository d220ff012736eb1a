"""The plain pages on a filled database, asked over HTTP. One database is enough: the queries have their own tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import AsyncClient

from tests.public import site
from tests.support.portal import browser, open_portal
from tests.support.world import World


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """The small municipality with more procedures."""
    await open_portal()
    return await site.fill(tmp_path)


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    """A browser that keeps cookies."""
    async with browser() as client:
        yield client
