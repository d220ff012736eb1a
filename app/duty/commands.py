"""Change who is on duty: add, put right, take away."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import Actor, Permission
from app.audit.record import record
from app.clock import now
from app.db import take_turn, write
from app.errors import Invalid, NotFound, Problem, Stale
from app.questions import question, read_answers
from models import DutyPost

QUESTIONS = (
    question('name', 'person_name', required=True, max_length=100),
    question('title', 'text', max_length=100),
    question('work', 'text', required=True, max_length=200),
    question('phone', 'text', required=True, max_length=40, pattern=r'[0-9+(). /-]{3,40}'),
    question('hours', 'text', max_length=200),
)
"""Short numbers and extensions are telephones of an office as well, so the telephone is not asked as a person's."""
MOST = 50
"""People on duty in one unit."""


async def add_post(actor: Actor, unit_id: str, raw: Mapping[str, Any]) -> str:
    """Add somebody to a unit within reach, at the end of its list; returns the id.

    Raises:
        NotFound: not within reach. Invalid: by question, or the list is full.
    """
    if not actor.may(Permission.UNIT_MANAGE, unit_id):
        raise NotFound()
    answers = read_answers(QUESTIONS, raw)
    async with write() as db:
        await take_turn(db, f'duty:{unit_id}')
        query = select(func.count(), func.max(DutyPost.position)).where(DutyPost.unit_id == unit_id)
        count, last = (await db.execute(query)).one()
        if count >= MOST:
            raise Invalid({'name': Problem('duty.too_many', {'most': MOST})})
        post = DutyPost(unit_id=unit_id, position=(last or 0) + 1, changed_at=now(), **_columns(answers))
        db.add(post)
        await db.flush()
        await _note(db, actor, post, 'created')
    return post.id


async def save_post(actor: Actor, post_id: str, raw: Mapping[str, Any], *, seen_version: int) -> None:
    """Put right what is said of somebody. Raises NotFound. Stale: somebody else changed it since. Invalid: by question."""
    async with write() as db:
        post = await _within_reach(db, actor, post_id)
        values = _columns(read_answers(QUESTIONS, raw)) | {'changed_at': now(), 'version': seen_version + 1}
        done = await db.execute(
            update(DutyPost).where(col(DutyPost.id) == post_id, col(DutyPost.version) == seen_version).values(**values)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise Stale('duty.stale')
        await _note(db, actor, post, 'changed')


async def remove_post(actor: Actor, post_id: str) -> None:
    """Take somebody away who is not on duty any more. Raises NotFound."""
    async with write() as db:
        post = await _within_reach(db, actor, post_id)
        await db.delete(post)
        await _note(db, actor, post, 'removed')


async def _within_reach(db: AsyncSession, actor: Actor, post_id: str) -> DutyPost:
    post = await db.get(DutyPost, post_id)
    if post is None or not actor.may(Permission.UNIT_MANAGE, post.unit_id):
        raise NotFound()
    return post


async def _note(db: AsyncSession, actor: Actor, post: DutyPost, action: str) -> None:
    await record(db, actor, 'duty', post.id, action, unit_id=post.unit_id, data={'work': post.work})


def _columns(answers: dict[str, Any]) -> dict[str, Any]:
    return {one.id: answers.get(one.id) or None for one in QUESTIONS}
