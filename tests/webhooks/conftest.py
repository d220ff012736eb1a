"""Every test here may ask for the small municipality, on both databases."""

from pathlib import Path

import pytest

from app.limits import forget_all
from tests.support import world as municipality
from tests.support.world import World


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A filled database."""
    await forget_all()
    return await municipality.build(tmp_path)
