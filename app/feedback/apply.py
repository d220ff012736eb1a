"""The only function that changes the state of feedback."""

from dataclasses import replace
from functools import partial
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from app import live
from app.access import Actor, ActorKind
from app.audit.record import record
from app.clock import local, now
from app.db import after_commit
from app.errors import Invalid, NotAllowed, Problem, Stale, WrongState
from app.feedback import limits, mail
from app.feedback.protection import is_involved
from app.feedback.transitions import LINES, TABLE, Act, Line
from app.text import plain
from models import Event, Feedback, FeedbackStep
from models.enums import Authentication
from models.feedback import Disclosure
from models.feedback import FeedbackState as S

NOTE_LIMIT = 4000
TOLD = frozenset({Act.ASK, Act.REFUSE, Act.MOVE})
"""Acts whose words are for the sender."""
JUDGED = {Act.REFUSE: 'refuse', Act.ASK: 'ask', Act.FORWARD: 'forward', Act.MOVE: 'forward'}
"""Acts with a limit of their own, from the day of sending: done late they are done, and the event says so."""


async def apply_act(
    db: AsyncSession,
    actor: Actor,
    one: Feedback,
    act: Act,
    *,
    seen_version: int | None = None,
    note: str | None = None,
    **columns: Any,
) -> Event:
    """Carry out one act: table, permission, protection, conditional update, limits, event, letter; all or nothing.

    ``columns`` are what the act writes besides state and limits. SEND takes feedback that is not in the database yet.

    Raises:
        WrongState: not possible now.  NotAllowed: not theirs.  Stale: somebody was faster.  Invalid: words are missing.
    """
    line, before, passed_by = LINES[act], None if act is Act.SEND else one.state, one.unit_id
    if not await permitted(db, actor, one, line):
        raise NotAllowed()
    if before is not None and before not in line.sources:
        raise Stale() if seen_version not in (None, one.version) else WrongState()
    words = _clean(note, line)
    await _claim(db, one, line, seen_version)
    for name, value in columns.items():
        setattr(one, name, value)
    moment, work = now(), await limits.work_of(db, one)
    late = act in JUDGED and limits.is_late(work, one, JUDGED[act], moment)
    _set_limits(one, act, moment, work)
    event = await record(
        db, _as_told(actor, one, line), 'feedback', one.id, act, unit_id=one.unit_id, happened_at=moment, note=words,
        data={'from': before, 'to': one.state, **({'late': True} if late else {})}, public=act in TOLD,
    )  # fmt: skip
    await _step(db, one, event, late)
    await mail.notify(db, event, one, line)
    lists = sorted({f'feedback:{passed_by}', f'feedback:{one.unit_id}'})
    after_commit(db, partial(live.signal, *lists, f'feedback-case:{one.id}'))
    return event


async def permitted(db: AsyncSession, actor: Actor, one: Feedback, line: Line) -> bool:
    """Tell whether the act is this actor's. Who is complained about may at most pass it on."""
    if line.permission is None or actor.kind is ActorKind.SYSTEM:
        return True  # the sender's own: the command has checked the secret
    if not actor.may(line.permission, one.unit_id) or one.about_account_id == actor.account_id:
        return False
    if not line.by_involved and await is_involved(db, actor, one):
        return False
    return not line.by_handler or one.handler_id == actor.account_id


async def acts_for(db: AsyncSession, actor: Actor, one: Feedback) -> frozenset[Act]:
    """Return what this officer could do now, from the same table: screen and server agree."""
    lines = [line for line in TABLE if one.state in line.sources and line.permission]
    return frozenset([line.act for line in lines if await permitted(db, actor, one, line)])


def _clean(note: str | None, line: Line) -> str | None:
    text = plain(note).strip() if isinstance(note, str) else ''
    if line.needs_note and not text:
        raise Invalid({'note': Problem('workflow.note_needed')}, 'workflow.note_needed')
    if len(text) > NOTE_LIMIT:
        problem = Problem('workflow.note_too_long', {'limit': NOTE_LIMIT})
        raise Invalid({'note': problem}, problem.key, **problem.values)
    return text or None


async def _claim(db: AsyncSession, one: Feedback, line: Line, seen_version: int | None) -> None:
    """Write state and version if nobody was faster; the row is locked from here on."""
    if line.act is Act.SEND:
        one.state, one.version = S.RECEIVED, 1
        db.add(one)
        await db.flush()
        return
    seen, state = one.version if seen_version is None else seen_version, line.to or one.state
    claim = update(Feedback).where(Feedback.id == one.id, Feedback.version == seen, Feedback.state == one.state)
    done = await db.execute(
        claim.values(version=seen + 1, state=state), execution_options={'synchronize_session': False}
    )
    if cast('CursorResult[Any]', done).rowcount != 1:
        raise Stale()
    set_committed_value(one, 'version', seen + 1)
    set_committed_value(one, 'state', state)


def _set_limits(one: Feedback, act: Act, moment: Any, work: Any) -> None:
    """Set the limit that runs from here on. While more is asked of the person none does."""
    rule = limits.limits_of(one.about, local(one.sent_at).date())
    if act is Act.SEND:
        one.answer_due_at = limits.due(work, one.sent_at, rule.answer)
    if act is Act.ASK:
        one.asked_at = moment
    if act is Act.SUPPLY and one.asked_at is not None:
        one.answer_due_at = limits.longer(work, one.answer_due_at, one.asked_at, moment)
    if act is Act.ANSWER:
        one.answered_at, one.in_time = moment, moment <= one.answer_due_at
    if act is Act.PUBLISH:
        one.published_at = moment
    running = {
        S.RECEIVED: ('refuse', limits.due(work, one.sent_at, rule.refuse)),
        S.SORTED: ('answer', one.answer_due_at),
        S.FORWARDED: ('answer', one.answer_due_at),
        S.ANSWERED: ('publish', limits.due(work, one.answered_at or moment, rule.publish)),
    }
    kind, limit = (None, None) if act is Act.WITHHOLD else running.get(one.state, (None, None))
    if (kind, limit) != (one.due_kind, one.due_at):
        one.alerted = None  # the warning was about another limit
    one.due_kind, one.due_at = kind, limit


def _as_told(actor: Actor, one: Feedback, line: Line) -> Actor:
    """Return who the event names. Account and way of signing in stand there only where the sender gives the name openly."""
    is_hidden = line.permission is None and one.disclosure is not Disclosure.NAMED
    if not is_hidden:
        return actor
    return replace(actor, kind=ActorKind.GUEST, account_id=None, authentication=Authentication.NONE)


async def _step(db: AsyncSession, one: Feedback, event: Event, late: bool) -> None:
    count = select(func.count()).select_from(FeedbackStep).where(FeedbackStep.feedback_id == one.id)
    number = int((await db.execute(count)).scalar_one()) + 1
    detail = {'unit': one.unit_id, 'late': late, 'state': str(one.state)}
    db.add(FeedbackStep(event_id=event.id, feedback_id=one.id, number=number, detail=detail))
    await db.flush()
