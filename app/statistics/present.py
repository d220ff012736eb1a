"""How the work stands this minute: what changes without an act (a date that passes) is asked of the register, by index."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import VIETNAM, today
from models import Dossier
from models.enums import Status

UNRESOLVED = and_(Dossier.closed_at.is_(None), Dossier.resolved_at.is_(None))
_RUNS = (Status.ACCEPTED, Status.PROCESSING)


@dataclass(frozen=True)
class Present:
    """Dossiers without a result: where they stand, and how many are past their lawful date."""

    waiting: int
    """Filed, not yet accepted."""
    processing: int
    paused: int
    """The applicant, or another agency, has to act."""
    overdue: int

    @property
    def open(self) -> int:
        """All that is in progress."""
        return self.waiting + self.processing + self.paused


def overdue() -> ColumnElement[bool]:
    """Return the condition of a running dossier whose lawful date, by the day, has passed: the lawful one, whatever was appointed since."""
    midnight = datetime.combine(today(), time(), VIETNAM)
    limit = func.coalesce(Dossier.lawful_at, Dossier.promised_at, type_=Dossier.__table__.c.lawful_at.type)  # type: ignore[attr-defined]
    return and_(Dossier.status.in_(_RUNS), Dossier.posting_until.is_(None), limit < midnight)


async def present(db: AsyncSession, units: frozenset[str] | None) -> Present:
    """Return how the work of some units (None: all) stands now."""
    late = func.sum(case((overdue(), 1), else_=0))
    query = select(Dossier.status, func.count(), late).where(UNRESOLVED).group_by(Dossier.status)
    if units is not None:
        query = query.where(Dossier.resolving_unit_id.in_(units))
    rows: dict[Any, tuple[int, int]] = {row[0]: (row[1], int(row[2])) for row in await db.execute(query)}
    number = {status: count for status, (count, _) in rows.items()}
    return Present(
        waiting=number.get(Status.REGISTERED, 0),
        processing=sum(number.get(status, 0) for status in _RUNS),
        paused=number.get(Status.SUPPLEMENT, 0) + number.get(Status.PAYMENT, 0),
        overdue=sum(late for _, late in rows.values()),
    )
