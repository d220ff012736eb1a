"""What everybody reads: published answers, found by words without accents, and whether visitors found them helpful."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor, anonymous
from app.clock import now
from app.db import read, write
from app.errors import NotFound
from app.limits import hit
from app.remembered import remembered
from app.text import like
from app.units.names import name_of
from app.units.queries import tree
from models import Feedback, FeedbackVote, Procedure
from models.feedback import FeedbackAbout, FeedbackState

PAGE = 20
WORDS = 8
BESIDE = 5
"""Questions shown on the page of their procedure."""
VOTES = 60
"""Votes from one network address in an hour."""


@dataclass(frozen=True)
class Public:
    """One published answer: nothing of who asked is in it."""

    id: str
    about: FeedbackAbout
    subject: str
    text: str
    answer: str
    unit_name: str
    procedure_slug: str
    sent_at: datetime
    answered_at: datetime | None
    in_time: bool | None
    helpful: int
    unhelpful: int


@dataclass(frozen=True)
class Found:
    """One page of answers."""

    rows: tuple[Public, ...]
    page: int
    pages: int
    total: int


def _is_public(*, questions: bool) -> ColumnElement[bool]:
    is_question = Feedback.about == FeedbackAbout.QUESTION
    return and_(Feedback.state == FeedbackState.PUBLISHED, is_question if questions else ~is_question)


async def answers(
    actor: Actor, text: str = '', *, questions: bool = False, procedure: str = '', page: int = 1
) -> Found:
    """Return published answers that hold all the words, the newest first."""
    where = [_is_public(questions=questions)]
    words = text.split()[:WORDS] if isinstance(text, str) else []
    where += [Feedback.search_text.like(like(word), escape='\\') for word in words]
    if procedure:
        where.append(Procedure.slug == procedure)
    joined = select(func.count()).select_from(Feedback).join(Procedure, _PROCEDURE, isouter=True).where(*where)
    async with read() as db:
        total = int((await db.execute(joined)).scalar_one())
        pages = max(1, -(-total // PAGE))
        at = min(max(page, 1), pages)
        return Found(await _rows(db, actor, where, PAGE, (at - 1) * PAGE), at, pages, total)


async def beside(actor: Actor, slug: str) -> tuple[Public, ...]:
    """Return the newest published questions about a procedure, the helpful ones first."""
    return await _beside(slug, actor.lang)


@remembered
async def _beside(slug: str, lang: str) -> tuple[Public, ...]:
    async with read() as db:
        rows = await _rows(db, anonymous(lang), [_is_public(questions=True), Procedure.slug == slug], PAGE, 0)
    return tuple(sorted(rows, key=lambda one: one.unhelpful - one.helpful))[:BESIDE]


async def published(actor: Actor, feedback_id: str) -> Public:
    """Return one published answer. Raises NotFound."""
    async with read() as db:
        where = [Feedback.state == FeedbackState.PUBLISHED, Feedback.id == feedback_id]
        rows = await _rows(db, actor, where, 1, 0)
    if not rows:
        raise NotFound()
    return rows[0]


_PROCEDURE = Procedure.id == Feedback.procedure_id


async def _rows(
    db: AsyncSession, actor: Actor, where: list[ColumnElement[bool]], limit: int, offset: int
) -> tuple[Public, ...]:
    query = select(Feedback, Procedure.slug).join(Procedure, _PROCEDURE, isouter=True).where(*where)
    newest = query.order_by(Feedback.published_at.desc(), Feedback.id)
    units = (await tree(db)).units
    found = []
    for one, slug in (await db.execute(newest.limit(limit).offset(offset))).all():
        unit = units[one.unit_id]
        found.append(
            Public(
                one.id, one.about, one.public_subject or '', one.public_text or '', one.public_answer or '',
                name_of(unit, actor.lang), slug or '', one.sent_at, one.answered_at,
                one.in_time, one.helpful, one.unhelpful,
            )
        )  # fmt: skip
    return tuple(found)


async def vote(actor: Actor, feedback_id: str, *, helpful: bool) -> None:
    """Count a visitor's word on a published answer, once; who says otherwise later has changed their mind.

    Known again by a keyed hash of network address and answer: it tells neither the address nor what else they read.

    Raises:
        NotFound.  TooMany.
    """
    await hit('feedback_vote', actor.address or 'unknown', times=VOTES, minutes=60)
    async with write() as db:
        one = await db.get(Feedback, feedback_id, with_for_update=True) if isinstance(feedback_id, str) else None
        if one is None or one.state is not FeedbackState.PUBLISHED:
            raise NotFound()
        voter = crypto.mac('feedback-vote', one.id, actor.address or actor.account_id or '')
        before = await db.get(FeedbackVote, (one.id, voter))
        if before is None:
            db.add(FeedbackVote(feedback_id=one.id, voter=voter, is_helpful=helpful, voted_at=now()))
        elif before.is_helpful is helpful:
            return
        else:
            before.is_helpful, before.voted_at = helpful, now()
        gain = {'helpful': int(helpful), 'unhelpful': int(not helpful)}
        loss = {'helpful': int(not helpful), 'unhelpful': int(helpful)} if before else {'helpful': 0, 'unhelpful': 0}
        await db.execute(
            update(Feedback)
            .where(Feedback.id == one.id)
            .values(
                helpful=Feedback.helpful + gain['helpful'] - loss['helpful'],
                unhelpful=Feedback.unhelpful + gain['unhelpful'] - loss['unhelpful'],
            )
        )
