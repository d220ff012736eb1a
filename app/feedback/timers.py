"""Warnings about feedback: one working day before each limit, and when it has passed; each once, and in the morning's letter."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import live
from app.access import SYSTEM, Actor, Permission
from app.audit.record import record
from app.clock import now
from app.db import after_commit, read, take_turn, write
from app.feedback import limits
from app.jobs import loop
from models import Feedback

AHEAD = timedelta(days=21)
"""One working day before any limit lies within, whatever holidays come."""
AT_ONCE = 200


@loop(every=timedelta(minutes=1), name='feedback')
async def raise_alerts() -> int:
    """Raise every warning whose moment has come. Returns how many; called again it raises none of them twice."""
    moment = now()
    fresh = Feedback.alerted.is_(None)
    late = and_(Feedback.due_at <= moment, or_(fresh, Feedback.alerted.not_like('late%')))
    near = and_(Feedback.due_at > moment, Feedback.due_at <= moment + AHEAD, fresh)
    query = select(Feedback).where(or_(late, near)).order_by(Feedback.due_at).limit(AT_ONCE)
    async with read() as db:
        ripe = []
        for one in (await db.execute(query)).scalars():
            if (kind := await _kind(db, one, moment)) and one.alerted != _mark(one, kind):
                ripe.append(one.id)
    return sum([await _raise(one_id) for one_id in ripe])


async def _kind(db: AsyncSession, one: Feedback, moment: datetime) -> str | None:
    if one.due_at is None:
        return None
    if one.due_at <= moment:
        return 'late'
    return 'soon' if limits.soon(await limits.work_of(db, one), one.due_at) <= moment else None


def _mark(one: Feedback, kind: str) -> str:
    return f'{kind} {one.due_at.isoformat() if one.due_at else ""}'


async def _raise(feedback_id: str) -> bool:
    async with write() as db:
        await take_turn(db, 'feedback')
        one = await db.get_one(Feedback, feedback_id, with_for_update=True)
        kind = await _kind(db, one, now())
        if kind is None or one.alerted == _mark(one, kind):
            return False  # somebody was faster, or it has gone on
        one.alerted = _mark(one, kind)
        await record(
            db, SYSTEM, 'feedback', one.id, f'alert_{kind}', unit_id=one.unit_id,
            data={'limit': one.due_at.isoformat() if one.due_at else None, 'of': one.due_kind},
        )  # fmt: skip
        after_commit(db, partial(live.signal, f'feedback:{one.unit_id}'))
    return True


async def pressing(db: AsyncSession, actor: Actor) -> tuple[int, int]:
    """Return how many are near their limit and how many past it, of the units in which this officer handles feedback."""
    units = actor.units(Permission.FEEDBACK_SORT) | actor.units(Permission.FEEDBACK_ANSWER)
    if not units:
        return 0, 0
    not_me = or_(Feedback.about_account_id.is_(None), Feedback.about_account_id != actor.account_id)
    theirs = or_(Feedback.handler_id.is_(None), Feedback.handler_id == actor.account_id)
    here = select(func.count()).select_from(Feedback).where(Feedback.unit_id.in_(units), not_me, theirs)
    late = int((await db.execute(here.where(Feedback.due_at <= now()))).scalar_one())
    near = here.where(Feedback.due_at > now(), Feedback.alerted.startswith('soon'))
    return int((await db.execute(near)).scalar_one()), late
