"""The demonstration's people on duty, gone when it becomes a real installation."""

from sqlalchemy import delete, select
from sqlmodel import col

from app.clock import now
from app.db import read, write
from app.demo.guard import require_demo
from app.demo.units import rows
from app.settings import Settings
from models import DutyPost, Unit

MARK = 'demo-duty-'
"""How their ids begin."""


async def prepare_duty(settings: Settings) -> None:
    """Name who is on duty, once. Refuses outside the demonstration."""
    require_demo(settings)
    async with write() as db:
        if await db.scalar(select(DutyPost.id).limit(1)):
            return
        ids = {row.code: row.id for row in await db.execute(select(col(Unit.code), col(Unit.id)))}
        for number, row in enumerate(rows('duty'), 1):
            values = {key: value for key, value in row.items() if key != 'unit'}
            post = DutyPost(id=f'{MARK}{number}', unit_id=ids[row['unit']], position=number, changed_at=now(), **values)
            db.add(post)


async def let_demo_duty_go(_settings: Settings) -> None:
    """Take those away who were never real."""
    mine = col(DutyPost.id).startswith(MARK)
    async with read() as db:
        if await db.scalar(select(DutyPost.id).where(mine).limit(1)) is None:
            return
    async with write() as db:
        await db.execute(delete(DutyPost).where(mine))
