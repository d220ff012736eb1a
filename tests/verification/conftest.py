"""The small municipality with its public pages over HTTP. One database is enough: every statement is plain SQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from app import notifications
from app.limits import forget_all
from app.settings import Settings
from tests.public.site import application
from tests.support import world as municipality
from tests.support.world import World


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A filled database."""
    notifications.use_settings(Settings(base_url='http://portal.example'))
    await forget_all()
    return await municipality.build(tmp_path)


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    """Somebody who found a paper, with a browser that keeps cookies."""
    transport = ASGITransport(application())
    async with AsyncClient(transport=transport, base_url='http://portal.example', follow_redirects=True) as client:
        yield client
