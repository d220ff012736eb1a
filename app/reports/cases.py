"""Each dossier of a period once: where it came from and what became of it, counted in the register itself.

The figures of the reports are counted here, dossier by dossier, and not read from what is counted act by act: so the
two can be compared at every run. What a past period looked like does not change with what happened since, as far as the
log of dates and clocks tells.
Source: domain rules 2.8 (comparison of dates, kỳ trước), 2.6 (a second request for supplements is late).
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import VIETNAM, today
from app.statistics.each import day_of
from app.statistics.present import UNRESOLVED
from models import ClockSegment, Dossier, DueDate, JunkMark
from models.enums import Channel, ClockKind, DueKind, Status

SOURCES = ('carried', 'online', 'counter', 'post')
OPEN = ('running_in_time', 'running_late', 'paused_in_time', 'paused_late')
"""Without a result when the period ended. Paused: the applicant had to supplement or to pay."""
RESOLVED = ('early', 'on_time', 'late', 'unlimited')
ENDED = ('stopped_in_time', 'stopped_late', 'withdrawn', 'refused')
OUTCOMES = (*RESOLVED, *OPEN, *ENDED)

Cells = Counter[tuple[str, str]]
"""How many dossiers by (source, outcome)."""


@dataclass(frozen=True)
class Stretch:
    """A period as moments: ``begin`` is in it, ``end`` is not; ``judged`` is the day by which open ones are judged."""

    begin: datetime
    end: datetime
    judged: datetime

    @classmethod
    def of(cls, first: date, last: date) -> 'Stretch':
        """Return the stretch of two days of Vietnam, both included."""
        end = _midnight(last + timedelta(days=1))
        return cls(_midnight(first), end, _midnight(min(last, today())))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


async def counted(db: AsyncSession, units: Collection[str], first: date, last: date) -> dict[tuple[str, str], Cells]:
    """Return the dossiers of a period by (unit, procedure): what was filed in it and what was open when it began."""
    stretch = Stretch.of(first, last)
    columns: tuple[Any, ...] = (Dossier.resolving_unit_id, Dossier.procedure_id)
    inner = select(*columns, _source(stretch).label('source'), _outcome(db, stretch).label('outcome'))
    inner_rows = inner.where(*of_period(units, stretch)).subquery()
    keys = tuple(inner_rows.c)
    found: dict[tuple[str, str], Cells] = {}
    query: Select[Any] = select(*keys, func.count()).group_by(*keys)
    for row in await db.execute(query):
        found.setdefault((row[0], row[1]), Counter())[row[2], row[3]] = row[4]
    return found


def of_period(units: Collection[str], stretch: Stretch) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions: filed before the end, not ended before the beginning, meant, not replaced by another filing."""
    meant = Dossier.id.not_in(select(JunkMark.dossier_id).where(JunkMark.lifted_at.is_(None)))
    return (
        Dossier.id.in_(_of_interest(sorted(units), stretch)),
        Dossier.queued_at < stretch.end,
        Dossier.replaced_by_id.is_(None),
        meant,
    )


def _of_interest(units: list[str], stretch: Stretch) -> Any:
    """Return what may belong to a period, each part by an index of its own: what ended long ago is not looked at."""
    parts = (
        Dossier.queued_at >= stretch.begin,
        Dossier.resolved_at >= stretch.begin,
        UNRESOLVED,
        and_(Dossier.status.in_(_WITHOUT_RESULT), Dossier.closed_at >= stretch.begin),
    )
    first, *others = (select(Dossier.id).where(Dossier.resolving_unit_id.in_(units), part) for part in parts)
    return first.union(*others)


_WITHOUT_RESULT = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
MOMENT = Dossier.__table__.c.lawful_at.type  # type: ignore[attr-defined]
LIMIT = func.coalesce(Dossier.lawful_at, Dossier.promised_at, type_=MOMENT)
"""The lawful limit of a dossier: a new appointment does not move it."""
_PAUSES = (ClockKind.PAUSED, ClockKind.FINANCE, ClockKind.POSTING)


def _source(stretch: Stretch) -> ColumnElement[str]:
    return case(
        (Dossier.queued_at < stretch.begin, literal('carried')),
        (Dossier.channel == Channel.COUNTER, literal('counter')),
        (Dossier.channel == Channel.POST, literal('post')),
        else_=literal('online'),
    )


def _outcome(db: AsyncSession, stretch: Stretch) -> ColumnElement[str]:
    """Return what had become of it when the period ended."""
    resolved, closed = Dossier.resolved_at < stretch.end, Dossier.closed_at < stretch.end
    done, due = day_of(db, Dossier.resolved_at), day_of(db, LIMIT)
    held, was_late = held_since(stretch), day_of(db, Dossier.closed_at) > due
    paused = and_(held.is_not(None), _pause(stretch, func.max(ClockSegment.kind)) != ClockKind.POSTING)
    late = case(
        (held.is_not(None), day_of(db, limit_then(stretch)) < day_of(db, held)),
        else_=limit_then(stretch) < stretch.judged,
    )
    return case(
        (and_(resolved, LIMIT.is_(None)), literal('unlimited')),
        (and_(resolved, or_(Dossier.supplement_count > 1, done > due)), literal('late')),
        (and_(resolved, done == due), literal('on_time')),
        (resolved, literal('early')),
        (and_(closed, Dossier.status == Status.REFUSED), literal('refused')),
        (and_(closed, Dossier.status == Status.WITHDRAWN), literal('withdrawn')),
        (and_(closed, was_late), literal('stopped_late')),
        (closed, literal('stopped_in_time')),
        (and_(paused, late), literal('paused_late')),
        (paused, literal('paused_in_time')),
        (late, literal('running_late')),
        else_=literal('running_in_time'),
    )


def limit_then(stretch: Stretch) -> Any:
    """Return the lawful limit as it stood when the period ended; a new appointment never counts. None before acceptance."""
    # 'moved' is the new appointment after a pause: the lawful limit that moved with it stands with the dossier
    query = select(case((DueDate.reason == 'moved', Dossier.lawful_at), else_=DueDate.at)).where(
        DueDate.dossier_id == Dossier.id,
        DueDate.kind == DueKind.RESOLUTION,
        DueDate.reason != 'reappointment',
        DueDate.set_at < stretch.end,
    )
    known = query.order_by(DueDate.number.desc()).limit(1).correlate(Dossier).scalar_subquery()
    accepted = Dossier.accepted_at < stretch.end
    return case((accepted, func.coalesce(known, Dossier.lawful_at, Dossier.promised_at, type_=MOMENT)), else_=None)


def held_since(stretch: Stretch) -> Any:
    """Return since when the clock of an accepted dossier stood still at the end of the period."""
    return _pause(stretch, func.max(ClockSegment.started_at, type_=MOMENT))


def _pause(stretch: Stretch, what: Any) -> Any:
    query = select(what).where(
        ClockSegment.dossier_id == Dossier.id,
        ClockSegment.kind.in_(_PAUSES),
        ClockSegment.started_at < stretch.end,
        or_(ClockSegment.ended_at.is_(None), ClockSegment.ended_at >= stretch.end),
        Dossier.accepted_at < stretch.end,
    )
    return query.correlate(Dossier).scalar_subquery()
