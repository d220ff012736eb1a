"""Hand-overs between the internal steps: each is a row, so that the control sheet tells who had what, when."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import local
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.facts import Due
from app.deadlines.store import calendar_for
from app.errors import Invalid, Problem
from app.procedures.schema import ProcedureSpec, Step, StepRole
from app.units.routing import above
from app.workflow import clocks
from app.workflow.move import Move, open_step
from models import Account, Dossier, Grant, StepRun
from models.enums import ClockKind, Role

ROLE_OF_STEP = {
    StepRole.INTAKE: Role.INTAKE,
    StepRole.CASE_OFFICER: Role.CASE_OFFICER,
    StepRole.SECTION_HEAD: Role.SECTION_HEAD,
    StepRole.LEADER: Role.LEADER,
    StepRole.CLERK: Role.CLERK,
    StepRole.RETURN: Role.INTAKE,
}


def limit_by(rule: dict[str, Any], work: WorkCalendar) -> datetime | None:
    """Return until when a hand-over must end. None where nothing sets a limit."""
    found = due_by(rule, work)
    return found.at if found else None


def due_by(rule: dict[str, Any], work: WorkCalendar) -> Due | None:
    """Return the limit of a hand-over: its hours of work, and the same day where it must be handed on (15:00 rule).

    The earlier of both counts; every pause since moves it. None where nothing sets a limit.
    Source: NĐ 61/2018/NĐ-CP Điều 18; NĐ 118/2025/NĐ-CP Điều 18.2.
    """
    begun = datetime.fromisoformat(rule['from'])
    limits = [clock.step_due(work, begun, rule['hours'])] if rule.get('hours') else []
    limits += [clock.transfer_due(work, begun)] if rule.get('same_day') else []
    if not limits:
        return None
    found = min(limits, key=lambda due: due.at)
    for since, until, *kind in rule.get('paused', ()):
        why = ClockKind(kind[0] if kind else ClockKind.PAUSED)
        found = clock.resume(work, found, datetime.fromisoformat(since), datetime.fromisoformat(until), why=why)
    return found


async def go_on(
    move: Move, since: datetime, until: datetime, *, anew: bool = False, why: ClockKind = ClockKind.PAUSED
) -> None:
    """The clock runs again: the open hand-over gets the time that was waited, or all of its time ``anew``."""
    run = move.step or await open_step(move.db, move.dossier.id)
    if run is None or 'from' not in run.rule:
        return
    work = (await clocks.calendar(move)).work
    rule = _by_the_hours_of(work, run, move.dossier, move.spec)
    if anew:
        run.rule = {'from': until.isoformat(), 'hours': rule.get('hours')}
    else:
        run.rule = {**rule, 'paused': [*rule.get('paused', ()), [since.isoformat(), until.isoformat(), why.value]]}
    run.due_at = limit_by(run.rule, work)


async def recount(db: AsyncSession, dossier: Dossier, spec: ProcedureSpec) -> bool:
    """Move the limit of the open hand-over to where the calendar puts it now. Returns whether it moved.

    Its share of the term is worked out anew, as when it was given: where days grow shorter, whoever has it must not be
    late while the dossier is in time. It is an inner matter: no event, nobody outside is told.
    """
    run = await open_step(db, dossier.id)
    if run is None or 'from' not in run.rule or dossier.posting_until is not None:
        return False
    work = (await calendar_for(db, dossier.resolving_unit_id)).work
    run.rule = _by_the_hours_of(work, run, dossier, spec)
    at = limit_by(run.rule, work)
    has_moved = at != run.due_at
    run.due_at = at
    return has_moved


def _by_the_hours_of(work: WorkCalendar, run: StepRun, dossier: Dossier, spec: ProcedureSpec) -> dict[str, Any]:
    """Return the rule of a hand-over with its share of the term by the calendar as it is now."""
    step = next((one for one in spec.steps if one.key == run.step_key), None)
    if step is None or dossier.accepted_at is None:
        return run.rule
    return {**run.rule, 'hours': share_of(step, dossier.accepted_at, spec, work)}


async def begin(move: Move, step: Step, holder: str | None = None, *, same_day: bool = False) -> StepRun:
    """Give a step to a person, or to everyone who holds its role. ``same_day``: it must be handed on by the 15:00 rule."""
    work = (await clocks.calendar(move)).work
    last = select(StepRun.number).where(StepRun.dossier_id == move.dossier.id).order_by(StepRun.number.desc()).limit(1)
    number = (await move.db.execute(last)).scalar_one_or_none() or 0
    run = StepRun(
        dossier_id=move.dossier.id,
        number=number + 1,
        step_key=step.key,
        role=ROLE_OF_STEP[step.role],
        unit_id=move.dossier.resolving_unit_id,
        account_id=holder,
        given_by_id=move.actor.account_id,
        given_at=move.at,
        taken_at=move.at if holder and holder == move.actor.account_id else None,
        rule={'from': move.at.isoformat(), 'hours': hours_of(move, step, work), 'same_day': same_day},
    )
    run.due_at = limit_by(run.rule, work)
    move.db.add(run)
    await move.db.flush()
    move.step = run
    move.dossier.step_key = step.key
    move.dossier.holder_id = holder
    move.told['step'] = step.key
    return run


def hours_of(move: Move, step: Step, work: WorkCalendar) -> float | None:
    """Return how long a step may take in this unit, whose day may be shorter than the eight hours procedures reckon with."""
    return share_of(step, move.dossier.accepted_at or move.at, move.spec, work)


def share_of(step: Step, accepted_at: datetime, spec: ProcedureSpec, work: WorkCalendar) -> float | None:
    """Return how long a step may take where its term was accepted then, by a calendar."""
    if not step.hours or step.off_clock:
        return step.hours
    together = max(clock.on_clock(spec.steps), step.hours)
    return clock.step_hours(work, accepted_at, spec.term, step.hours, together)


async def end_open(move: Move, outcome: str) -> None:
    """End the open hand-over, if there is one."""
    run = move.step or await open_step(move.db, move.dossier.id)
    if run is not None:
        run.ended_at = move.at
        run.outcome = outcome
        run.account_id = run.account_id or move.actor.account_id
        run.taken_at = run.taken_at or move.at
    move.step = None
    move.dossier.step_key = None
    move.dossier.holder_id = None


async def take(move: Move) -> None:
    """The person who acts becomes the holder of the open step."""
    if move.step is not None and move.step.account_id is None:
        move.step.account_id = move.dossier.holder_id = move.actor.account_id
        move.step.taken_at = move.at
        move.told['step'] = move.step.step_key


async def touch(move: Move) -> None:
    """Whoever works on an open step has taken it."""
    await take(move)
    if move.step is not None and move.step.taken_at is None:
        move.step.taken_at = move.at


async def advance(move: Move, outcome: str) -> None:
    """End the open step and begin the next one; optional steps are skipped unless they are asked for, no other ever is."""
    chosen = move.data.get('step')
    target = next((s for s in move.next_steps if (s.key == chosen if chosen else not s.optional)), None)
    if target is None:
        raise Invalid({'step': Problem('workflow.no_such_step')}, 'workflow.no_such_step')
    holder = await _holder(move, ROLE_OF_STEP[target.role])
    await end_open(move, outcome)
    await begin(move, target, holder)
    move.told['holder'] = holder


async def back(move: Move) -> None:
    """End the open step and begin the earlier one that was done last, with the person who did it.

    An optional step that nobody asked for was not done: nothing goes back to it.
    """
    earlier = {step.key: step for step in move.internal_steps[: move.position]}
    done = (
        select(StepRun)
        .where(StepRun.dossier_id == move.dossier.id, StepRun.step_key.in_(earlier))
        .order_by(StepRun.number.desc())
        .limit(1)
    )
    before = (await move.db.execute(done)).scalar_one_or_none()
    target = earlier[before.step_key] if before else move.internal_steps[move.position - 1]
    await end_open(move, 'sent_back')
    await begin(move, target, before.account_id if before else None)


async def reassign(move: Move) -> None:
    """End the open hand-over and give the same step to another person, with the time that is left."""
    run = move.step or await open_step(move.db, move.dossier.id)
    spec = next((s for s in move.internal_steps if run and s.key == run.step_key), None)
    if run is None or spec is None:
        raise Invalid({'account_id': Problem('workflow.no_open_step')}, 'workflow.no_open_step')
    holder = await _holder(move, Role(run.role), required=True)
    limit, rule = run.due_at, run.rule
    await end_open(move, 'reassigned')
    following = await begin(move, spec, holder)
    following.due_at, following.rule = limit, rule
    move.told['holder'] = holder


async def finish(move: Move) -> None:
    """End the last internal step; what is left is to give the result back."""
    await end_open(move, 'finished')
    last = next((s for s in move.spec.steps if s.role is StepRole.RETURN), None)
    if last is not None:
        await begin(move, last)


async def _holder(move: Move, role: Role, *, required: bool = False) -> str | None:
    """Return the person named in the act, if they hold the role in the resolving unit today."""
    wanted = move.data.get('account_id')
    if not wanted:
        if required:
            raise Invalid({'account_id': Problem('workflow.choose_person')}, 'workflow.choose_person')
        return None
    if wanted not in [person.id for person in await holders(move, role)]:  # it may be of any type
        raise Invalid({'account_id': Problem('workflow.person_lacks_role')}, 'workflow.person_lacks_role')
    return str(wanted)


async def holders(move: Move, role: Role) -> list[Account]:
    """Return the active people who hold a role in the resolving unit today, by name."""
    day = local(move.at).date()
    reach = await above(move.db, move.dossier.resolving_unit_id)
    query = (
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.role == role, Grant.unit_id.in_(reach), Grant.valid_from <= day, Account.is_active.is_(True))
        .where((Grant.valid_to.is_(None)) | (Grant.valid_to >= day))
        .distinct()
        .order_by(Account.full_name)
    )
    return list((await move.db.execute(query)).scalars())
