"""The only function that writes a dossier's status."""

from collections.abc import Iterable
from functools import partial
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from app import live
from app.access import Actor, ActorKind, Permission
from app.audit.record import record
from app.clock import now
from app.db import after_commit
from app.errors import AppError, Invalid, NotAllowed, Problem, Stale, WrongState
from app.notifications import rules
from app.procedures.schema import ProcedureSpec
from app.statistics import counting
from app.text import plain
from app.webhooks import outbox as webhooks
from app.workflow import transitions
from app.workflow.desks import desk_of
from app.workflow.effects import EFFECTS
from app.workflow.guards import ASKS, GUARDS
from app.workflow.move import Move, open_step
from app.workflow.transitions import Action, Transition, Who
from models import Dossier, Event, StepRun
from models.enums import Role, Status

NOTE_LIMIT = 4000
"""Characters of a note."""


async def apply_transition(
    db: AsyncSession,
    actor: Actor,
    dossier: Dossier,
    spec: ProcedureSpec,
    action: Action,
    *,
    seen_version: int | None,
    note: str | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Carry out one act: table, permission, guards, conditional update, effects, one event, outgoing messages; all or nothing.

    ``seen_version`` is the version that the screen showed, not the one just loaded. SUBMIT takes a dossier that is not
    in the database yet and has none.

    Raises:
        WrongState: the table or a guard forbids it now.  NotAllowed: not this actor's act.  Stale: the screen was old.
    """
    before = None if action is Action.SUBMIT else dossier.status
    line = transitions.find(action, before)
    if line is None:
        raise Stale() if seen_version is not None and seen_version != dossier.version else WrongState()
    move = Move(db, actor, dossier, spec, line, now(), _clean(note, line), dict(data or {}))
    move.step = None if action is Action.SUBMIT else await open_step(db, dossier.id)
    _permit(actor, dossier, line, move.step)
    await _claim(db, dossier, line, seen_version)
    for guard in line.guards:
        await GUARDS[guard](move)
    await EFFECTS[action](move)
    await db.flush()
    event = await _write_down(move, before)
    await counting.count(db, dossier, action, before, move.at)
    await rules.notify(db, event, dossier, move.told | {'note': move.note})
    await webhooks.tell(db, event, dossier)
    after_commit(db, partial(_tell_screens, dossier))
    return event


def _tell_screens(dossier: Dossier) -> None:
    for topic in {f'dossier:{dossier.id}', f'queue:{dossier.receiving_unit_id}', f'queue:{dossier.resolving_unit_id}'}:
        live.signal(topic)


def _clean(note: str | None, line: Transition) -> str | None:
    """Return the note without surrounding space; where the act needs one, an empty one is refused."""
    text = plain(note).strip() if isinstance(note, str) else ''
    if line.needs_note and not text:
        raise Invalid({'note': Problem('workflow.note_needed')}, 'workflow.note_needed')
    if len(text) > NOTE_LIMIT:
        raise Invalid(
            {'note': Problem('workflow.note_too_long', {'limit': NOTE_LIMIT})},
            'workflow.note_too_long',
            limit=NOTE_LIMIT,
        )
    return text or None


def _permit(actor: Actor, dossier: Dossier, line: Transition, step: StepRun | None) -> None:
    if not permitted(actor, dossier, line, step):
        raise NotAllowed()


def permitted(actor: Actor, dossier: Dossier, line: Transition, step: StepRun | None) -> bool:
    """Tell whether the act is this actor's to do, whatever the state."""
    if actor.kind is ActorKind.SYSTEM or line.action is Action.SUBMIT:
        return True  # whoever holds a draft may submit it: the command has checked that
    if line.who is Who.TIMER:
        return False
    if line.who is Who.APPLICANT:
        return is_applicant(actor, dossier)
    if line.leader_too and actor.may(Permission.DOSSIER_APPROVE, dossier.resolving_unit_id):
        return True
    unit = dossier.receiving_unit_id if line.permission in _AT_RECEPTION else dossier.resolving_unit_id
    if line.permission is Permission.DOSSIER_RECEIVE:
        unit = desk_of(dossier)
    if line.permission is None or not actor.may(line.permission, unit):
        return False
    return not line.at_step or _holds_step(actor, dossier, step)


_AT_RECEPTION = frozenset({Permission.DOSSIER_RECEIVE, Permission.DOSSIER_RETURN, Permission.DOSSIER_REISSUE_SECRET})
"""Acts of the one-stop desk that received the dossier; all others belong to the unit that resolves it."""


def is_applicant(actor: Actor, dossier: Dossier) -> bool:
    """The submitter's own account, or somebody who opened the dossier with number and secret."""
    return is_owner(actor, dossier) or dossier.id in actor.opened


def is_owner(actor: Actor, dossier: Dossier) -> bool:
    """The account that filed it: who it is was proved by more than a slip of paper."""
    return actor.kind is ActorKind.CITIZEN and actor.account_id is not None and dossier.account_id == actor.account_id


def _holds_step(actor: Actor, dossier: Dossier, step: StepRun | None) -> bool:
    """The open step is this person's, or nobody's while they hold its role."""
    if step is None:
        return False
    if step.account_id is not None:
        return step.account_id == actor.account_id
    return Role(step.role) in actor.roles(dossier.resolving_unit_id)


async def _claim(db: AsyncSession, dossier: Dossier, line: Transition, seen_version: int | None) -> None:
    """Write status and version if nobody was faster. The row is locked from here on (order of locks: dossier, counter, chain)."""
    if line.action is Action.SUBMIT:
        dossier.status = Status.REGISTERED
        dossier.version = 1
        db.add(dossier)
        return
    seen = dossier.version if seen_version is None else seen_version
    status = line.to or dossier.status
    claim = update(Dossier).where(Dossier.id == dossier.id, Dossier.version == seen, Dossier.status == dossier.status)
    done = await db.execute(
        claim.values(version=seen + 1, status=status), execution_options={'synchronize_session': False}
    )
    if cast('CursorResult[Any]', done).rowcount != 1:
        raise Stale()
    set_committed_value(dossier, 'version', seen + 1)
    set_committed_value(dossier, 'status', status)


async def _write_down(move: Move, before: Any) -> Event:
    """Append the event. Notes of acts towards the applicant are theirs to read, internal ones are not."""
    one = move.dossier
    return await record(
        move.db,
        move.actor,
        'dossier',
        one.id,
        move.line.action,
        dossier_id=one.id,
        unit_id=one.resolving_unit_id,
        version_id=one.version_id,
        from_status=None if before is None else int(before),
        to_status=int(one.status),
        happened_at=move.at,
        note=move.note,
        data=move.told,
        public=move.line.action in _TOLD_TO_APPLICANT,
    )


_TOLD_TO_APPLICANT = frozenset(
    {Action.SUBMIT, Action.ACCEPT, Action.REFUSE, Action.REQUEST_SUPPLEMENT, Action.SUPPLEMENT, Action.REPLACE, Action.SHOW_DRAFT,
     Action.PASS_ON, Action.AWAIT_DUTY, Action.DUTY_DONE, Action.START_POSTING, Action.END_POSTING, Action.EXTEND,
     Action.REAPPOINT, Action.RECOUNT, Action.CONFIRM_DRAFT, Action.OBJECT_DRAFT, Action.FINISH, Action.HAND_OVER, Action.WITHDRAW, Action.STOP,
     Action.REVOKE_RESULT, Action.REISSUE_RESULT}
)  # fmt: skip


async def available_actions(
    db: AsyncSession, actor: Actor, dossier: Dossier, spec: ProcedureSpec
) -> tuple[Action, ...]:
    """Return the acts that would succeed now, from the same table and guards: screen and server agree."""
    step = await open_step(db, dossier.id)
    found = []
    for line in transitions.TRANSITIONS:
        if dossier.status in line.sources and permitted(actor, dossier, line, step):
            move = Move(db, actor, dossier, spec, line, now(), step=step)
            if await _passes(move, (g for g in line.guards if g not in ASKS)):
                found.append(line.action)
    return tuple(found)


async def _passes(move: Move, guards: Iterable[str]) -> bool:
    try:
        for guard in guards:
            await GUARDS[guard](move)
    except AppError:
        return False
    return True
