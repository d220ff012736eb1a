"""Every test here starts with the small municipality, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.limits import forget_all
from tests.support import world as municipality
from tests.support.world import World


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    await forget_all()
    yield await municipality.build(tmp_path)
