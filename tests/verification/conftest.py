"""The small municipality with its public pages over HTTP. One database is enough: every statement is plain SQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import AsyncClient

from tests.support import world as municipality
from tests.support.portal import browser, open_portal
from tests.support.world import World


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A filled database."""
    await open_portal()
    return await municipality.build(tmp_path)


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    """Somebody who found a paper, with a browser that keeps cookies."""
    async with browser(follow_redirects=True) as client:
        yield client
