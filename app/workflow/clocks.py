"""The dossier's clocks in the database: segments that run or pause, and every date that was ever promised."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.clock import local
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.counting import mode
from app.deadlines.store import UnitCalendar, calendar_for
from app.errors import Invalid, Problem
from app.workflow.move import Move
from models import ClockSegment, DueDate
from models.enums import Channel, ClockKind, DueKind

RECEPTION_HOURS = 8
"""Working hours to accept an online filing or ask for a supplement. Source: NQ 66.7/2025/NQ-CP Điều 8.1; NĐ 297/2025/NĐ-CP Điều 6.4."""
REAPPOINTMENT_DAYS = 90
"""Days ahead that a new date may lie at most: no decree says, so a typing error in the year is what this stops (mark C)."""
LAWFUL = ('original', 'supplement', 'calendar')
"""Reasons of the dates that lateness is judged by; a new appointment is none of them."""
DRAFT_DAYS = 1
"""Working days for the applicant to look at a draft (mark B; a procedure may say otherwise later)."""


async def calendar(move: Move) -> UnitCalendar:
    """Return the calendar that counts: the resolving unit's, before acceptance the receiving unit's."""
    one = move.dossier
    return await calendar_for(move.db, one.resolving_unit_id if one.accepted_at else one.receiving_unit_id)


async def start(move: Move, kind: ClockKind, reason: str | None = None) -> None:
    """Open a segment at the moment of the act."""
    move.db.add(ClockSegment(dossier_id=move.dossier.id, kind=kind, started_at=move.at, reason=reason))


async def stop_running(move: Move) -> None:
    """End whatever segment is open."""
    open_ones = update(ClockSegment).where(ClockSegment.dossier_id == move.dossier.id, ClockSegment.ended_at.is_(None))
    await move.db.execute(open_ones.values(ended_at=move.at))


async def promise_reception(move: Move, reason: str) -> None:
    """Set the reception limit: eight working hours online, one working day at the counter or by post."""
    work = (await calendar(move)).work
    at = _reception(move, work, move.at)
    move.dossier.due_at = at
    rule = {'from': move.at.isoformat(), 'channel': move.dossier.channel}
    await note_due(move, DueKind.RECEPTION, at, reason, rule)
    move.told['due_at'] = at.isoformat()


async def promise_resolution(move: Move, begin: datetime, reason: str) -> None:
    """Set the date of the result by the procedure's term, counted from ``begin``."""
    due = clock.due((await calendar(move)).work, begin, move.spec.term, mode())
    await _promise(
        move,
        due.at if due else None,
        reason,
        {'from': begin.isoformat(), 'term': move.spec.term.model_dump(mode='json'), 'mode': mode()},
    )


async def promise_after_supplement(move: Move, asked_at: datetime) -> None:
    """Restart the whole term or add the working time that was waited, as the procedure says. Both dates are kept."""
    promised = move.dossier.promised_at
    if promised is None or move.spec.term.after_supplement == 'restart':
        await promise_resolution(move, move.at, 'supplement')
        return
    work = (await calendar(move)).work
    rule = await _last_rule(move)
    if 'reappointed' in rule:  # the second date was not counted from a term: it moves by what was waited
        due = clock.resume(work, promised, asked_at, move.at, mode_of(rule))
        await _promise(move, due.at, 'supplement', {**rule, 'reappointed': due.at.isoformat()})
        return
    stops = [*rule.get('paused', ()), [asked_at.isoformat(), move.at.isoformat()]]
    again = clock.recount(work, datetime.fromisoformat(rule['from']), move.spec.term, pauses(stops), mode_of(rule))
    await _promise(move, again.at if again else None, 'supplement', {**rule, 'paused': stops})


async def recounted(move: Move) -> tuple[datetime, dict[str, Any]] | None:
    """Return the running limit by the calendar as it is now, with its rule; None where it stays.

    A date that a person named (a new appointment) does not move by itself, nor does a limit given in a written request.
    """
    one, work = move.dossier, (await calendar(move)).work
    if one.due_at is None or one.awaiting_supplement:
        return None
    rule = await _last_rule(move, DueKind.RESOLUTION if one.accepted_at else DueKind.RECEPTION)
    if 'from' not in rule or 'reappointed' in rule:
        return None
    begin = datetime.fromisoformat(rule['from'])
    if one.accepted_at is None:
        at = _reception(move, work, begin)
    else:
        again = clock.recount(work, begin, move.spec.term, pauses(rule.get('paused', [])), mode_of(rule))
        at = again.at if again else one.due_at
    return None if at == one.due_at else (at, rule)


def _reception(move: Move, work: WorkCalendar, begin: datetime) -> datetime:
    online = move.dossier.channel is Channel.ONLINE
    due = clock.reception_due(work, begin, RECEPTION_HOURS) if online else clock.counter_reception_due(work, begin)
    return due.at


async def recount(move: Move) -> None:
    """Move the running limit to where the changed calendar puts it; both dates are kept."""
    found = await recounted(move)
    if found is None:
        return
    at, rule = found
    move.told['due_before'] = move.dossier.due_at.isoformat() if move.dossier.due_at else None
    if move.dossier.accepted_at:
        await _promise(move, at, 'calendar', rule)
        return
    move.dossier.due_at = at
    await note_due(move, DueKind.RECEPTION, at, 'calendar', rule)


async def reappoint(move: Move, day: date) -> None:
    """Promise another date, at closing of ``day``; the one before stays in the history and is the one lateness is judged by.

    Source: NĐ 61/2018/NĐ-CP Điều 19.9; NĐ 118/2025/NĐ-CP.  Raises: Invalid: no working day after the promised one.
    """
    work, promised, today = (await calendar(move)).work, move.dossier.promised_at or move.at, local(move.at).date()
    last = today + timedelta(days=REAPPOINTMENT_DAYS)
    if not max(local(promised).date(), today) < day <= last or not work.is_working(day):
        raise Invalid({'day': Problem('workflow.new_date_wrong', {'days': REAPPOINTMENT_DAYS})})
    rule = await _last_rule(move)
    started = datetime.fromisoformat(rule['from'])
    at = work.closing(day)
    move.told['due_before'] = promised.isoformat()
    move.told['late'] = clock.apology_is_late(work, started, promised, move.at)
    await _promise(move, at, 'reappointment', {**rule, 'reappointed': at.isoformat()})


def mode_of(rule: dict[str, Any]) -> clock.Mode:
    """Return how a kept date was counted; the oldest ones do not say and were counted in hours."""
    return 'civil' if rule.get('mode') == 'civil' else 'hours'


def pauses(stops: list[list[str]]) -> tuple[clock.Segment, ...]:
    """Return kept pauses, pairs of moments as text, as the clock takes them."""
    return tuple(clock.Segment(ClockKind.PAUSED, *map(datetime.fromisoformat, pair)) for pair in stops)


async def _last_rule(move: Move, kind: DueKind = DueKind.RESOLUTION) -> dict[str, Any]:
    """Return the rule of the date that was promised last."""
    query = select(DueDate.rule).where(DueDate.dossier_id == move.dossier.id, DueDate.kind == kind)
    return dict((await move.db.execute(query.order_by(DueDate.number.desc()).limit(1))).scalar_one())


async def _promise(move: Move, at: datetime | None, reason: str, rule: dict[str, Any]) -> None:
    move.dossier.promised_at = move.dossier.due_at = at
    if at is not None:
        await note_due(move, DueKind.RESOLUTION, at, reason, rule)
        move.told['due_at'] = at.isoformat()


async def note_due(move: Move, kind: DueKind, at: datetime, reason: str, rule: dict[str, Any]) -> None:
    """Keep a date with its reason, its rule and the calendar it was computed with."""
    before = select(DueDate.number, DueDate.at).where(DueDate.dossier_id == move.dossier.id, DueDate.kind == kind)
    last = (await move.db.execute(before.order_by(DueDate.number.desc()).limit(1))).first()
    move.db.add(
        DueDate(
            dossier_id=move.dossier.id,
            kind=kind,
            number=last.number + 1 if last else 1,
            at=at,
            previous_at=last.at if last else None,
            reason=reason,
            rule=rule,
            calendar_version=(await calendar(move)).version,
            set_at=move.at,
            set_by_id=move.actor.account_id,
        )
    )


async def supplement_limit(move: Move) -> datetime:
    """Return until when the applicant may supplement: 15 working days unless sector law says otherwise."""
    work = (await calendar(move)).work
    return clock.supplement_limit(work, move.at, move.spec.term.supplement_days).at


async def draft_limit(move: Move) -> datetime:
    """Return until when the applicant may object to a draft."""
    return (await calendar(move)).work.add_working_days(move.at, DRAFT_DAYS)


async def step_limit(move: Move, hours: float | None) -> datetime | None:
    """Return until when a step of some working hours must be done; None where no decision sets its hours."""
    if not hours:
        return None
    return clock.step_due((await calendar(move)).work, move.at, hours).at


async def judged(move: Move) -> str | None:
    """Return early, on_time or late, by date against the *original* promise of the running term."""
    original = select(DueDate.at).where(
        DueDate.dossier_id == move.dossier.id,
        DueDate.kind == DueKind.RESOLUTION,
        DueDate.reason.in_(LAWFUL),
    )
    at = (await move.db.execute(original.order_by(DueDate.number.desc()).limit(1))).scalar_one_or_none()
    return str(clock.on_time(move.at, at)) if at else None


async def waited(move: Move) -> timedelta:
    """Return the working time that the dossier has waited for the applicant so far."""
    work = (await calendar(move)).work
    rows = await move.db.execute(
        select(ClockSegment).where(ClockSegment.dossier_id == move.dossier.id, ClockSegment.kind == ClockKind.PAUSED)
    )
    return sum((work.working_time_between(r.started_at, r.ended_at or move.at) for r in rows.scalars()), timedelta())
