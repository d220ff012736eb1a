"""The two clocks of a dossier as they stand, and why a date is what it is, from the rule kept when it was promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now
from app.deadlines.calendar import WorkCalendar
from app.deadlines.explain import explain
from app.deadlines.facts import Due
from app.deadlines.store import calendar_for
from app.i18n import words
from app.workflow.clocks import reception_by, resolution_by
from app.workflow.desks import desk_of
from models import Dossier, DueDate
from models.enums import DueKind

Dates = Mapping[DueKind, DueDate]


@dataclass(frozen=True)
class Reception:
    """Until when reception had to answer (hạn tiếp nhận), and whether it did; it stays to be seen after acceptance."""

    limit: datetime
    accepted_at: datetime | None
    is_late: bool
    """Accepted after the limit, or not answered although it has passed."""


async def last_dates(db: AsyncSession, one: Dossier) -> Dates:
    """Return the date of each kind that was given last."""
    query = select(DueDate).where(DueDate.dossier_id == one.id).order_by(DueDate.number)
    return {row.kind: row for row in (await db.execute(query)).scalars()}


def reception_of(one: Dossier, dates: Dates) -> Reception | None:
    """Return how the clock of reception stands; None where it stands still or ended without acceptance."""
    row = dates.get(DueKind.RECEPTION)
    if row is None or (one.accepted_at is None and (one.awaiting_supplement or one.closed_at)):
        return None
    return Reception(row.at, one.accepted_at, (one.accepted_at or now()) > row.at)


async def explain_due(db: AsyncSession, one: Dossier, dates: Dates, lang: str) -> str | None:
    """Return the explanation of the date that the applicant was given last, or None where there is none.

    The date is computed again from its rule; should the calendar have changed since, the promised date stands and is
    said without its way.
    """
    kind = DueKind.RESOLUTION if one.accepted_at else DueKind.RECEPTION
    row = dates.get(kind)
    if row is None:
        return None
    work = (await calendar_for(db, one.resolving_unit_id if one.accepted_at else desk_of(one))).work
    again = _again(work, kind, row)
    due = again if again and again.at == row.at else Due(row.at, uncertain=again.uncertain if again else False)
    return explain(due, words(lang))


def _again(work: WorkCalendar, kind: DueKind, row: DueDate) -> Due | None:
    if 'from' not in row.rule or 'reappointed' in row.rule:
        return None
    return reception_by(row.rule, work) if kind is DueKind.RECEPTION else resolution_by(row.rule, work)
