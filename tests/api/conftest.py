"""A filled database and a program that calls the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import notifications
from app.limits import forget_all
from app.settings import Settings
from tests.api import house
from tests.support import world as municipality
from tests.support.world import World


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """The small municipality."""
    notifications.use_settings(Settings(base_url=house.URL))
    await forget_all()
    return await municipality.build(tmp_path)


@pytest.fixture
async def guest(world: World) -> AsyncIterator[house.Program]:
    """A program without a token."""
    one = house.program()
    async with one.http:
        yield one
