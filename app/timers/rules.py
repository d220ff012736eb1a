"""THE table of warnings: which limit of which dossiers, from when on, whom it concerns.

``where`` and ``limit`` also tell whether a warning still holds: a dossier that went on, or whose limit moved, drops out
of the list by itself, so nothing has to be cleared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_

from app.clock import VIETNAM, local
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.verification.results import is_revoked
from app.workflow.clocks import LAWFUL
from models import ClockSegment, Dossier, DueDate, StepRun, SupplementRequest
from models.enums import AlertKind, ClockKind, Delivery, DueKind, Role, Status, SupplementState

COLLECT_WITHIN = timedelta(days=3)
"""A result that nobody has collected is called to mind within so long. Source: provincial rules under NĐ 118/2025 (mark B)."""
MORNING = time(7)
SUPPLEMENT_DAYS = 3
"""Working days before its limit that a supplement is called to mind (mark C)."""
STEP_HOURS = 2
"""Working hours before its limit that a step is called to mind (mark C)."""
AHEAD = timedelta(days=21)
"""How far ahead promised dates are read: one working day before any of them lies within, whatever holidays come."""

Ripe = Callable[[WorkCalendar, datetime, datetime, datetime], bool]
"""Calendar of the unit, beginning of the term, limit, now: has the moment of the warning come?"""


@dataclass(frozen=True)
class Rule:
    """One kind of warning about dossiers that fulfil ``where``, joined with ``joined`` by the dossier's id."""

    roles: frozenset[Role]
    where: ColumnElement[bool]
    limit: Any
    """Column of the moment it is about."""
    ripe: Ripe
    begin: Any
    """Column of the moment the term began, or its text."""
    joined: type[Any] | None = None
    ahead: timedelta = timedelta()
    """How long before ``limit`` it can be ripe at most."""
    holder: bool = True
    """It concerns whoever has the dossier in hand, besides the roles."""
    at_reception: bool = False
    """It concerns the unit that received the dossier, not the one that resolves it."""


def _reached(_work: WorkCalendar, _begin: datetime, limit: datetime, now: datetime) -> bool:
    return limit <= now


def _two_hours_on(work: WorkCalendar, begin: datetime, limit: datetime, now: datetime) -> bool:
    """Two working hours after filing, whatever way it came. Source: NĐ 297/2025/NĐ-CP Điều 6.4 (online; others mark C)."""
    return clock.reception_warning(work, begin) <= now < limit


def _time_to_apologise(work: WorkCalendar, begin: datetime, limit: datetime, now: datetime) -> bool:
    """One working day before expiry, at half of a term of a day or less. Source: NĐ 61/2018/NĐ-CP Điều 19.9."""
    return clock.apology_at(work, begin, limit) <= now < limit


def _next_day_begun(work: WorkCalendar, _begin: datetime, limit: datetime, now: datetime) -> bool:
    return work.opening(work.nth_working_day(local(limit).date(), 1)) <= now


def _days_before(work: WorkCalendar, begin: datetime, limit: datetime, now: datetime) -> bool:
    """Some working days before a supplement runs out, where it was given longer than that."""
    moment = work.add_working_days(limit, -SUPPLEMENT_DAYS)
    return begin < moment <= now < limit


def _hours_before(work: WorkCalendar, begin: datetime, limit: datetime, now: datetime) -> bool:
    """Some working hours before a step ends, where it has more than twice as many."""
    moment = work.add_working_hours(limit, -STEP_HOURS)
    return work.add_working_hours(begin, STEP_HOURS) < moment <= now < limit


def _long_ready(_work: WorkCalendar, _begin: datetime, limit: datetime, now: datetime) -> bool:
    """On the morning of the third day, so that it is said within three days and not after them."""
    last = limit + COLLECT_WITHIN
    return min(last, datetime.combine(local(last).date(), MORNING, VIETNAM)) <= now


_NEW = and_(Dossier.status == Status.REGISTERED, Dossier.awaiting_supplement.is_(False))
_OPEN = and_(Dossier.status.in_((Status.ACCEPTED, Status.PROCESSING)), Dossier.posting_until.is_(None))
"""Where the clock runs: not while the matter is posted in public."""
_DESK = frozenset({Role.INTAKE})
_HEADS = frozenset({Role.SECTION_HEAD, Role.LEADER})


def _at_step(roles: frozenset[Role], ripe: Ripe, *, ahead: timedelta = timedelta()) -> Rule:
    """Return a rule about the limit of the open hand-over."""
    where = and_(_OPEN, StepRun.ended_at.is_(None))
    return Rule(roles, where, StepRun.due_at, ripe, begin=StepRun.given_at, joined=StepRun, ahead=ahead)


def _of_supplement(roles: frozenset[Role], ripe: Ripe, *, ahead: timedelta = timedelta()) -> Rule:
    """Return a rule about the limit of an open request for a supplement."""
    where, limit = SupplementRequest.state == SupplementState.OPEN, SupplementRequest.limit_at
    return Rule(roles, where, limit, ripe, begin=SupplementRequest.requested_at, joined=SupplementRequest, ahead=ahead)


def _before_the_date(reason: ColumnElement[bool], begin: Any) -> Rule:
    """Return a rule about a promised date that is near: one of the term, or one that a leader named."""
    where = and_(_OPEN, DueDate.kind == DueKind.RESOLUTION, DueDate.at == Dossier.promised_at, reason)
    return Rule(_HEADS, where, Dossier.promised_at, _time_to_apologise, begin, joined=DueDate, ahead=AHEAD)


RULES: dict[AlertKind, Rule] = {
    AlertKind.RECEPTION_SOON: Rule(
        _DESK,
        and_(
            _NEW,
            ClockSegment.kind == ClockKind.RECEPTION,
            ClockSegment.ended_at.is_(None),
        ),
        Dossier.due_at,
        _two_hours_on,
        begin=ClockSegment.started_at,
        joined=ClockSegment,
        ahead=AHEAD,
        at_reception=True,
    ),
    AlertKind.RECEPTION_LATE: Rule(
        _DESK | _HEADS, _NEW, Dossier.due_at, _reached, begin=Dossier.submitted_at, at_reception=True
    ),
    AlertKind.APOLOGY_DUE: _before_the_date(DueDate.reason.in_(LAWFUL), DueDate.rule['from'].as_string()),
    AlertKind.DUE_SOON: _before_the_date(DueDate.reason.not_in(LAWFUL), DueDate.set_at),
    AlertKind.DUE: Rule(_HEADS, _OPEN, Dossier.promised_at, _reached, begin=Dossier.submitted_at),
    AlertKind.OVERDUE: Rule(_HEADS, _OPEN, Dossier.promised_at, _next_day_begun, begin=Dossier.submitted_at),
    AlertKind.STEP_SOON: _at_step(frozenset(), _hours_before, ahead=AHEAD),
    AlertKind.STEP_LATE: _at_step(frozenset({Role.SECTION_HEAD}), _reached),
    AlertKind.STEP_LEFT: _at_step(_HEADS, _next_day_begun),
    AlertKind.SUPPLEMENT_SOON: _of_supplement(_DESK, _days_before, ahead=AHEAD),
    AlertKind.SUPPLEMENT_EXPIRED: _of_supplement(_DESK, _reached),
    AlertKind.SUPPLEMENT_LEFT: _of_supplement(_DESK | _HEADS, _next_day_begun),
    AlertKind.UNCOLLECTED: Rule(
        _DESK,
        and_(Dossier.status == Status.RESOLVED, Dossier.delivery == Delivery.COUNTER, ~is_revoked()),
        Dossier.resolved_at,
        _long_ready,
        begin=Dossier.resolved_at,
        holder=False,
        at_reception=True,
    ),
}
"""A dossier whose supplement ran out is proposed for stopping, 15 working days after the request (NĐ 297/2025 Điều 6.4.a).

What is left lying for a working day rises: a late step and a supplement that ran out to the leader as well.
"""
SAME_LIMIT: tuple[tuple[AlertKind, ...], ...] = (
    (AlertKind.APOLOGY_DUE, AlertKind.DUE_SOON, AlertKind.DUE, AlertKind.OVERDUE),
    (AlertKind.STEP_SOON, AlertKind.STEP_LATE, AlertKind.STEP_LEFT),
    (AlertKind.SUPPLEMENT_SOON, AlertKind.SUPPLEMENT_EXPIRED, AlertKind.SUPPLEMENT_LEFT),
)
"""Kinds about one and the same limit, the worst last: of these a dossier is counted under its worst."""
