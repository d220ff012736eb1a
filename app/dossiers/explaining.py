"""The two clocks of a dossier as they stand, and why a date is what it is, from the rule kept when it was promised."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import local, now
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.explain import explain
from app.deadlines.facts import Due, Fact, FactKind, Start
from app.deadlines.store import calendar_for
from app.i18n import words
from app.procedures.schema import ProcedureSpec
from app.workflow.clocks import DRAFT_DAYS, mode_of, pauses, reception_by, resolution_by, term_of
from app.workflow.desks import desk_of
from app.workflow.steps import due_by
from models import Dossier, DueDate, StepRun, SupplementRequest
from models.enums import DraftConfirmation, DueKind, Status

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


async def supplement_until(
    db: AsyncSession, one: Dossier, spec: ProcedureSpec, request: SupplementRequest
) -> tuple[datetime | None, datetime | None]:
    """Return until when a supplement may come by the calendar as it is now, and what was written where that is another.

    Never earlier than what was written to the applicant; ``supplement_is_over`` waits for the same day.
    """
    written = request.limit_at
    if written is None:
        return None, None
    until = _until(await _calendar(db, one), spec, request.requested_at, written).at
    return until, None if clock.is_same(until, written) else written


def standing(one: Dossier) -> str | None:
    """Return what the clock of the result stands for: asked, duty or posted; None while it runs or is over."""
    if one.closed_at is not None:
        return None
    if one.status is Status.SUPPLEMENT or one.awaiting_supplement:
        return 'asked'
    if one.status is Status.PAYMENT:
        return 'duty'
    return 'posted' if one.posting_until is not None else None


async def explain_due(
    db: AsyncSession,
    one: Dossier,
    spec: ProcedureSpec,
    dates: Dates,
    lang: str,
    *,
    inside: bool = False,
    run: StepRun | None = None,
) -> str | None:
    """Return why every date that is shown is what it is, one line for each, the one that runs first; None without any.

    Each is computed again from its rule; should the calendar have changed since, the given date stands and is said with
    its beginning only, but that a supplement has more time by now. ``inside``: the limit of the open step ``run`` as well,
    and the promised date while the clock stands.
    """
    work = await _calendar(db, one)
    stands = standing(one)
    found = [_supplement(work, spec, dates)] if stands == 'asked' else []
    found += [_posting(work, dates)] if stands == 'posted' else []
    found += [_draft(work, dates)] if one.draft_confirmation is DraftConfirmation.SHOWN else []
    if one.accepted_at and (inside or stands is None):
        found += _result(work, dates)
    if one.accepted_at or stands is None:
        found.append(_reception(work, dates))
    if inside and stands is None and run is not None and run.due_at is not None and 'from' in run.rule:
        found.append(_given(run.due_at, due_by(run.rule, work)))
    t = words(lang)
    return '\n'.join(explain(due, t) for due in found if due) or None


async def _calendar(db: AsyncSession, one: Dossier) -> WorkCalendar:
    """Return the calendar that counts: the resolving unit's, before acceptance that of the desk that has it."""
    return (await calendar_for(db, one.resolving_unit_id if one.accepted_at else desk_of(one))).work


def _given(at: datetime, again: Due | None) -> Due:
    """Return the explanation of a date as it was given: whole where its rule still leads there, else without its way."""
    if again is None:
        return Due(at, uncertain=False)
    return again if clock.is_same(again.at, at) else replace(again, at=at, steps=again.steps[:1])


def _reception(work: WorkCalendar, dates: Dates) -> Due | None:
    row = dates.get(DueKind.RECEPTION)
    return _given(row.at, reception_by(row.rule, work) if 'from' in row.rule else None) if row else None


def _result(work: WorkCalendar, dates: Dates) -> list[Due]:
    """Return the promised date; of one that a leader named, the date of the term before it."""
    row = dates.get(DueKind.RESOLUTION)
    if row is None:
        return []
    if 'reappointed' not in row.rule:
        return [_given(row.at, resolution_by(row.rule, work) if 'from' in row.rule else None)]
    before = row.previous_at or row.at
    if (off := clock.put_off(work, before)) and off.at == row.at:  # the named day became a day off
        return [off]
    if row.reason != 'reappointment':  # the named date, moved by what was waited since
        if not row.rule.get('paused'):
            return [Due(row.at, uncertain=False)]
        (pause,), until = pauses(row.rule['paused'][-1:]), row.set_at
        mode, term = mode_of(row.rule), term_of(row.rule)
        moved = clock.resume(work, before, pause.start, pause.end or until, mode, term, why=pause.kind)
        return [_given(row.at, moved)]
    day, named = local(row.at).date(), Fact(FactKind.START, moment=row.set_at, reason=Start.APOLOGY)
    new = Due(row.at, uncertain=work.is_uncertain(day, day), steps=(named,))
    return [_given(before, resolution_by(row.rule, work)), new]


def _supplement(work: WorkCalendar, spec: ProcedureSpec, dates: Dates) -> Due | None:
    row = dates.get(DueKind.SUPPLEMENT)
    if row is None:
        return None
    return _until(work, spec, _begin(row), row.at)


def _until(work: WorkCalendar, spec: ProcedureSpec, asked_at: datetime, written: datetime) -> Due:
    """Return the limit of a supplement: what was written, or what the calendar gives by now where that is later."""
    counted = clock.supplement_limit(work, asked_at, spec.term.supplement_days)
    return counted if counted.at > written else _given(written, counted)


def _posting(work: WorkCalendar, dates: Dates) -> Due | None:
    row = dates.get(DueKind.POSTING)
    return _given(row.at, clock.posting_end(work, _begin(row), row.rule['days'])) if row else None


def _draft(work: WorkCalendar, dates: Dates) -> Due | None:
    row = dates.get(DueKind.DRAFT_CONFIRMATION)
    return _given(row.at, clock.draft_due(work, _begin(row), DRAFT_DAYS)) if row else None


def _begin(row: DueDate) -> datetime:
    return datetime.fromisoformat(row.rule['from'])
