"""Every test here starts with the small municipality and the decided days, on both databases."""

from pathlib import Path

import pytest

from tests.support.moments import with_calendar
from tests.support.world import World


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A filled database."""
    return await with_calendar(tmp_path)
