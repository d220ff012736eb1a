"""Read when the portal does not work: everybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import now
from app.db import read
from app.errors import NotAllowed
from app.remembered import remembered
from models import Downtime

MOST = 100
"""Announcements that the administrators' list goes back."""


@dataclass(frozen=True)
class Stretch:
    """One stretch of time without the portal."""

    id: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    instead: str
    is_planned: bool
    is_cancelled: bool

    @property
    def is_over(self) -> bool:
        """Whether the portal works again, or always did."""
        return self.is_cancelled or self.ends_at <= now()

    @property
    def has_begun(self) -> bool:
        """Whether it cannot be called off any more."""
        return self.begins_at <= now()


async def coming() -> tuple[Stretch, ...]:
    """Return what is announced or runs, the next one first."""
    return tuple(one for one in await _standing() if not one.is_over)


@remembered
async def _standing() -> tuple[Stretch, ...]:
    query = select(Downtime).where(Downtime.cancelled_at.is_(None), Downtime.ends_at > now())
    async with read() as db:
        return tuple(_stretch(row) for row in (await db.execute(query.order_by(Downtime.begins_at))).scalars())


async def announced(actor: Actor) -> tuple[Stretch, ...]:
    """Return what was announced or written down, the newest first. Raises NotAllowed."""
    if not actor.may(Permission.SETTING_MANAGE):
        raise NotAllowed()
    async with read() as db:
        rows = await db.execute(select(Downtime).order_by(Downtime.begins_at.desc()).limit(MOST))
        return tuple(_stretch(row) for row in rows.scalars())


async def stretches(db: AsyncSession) -> Sequence[tuple[datetime, datetime]]:
    """Return every stretch that began and was not called off."""
    query = select(Downtime.begins_at, Downtime.ends_at).where(
        Downtime.cancelled_at.is_(None), Downtime.begins_at <= now()
    )
    return [(row[0], row[1]) for row in (await db.execute(query)).all()]


def _stretch(row: Downtime) -> Stretch:
    return Stretch(
        row.id, row.begins_at, row.ends_at, row.reason, row.instead, row.is_planned, row.cancelled_at is not None
    )  # fmt: skip
