"""The dossier's clocks in the database: segments that run or pause, and every date that was ever promised."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from app.clock import local
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.counting import mode
from app.deadlines.facts import Due, Start
from app.deadlines.reception import rule_for
from app.deadlines.store import UnitCalendar, calendar_for
from app.errors import Invalid, Problem
from app.procedures.schema import Channel, Term
from app.rows import put
from app.workflow.desks import desk_of, is_elsewhere
from app.workflow.move import Move
from app.workflow.transitions import Action
from models import ClockSegment, DueDate
from models.enums import ClockKind, DueKind

HAND_ON = clock.SAME_DAY_OR_NEXT_OPENING
"""Rule of what a desk received for another unit. Source: NĐ 61/2018/NĐ-CP Điều 18; NĐ 118/2025/NĐ-CP Điều 18.2."""
REAPPOINTMENT_DAYS = 90
"""Days ahead that a new date may lie at most: no decree says, so a typing error in the year is what this stops (mark C)."""
LAWFUL = ('original', 'supplement', 'duty', 'posting', 'extension', 'calendar')
"""Reasons of the dates that lateness is judged by; a new appointment is none of them."""
DRAFT_DAYS = 1
"""Working days for the applicant to look at a draft (mark B; a procedure may say otherwise later)."""


async def calendar(move: Move) -> UnitCalendar:
    """Return the calendar that counts: the resolving unit's, before acceptance that of the desk that has it."""
    one = move.dossier
    return await calendar_for(move.db, one.resolving_unit_id if one.accepted_at else desk_of(one))


async def start(move: Move, kind: ClockKind, reason: str | None = None, *, at: datetime | None = None) -> None:
    """Open a segment at the moment of the act, or at another one that the law names."""
    segment = ClockSegment(dossier_id=move.dossier.id, kind=kind, started_at=at or move.at, reason=reason)
    await put(move.db, segment)


async def stop_running(move: Move, *, at: datetime | None = None) -> datetime:
    """End whatever segment is open; return when it had begun."""
    mine = (ClockSegment.dossier_id == move.dossier.id, ClockSegment.ended_at.is_(None))
    began = (await move.db.execute(select(func.max(ClockSegment.started_at)).where(*mine))).scalar_one_or_none()
    await move.db.execute(update(ClockSegment).where(*mine).values(ended_at=at or move.at))
    return began or move.at


async def promise_reception(move: Move, reason: str) -> None:
    """Set the reception limit by the rule that holds for this procedure and channel here; the rule is kept with it.

    What was received for another unit must be handed on by the 15:00 rule.
    """
    one = move.dossier
    limit = HAND_ON if is_elsewhere(one) else await rule_for(move.db, move.spec, one.channel)
    rule: dict[str, Any] = {'from': move.at.isoformat(), 'channel': one.channel, 'reception': limit}
    if is_elsewhere(one):
        rule['hand_on'] = True
    one.due_at = reception_by(rule, (await calendar(move)).work).at
    await move.db.flush()  # a new dossier comes first, with its limit: the rows that follow point to it
    await note_due(move, DueKind.RECEPTION, one.due_at, reason, rule)
    move.told['due_at'] = one.due_at.isoformat()


async def promise_resolution(move: Move, begin: datetime, reason: str) -> None:
    """Set the date of the result by the procedure's term; where there are two appointments, the first."""
    await _promise_term(move, clock.first_part(move.spec.term), begin, reason, Start.ACCEPTED)


async def promise_after_supplement(move: Move, asked_at: datetime) -> None:
    """Restart the term that ran or add the working time that was waited, as the procedure says. Both dates are kept."""
    if move.spec.term.after_supplement == 'resume':
        return await resume(move, asked_at, move.at, ClockKind.PAUSED, 'supplement')
    term, extended = clock.first_part(move.spec.term), False
    if move.dossier.promised_at is not None:
        rule = await _last_rule(move)
        term, extended = Term.model_validate(rule['term']), bool(rule.get('extended'))
    return await _promise_term(move, term, move.at, 'supplement', Start.COMPLETED, extended=extended)


async def promise_after_duty(move: Move, asked_at: datetime) -> None:
    """The second appointment counts from the proof of payment; without one the term goes on where it stopped."""
    if not move.spec.term.after_payment:
        return await resume(move, asked_at, move.at, ClockKind.FINANCE, 'duty')
    return await _promise_term(move, clock.second_part(move.spec.term), move.at, 'duty', Start.PAID)


async def extend(move: Move) -> None:
    """Give the term its time for verification: counted from the same start, over the same pauses. Both dates are kept.

    Source: Luật Hộ tịch 60/2014 Điều 18.2, 28.2.
    """
    rule = {**await _last_rule(move), 'extended': True}
    due = resolution_by(rule, (await calendar(move)).work)
    await _promise(move, due.at if due else None, 'extension', rule)


async def _promise_term(
    move: Move, term: Term, begin: datetime, reason: str, start: Start, *, extended: bool = False
) -> None:
    rule: dict[str, Any] = {
        'from': begin.isoformat(),
        'term': term.model_dump(mode='json'),
        'mode': mode(),
        'start': start.value,
    }
    if extended:
        rule['extended'] = True
    due = resolution_by(rule, (await calendar(move)).work)
    await _promise(move, due.at if due else None, reason, rule)


async def resume(move: Move, since: datetime, until: datetime, kind: ClockKind, reason: str) -> None:
    """Move the promised date by what a pause took; a date that was given in writing moves as well, and so does the lawful one."""
    promised = move.dossier.promised_at
    if promised is None:
        move.dossier.due_at = None
        return
    work, rule = (await calendar(move)).work, await _last_rule(move)
    rule['paused'] = [*rule.get('paused', ()), [since.isoformat(), until.isoformat(), kind.value]]
    lawful = resolution_by(rule, work)
    at = lawful.at if lawful else promised
    if (
        'reappointed' in rule
    ):  # the second date was not counted from a term: it moves by what was waited, as the term counts
        moved = clock.resume(work, promised, since, until, mode_of(rule), term_of(rule))
        await _promise(move, moved.at, 'moved', {**rule, 'reappointed': moved.at.isoformat()}, lawful=at)
    else:
        await _promise(move, at, reason, rule)


async def recounted(move: Move) -> tuple[datetime, dict[str, Any]] | None:
    """Return the running limit by the calendar as it is now, with its rule; None where it stays.

    A date that a person named (a new appointment) stays unless its day is off now; a limit given in a written request stays.
    """
    one, work = move.dossier, (await calendar(move)).work
    if one.due_at is None or one.awaiting_supplement:
        return None
    rule = await _last_rule(move, DueKind.RESOLUTION if one.accepted_at else DueKind.RECEPTION)
    if 'from' not in rule:
        return None
    if 'reappointed' in rule:
        again = clock.put_off(work, one.due_at)
    elif one.accepted_at:
        again = resolution_by(rule, work)
    else:
        again = reception_by(rule, work)
    return None if again is None or clock.is_same(again.at, one.due_at) else (again.at, rule)


def reception_by(rule: dict[str, Any], work: WorkCalendar) -> Due:
    """Return the limit of reception that a kept rule gives by a calendar; for another unit, that of handing on."""
    begin = datetime.fromisoformat(rule['from'])
    if rule.get('hand_on'):
        return clock.transfer_due(work, begin)
    return clock.reception_limit(work, begin, Channel(rule['channel']), rule=rule.get('reception'))


def resolution_by(rule: dict[str, Any], work: WorkCalendar) -> Due | None:
    """Return the lawful date of the result that a kept rule gives by a calendar: from its start, over its pauses."""
    begin, term = datetime.fromisoformat(rule['from']), Term.model_validate(rule['term'])
    start = Start(rule.get('start', Start.ACCEPTED))
    paused, extended = pauses(rule.get('paused', ())), bool(rule.get('extended'))
    return clock.recount(work, begin, term, paused, mode_of(rule), start=start, extended=extended)


async def recount(move: Move) -> None:
    """Move the running limit to where the changed calendar puts it; both dates are kept."""
    found = await recounted(move)
    if found is None:
        return
    at, rule = found
    move.told['due_before'] = move.dossier.due_at.isoformat() if move.dossier.due_at else None
    if 'reappointed' in rule:
        return await _promise(move, at, 'moved', {**rule, 'reappointed': at.isoformat()}, lawful=move.dossier.lawful_at)
    if move.dossier.accepted_at:
        return await _promise(move, at, 'calendar', rule)
    move.dossier.due_at = at
    await note_due(move, DueKind.RECEPTION, at, 'calendar', rule)


async def reappoint(move: Move, day: date) -> None:
    """Promise another date, at closing of ``day``; the one before stays in the history and is the one lateness is judged by.

    Source: NĐ 61/2018/NĐ-CP Điều 19.9; NĐ 118/2025/NĐ-CP.  Raises: Invalid: no working day after the promised one.
    """
    work, promised = (await calendar(move)).work, move.dossier.promised_at or move.at
    if not may_be_appointed(work, move.at, promised, day):
        raise Invalid({'day': Problem('workflow.new_date_wrong', {'days': REAPPOINTMENT_DAYS})})
    rule = await _last_rule(move)
    started = datetime.fromisoformat(rule['from'])
    at = work.closing(day)
    move.told['due_before'] = promised.isoformat()
    move.told['late'] = clock.apology_is_late(work, started, promised, move.at)
    await _promise(move, at, 'reappointment', {**rule, 'reappointed': at.isoformat()}, lawful=promised)


def may_be_appointed(work: WorkCalendar, at: datetime, promised: datetime, day: date) -> bool:
    """Tell whether a day can be the new one: a working day after the promised one and after today, within reason."""
    today = local(at).date()
    last = today + timedelta(days=REAPPOINTMENT_DAYS)
    return max(local(promised).date(), today) < day <= last and work.is_working(day)


def term_of(rule: dict[str, Any]) -> Term:
    """Return the term that runs by a kept rule."""
    term = Term.model_validate(rule['term'])
    return clock.lengthened(term) if rule.get('extended') else term


def mode_of(rule: dict[str, Any]) -> clock.Mode:
    """Return how a kept date was counted; the oldest ones do not say and were counted in hours."""
    return 'civil' if rule.get('mode') == 'civil' else 'hours'


def pauses(stops: Iterable[Sequence[str]]) -> tuple[clock.Segment, ...]:
    """Return kept pauses (begin, end, and what for) as the clock takes them."""
    return tuple(
        clock.Segment(
            ClockKind(kind[0] if kind else ClockKind.PAUSED), datetime.fromisoformat(begin), datetime.fromisoformat(end)
        )
        for begin, end, *kind in stops
    )


async def _last_rule(move: Move, kind: DueKind = DueKind.RESOLUTION) -> dict[str, Any]:
    """Return the rule of the date that was promised last."""
    query = select(DueDate.rule).where(DueDate.dossier_id == move.dossier.id, DueDate.kind == kind)
    return dict((await move.db.execute(query.order_by(DueDate.number.desc()).limit(1))).scalar_one())


async def _promise(
    move: Move, at: datetime | None, reason: str, rule: dict[str, Any], *, lawful: datetime | None = None
) -> None:
    """Give a date of the result. ``lawful``: what lateness is judged by where that is another one."""
    one = move.dossier
    if one.promised_at is not None and reason not in ('original', 'reappointment', 'calendar'):
        move.told['due_before'] = one.promised_at.isoformat()
    one.promised_at = one.due_at = at
    one.lawful_at = lawful or at
    if at is not None:
        await note_due(move, DueKind.RESOLUTION, at, reason, rule)
        move.told['due_at'] = at.isoformat()


async def note_due(move: Move, kind: DueKind, at: datetime, reason: str, rule: dict[str, Any]) -> None:
    """Keep a date with its reason, its rule and the calendar it was computed with."""
    last = None
    if move.line.action is not Action.SUBMIT:
        before = select(DueDate.number, DueDate.at).where(DueDate.dossier_id == move.dossier.id, DueDate.kind == kind)
        last = (await move.db.execute(before.order_by(DueDate.number.desc()).limit(1))).first()
    await put(
        move.db,
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
        ),
    )


async def supplement_limit(move: Move, asked_at: datetime | None = None) -> datetime:
    """Return until when the applicant may supplement: 15 working days unless sector law says otherwise."""
    work = (await calendar(move)).work
    return clock.supplement_limit(work, asked_at or move.at, move.spec.term.supplement_days).at


async def draft_limit(move: Move) -> datetime:
    """Return until when the applicant may object to a draft."""
    return clock.draft_due((await calendar(move)).work, move.at, DRAFT_DAYS).at


async def judged(move: Move) -> str | None:
    """Return early, on_time or late, by date against the lawful date; a second request for a supplement counts as late.

    The lawful date of a dossier that was given another appointment follows the calendar as it is now.
    Source: QĐ 766/QĐ-TTg (more than one request counts as overdue; mark B).
    """
    one = move.dossier
    if one.promised_at is None:
        return None
    rule = await _last_rule(move)
    if 'reappointed' in rule:
        again = resolution_by(rule, (await calendar(move)).work)
        one.lawful_at = again.at if again else one.lawful_at
    if one.supplement_count > 1:
        move.told['late_by'] = 'second_supplement'
        return str(clock.Timeliness.LATE)
    return str(clock.on_time(move.at, one.lawful_at or one.promised_at))


async def since_filing(move: Move) -> dict[str, float]:
    """Return how long the matter took from sending to result: days of the wall, and hours of the unit's working time."""
    sent, work = move.dossier.queued_at, (await calendar(move)).work
    worked = work.working_time_between(sent, move.at)
    return {'days': (local(move.at).date() - local(sent).date()).days, 'hours': round(worked / timedelta(hours=1), 2)}


async def waited(move: Move) -> timedelta:
    """Return the working time that the dossier has waited for the applicant so far."""
    work = (await calendar(move)).work
    rows = await move.db.execute(
        select(ClockSegment).where(ClockSegment.dossier_id == move.dossier.id, ClockSegment.kind == ClockKind.PAUSED)
    )
    return sum((work.working_time_between(r.started_at, r.ended_at or move.at) for r in rows.scalars()), timedelta())
