"""A municipality that knows the decided days, and moments of Vietnam's wall clock."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.deadlines import store
from app.deadlines.seeding import seed_calendar
from app.limits import forget_all
from tests.support import world as municipality
from tests.support.world import World

THERE = ZoneInfo('Asia/Ho_Chi_Minh')


def at(text: str) -> datetime:
    """Read ``2026-11-20T16:00`` as a moment of Vietnam's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=THERE)


async def with_calendar(folder: Path, **changes: object) -> World:
    """Fill an open, empty database with the decided days and the small municipality; nobody is limited yet."""
    await forget_all()
    await seed_calendar()
    store.forget()
    return await municipality.build(folder, **changes)
