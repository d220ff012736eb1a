"""Each dossier by its code, for everybody: how far, which unit, when, in time or late. Never a name, never what was asked for.

Dossiers of private procedures stand only in figures, filings that nobody meant and those replaced by a corrected one
nowhere. Source: domain rules, opening note 7; TT 01/2018/TT-VPCP Điều 16 (kept as practice).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Select, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import VIETNAM
from app.dossiers.queries import percent_of, timeliness_of
from app.downtime.queries import stretches
from app.procedures.queries import spec_of
from app.statistics.periods import Period
from app.statistics.present import UNRESOLVED, overdue
from models import Dossier, DueDate, JunkMark
from models.enums import Status

PAGE = 50
MOST_PAGES = 100
"""Further back, a shorter period is asked for."""


class Which(StrEnum):
    """Lists, as they stand in addresses."""

    RECEIVED = 'tiep-nhan'
    RESOLVED = 'da-giai-quyet'
    LATE = 'tre-han'
    OPEN = 'dang-giai-quyet'
    OVERDUE = 'qua-han'


@dataclass(frozen=True)
class Row:
    """One dossier as everybody may see it."""

    code: str
    status: Status
    awaiting_supplement: bool
    percent: int
    unit_id: str
    filed_at: datetime
    accepted_at: datetime | None
    limit_at: datetime | None
    """The lawful date of the result."""
    finished_at: datetime | None
    timeliness: str | None
    apology_at: datetime | None
    """When the written apology went out, with the new date beside it."""
    appointed_at: datetime | None
    outage: bool = False
    """Late, and the portal did not work at some time within its term."""


@dataclass(frozen=True)
class Page:
    """One page of a list. ``more``: another one follows."""

    rows: tuple[Row, ...]
    number: int
    more: bool


async def listed(
    db: AsyncSession, units: frozenset[str], period: Period, which: Which, private: frozenset[str], number: int = 1
) -> Page:
    """Return a page of the dossiers of some units; what is open or overdue now does not depend on the period."""
    page = min(max(1, number), MOST_PAGES)
    query = select(Dossier).where(Dossier.resolving_unit_id.in_(units), Dossier.procedure_id.not_in(private))
    meant = Dossier.id.not_in(select(JunkMark.dossier_id).where(JunkMark.lifted_at.is_(None)))
    query = _chosen(db, query.where(meant, Dossier.replaced_by_id.is_(None)), period, which)
    found = (await db.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1))).scalars().all()
    apologies = await _apologies(db, [one.id for one in found])
    down = await stretches(db)
    rows = [await _row(db, one, apologies.get(one.id), down) for one in found[:PAGE]]
    return Page(tuple(rows), page, len(found) > PAGE and page < MOST_PAGES)


def _chosen(db: AsyncSession, query: Select[Any], period: Period, which: Which) -> Select[Any]:
    begin = datetime.combine(period.first, time(), VIETNAM)
    end = datetime.combine(period.last + timedelta(days=1), time(), VIETNAM)
    if which is Which.OVERDUE:
        return query.where(UNRESOLVED, overdue()).order_by(Dossier.lawful_at, Dossier.id)
    if which is Which.OPEN:
        return query.where(UNRESOLVED).order_by(Dossier.queued_at.desc(), Dossier.id)
    if which is Which.RECEIVED:
        inside = (Dossier.queued_at >= begin, Dossier.queued_at < end)
        return query.where(*inside).order_by(Dossier.queued_at.desc(), Dossier.id)
    query = query.where(Dossier.resolved_at >= begin, Dossier.resolved_at < end)
    if which is Which.LATE:
        late = day_of(db, Dossier.resolved_at) > day_of(db, func.coalesce(Dossier.lawful_at, Dossier.promised_at))
        query = query.where(or_(late, and_(Dossier.supplement_count > 1, Dossier.promised_at.is_not(None))))
    return query.order_by(Dossier.resolved_at.desc(), Dossier.id)


def day_of(db: AsyncSession, moment: Any) -> Any:
    """Return the day of a moment in Vietnam, as the database computes it."""
    if db.get_bind().dialect.name == 'postgresql':
        return cast(func.timezone(VIETNAM.key, moment), Date)
    return func.date(moment, '+7 hours')


async def _apologies(db: AsyncSession, ids: Sequence[str]) -> dict[str, tuple[datetime, datetime]]:
    query = select(DueDate.dossier_id, DueDate.set_at, DueDate.at)
    query = query.where(DueDate.dossier_id.in_(ids), DueDate.reason == 'reappointment')
    return {row[0]: (row[1], row[2]) for row in (await db.execute(query)).all()}


async def _row(
    db: AsyncSession, one: Dossier, apology: tuple[datetime, datetime] | None, down: Sequence[tuple[datetime, datetime]]
) -> Row:
    limit, timeliness = one.lawful_at or one.promised_at, timeliness_of(one)
    return Row(
        code=one.official_code or one.filing_number,
        status=one.status,
        awaiting_supplement=one.awaiting_supplement,
        percent=await percent_of(db, one, await spec_of(db, one.version_id)),
        unit_id=one.resolving_unit_id,
        filed_at=one.queued_at,
        accepted_at=one.accepted_at,
        limit_at=limit,
        finished_at=one.resolved_at or one.closed_at,
        timeliness=timeliness,
        apology_at=apology[0] if apology else None,
        appointed_at=apology[1] if apology else None,
        outage=timeliness == 'late' and limit is not None and _was_down(down, one.accepted_at or one.queued_at, limit),
    )


def _was_down(down: Sequence[tuple[datetime, datetime]], begin: datetime, end: datetime) -> bool:
    return any(begins < end and ends > begin for begins, ends in down)
