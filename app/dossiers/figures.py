"""The work of this month in numbers, as anyone may see it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from app.clock import VIETNAM, now, today
from app.db import read
from app.deadlines import judge
from app.units.queries import tree
from models import Dossier
from models.types import UTC

KEPT = timedelta(minutes=5)
"""How long counted figures are shown again: the front page must not count the whole register each time."""
SMALLEST = 5
"""Smaller counts could tell about single people, so they are not shown."""


@dataclass(frozen=True)
class Month:
    """What an agency did since the first of the month. ``on_time`` counts the resolved that were not late."""

    first: date
    accepted: int
    resolved: int
    on_time: int

    @property
    def on_time_percent(self) -> int | None:
        """The share resolved in time, never rounded up; None when too few are resolved to say."""
        return 100 * self.on_time // self.resolved if self.resolved >= SMALLEST else None


_counted: dict[str, tuple[datetime, Month]] = {}


async def this_month(unit_id: str) -> Month | None:
    """Return the figures of an agency and all its parts; None while there are too few dossiers to speak of."""
    known = _counted.get(unit_id)
    first = today().replace(day=1)
    if known is None or known[1].first != first or not timedelta() <= now() - known[0] < KEPT:
        known = (now(), await _count(unit_id, first))
        _counted[unit_id] = known
    return known[1] if known[1].accepted >= SMALLEST else None


async def _count(unit_id: str, first: date) -> Month:
    start = datetime.combine(first, time(), VIETNAM)
    async with read() as db:
        ours = Dossier.resolving_unit_id.in_((await tree(db)).reach(unit_id))
        accepted = await db.scalar(select(func.count()).select_from(Dossier).where(ours, Dossier.accepted_at >= start))
        limit = func.coalesce(Dossier.lawful_at, Dossier.promised_at, type_=UTC).label('limit')
        query = select(Dossier.resolved_at, limit, Dossier.supplement_count).where(ours, Dossier.resolved_at >= start)
        resolved = [row for row in (await db.execute(query)).all() if row.resolved_at and row.limit]
    late = sum(_is_late(row.resolved_at, row.limit, row.supplement_count) for row in resolved)
    return Month(first, accepted or 0, len(resolved), len(resolved) - late)


def _is_late(done: datetime, limit: datetime, asked: int) -> bool:
    """A second request for a supplement counts as overdue. Source: QĐ 766/QĐ-TTg (mark B)."""
    return asked > 1 or judge.on_time(done, limit) == judge.Timeliness.LATE
