"""A small municipality in which dossiers come to an end, to be rated."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.deadlines import store
from app.deadlines.seeding import seed_calendar
from app.limits import forget_all
from tests.support import world as municipality
from tests.support.world import World


@pytest.fixture
def dialect() -> str:
    """Ratings are the same on both databases; what differs is tried by tests that name one."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    await forget_all()
    await seed_calendar()
    store.forget()
    yield await municipality.build(tmp_path)
