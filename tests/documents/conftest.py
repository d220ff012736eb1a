"""The small municipality with a one-stop centre's letterhead, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from app import notifications
from app.db import write
from app.limits import forget_all
from app.settings import Settings
from models import Unit
from tests.support import world as municipality
from tests.support.world import World

LETTERHEAD = {
    'place': 'Tân Phú',
    'phone': '0208 355 0242',
    'address': 'Số 12, đường Trần Phú',
    'parent_name': 'UBND tỉnh',
}


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    notifications.use_settings(Settings(base_url='http://portal.example'))
    await forget_all()
    made = await municipality.build(tmp_path)
    async with write() as db:
        await db.execute(update(Unit).where(Unit.id == made.unit.id).values(letterhead=LETTERHEAD, version=2))
    yield made
