"""What was not satisfactory waits for the head of the unit, who answers in words within the term; the applicant is told.

Those who dealt with the dossier neither see the rating nor answer it: who complained is protected from whom it is about.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import live
from app.access import Actor, Permission
from app.audit.record import record
from app.clock import now
from app.db import after_commit, read, write
from app.dossiers.loading import load_on_desk
from app.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from app.notifications.outbox import enqueue
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.ratings.commands import SUBJECT, standing
from app.ratings.form import Form, form_of
from app.ratings.rules import Ballot
from app.text import plain
from app.workflow.apply import available_actions
from app.workflow.transitions import Action
from models import Account, Dossier, Event, EventText, Rating

PAGE = 30
ANSWER_LIMIT = 2000
AGAIN = (Action.REISSUE_RESULT, Action.REVOKE_RESULT)
"""Acts by which an issued result is taken up again. They are done on the dossier's own page, by the workflow."""


@dataclass(frozen=True)
class TaskRow:
    """One rating that waits for an answer, or was answered."""

    dossier_id: str
    number: str
    procedure_name: Text
    level: int
    rated_at: datetime
    due_at: datetime
    is_late: bool
    answered_at: datetime | None


@dataclass(frozen=True)
class Tasks:
    """One page of them, the most pressing first."""

    rows: tuple[TaskRow, ...]
    page: int
    total: int


@dataclass(frozen=True)
class Task:
    """One of them with what was said."""

    row: TaskRow
    form: Form
    said: Ballot
    answer: str | None
    answered_by: str | None
    again: tuple[Action, ...]
    """Acts that would take the result up again, as this person may do them now."""


async def tasks(actor: Actor, *, answered: bool = False, page: int = 1) -> Tasks:
    """Return what waits for this head's answer, or what was answered. Raises NotAllowed."""
    mine = (*_for(actor), Rating.answered_at.is_not(None) if answered else Rating.answered_at.is_(None))
    async with read() as db:
        total = (await db.execute(select(func.count()).select_from(Rating).where(*mine))).scalar_one()
        at = min(max(1, page if isinstance(page, int) else 1), max(1, -(-total // PAGE)))
        order = Rating.answered_at.desc() if answered else Rating.answer_due_at
        query = select(Rating, Dossier).join(Dossier, Dossier.id == Rating.dossier_id).where(*mine)
        found = await db.execute(query.order_by(order, Rating.id).limit(PAGE).offset((at - 1) * PAGE))
        rows = [
            _row(rating, one, (s := await spec_of(db, one.version_id)).short_name or s.name) for rating, one in found
        ]
    return Tasks(tuple(rows), at, total)


async def waiting(actor: Actor) -> int:
    """Return how many ratings wait for this person's answer; 0 for whoever answers none."""
    if not actor.may(Permission.DOSSIER_APPROVE):
        return 0
    async with read() as db:
        query = select(func.count()).select_from(Rating).where(*_for(actor), Rating.answered_at.is_(None))
        return (await db.execute(query)).scalar_one()


async def task(actor: Actor, dossier_id: str) -> Task:
    """Return one rating that waits or was answered. Raises NotAllowed, NotFound: not theirs to answer."""
    mine = _for(actor)
    async with read() as db:
        rating = (await db.execute(select(Rating).where(*mine, Rating.dossier_id == dossier_id))).scalar_one_or_none()
        if rating is None:
            raise NotFound()
        one = await load_on_desk(db, actor, rating.dossier_id)
        spec = await spec_of(db, one.version_id)
        acts = await available_actions(db, actor, one, spec)
        answer = await db.get(EventText, rating.answer_event_id) if rating.answer_event_id else None
        return Task(
            row=_row(rating, one, spec.short_name or spec.name),
            form=form_of(rating.form),
            said=standing(rating),
            answer=answer.note if answer else None,
            answered_by=await _answerer(db, rating),
            again=tuple(act for act in AGAIN if act in acts),
        )


async def _answerer(db: AsyncSession, rating: Rating) -> str | None:
    query = select(Account.full_name).join(Event, Event.actor_id == Account.id)
    return (await db.execute(query.where(Event.id == rating.answer_event_id))).scalar_one_or_none()


async def answer(actor: Actor, dossier_id: str, words: str) -> None:
    """Answer a rating, once; the applicant is told by mail.

    Raises:
        NotAllowed: no head.  NotFound: not theirs to answer.  WrongState: answered already.  Invalid: no words, too many.
    """
    mine = _for(actor)
    said = plain(words).strip() if isinstance(words, str) else ''
    if not said:
        raise Invalid({'words': Problem('workflow.note_needed')}, 'workflow.note_needed')
    if len(said) > ANSWER_LIMIT:
        raise Invalid(
            {'words': Problem('ratings.too_long', {'limit': ANSWER_LIMIT})}, 'ratings.too_long', limit=ANSWER_LIMIT
        )
    async with write() as db:
        query = select(Rating).where(*mine, Rating.dossier_id == dossier_id).with_for_update()
        rating = (await db.execute(query)).scalar_one_or_none()
        if rating is None:
            raise NotFound()
        if rating.answered_at is not None:
            raise WrongState('ratings.answered')
        one = await load_on_desk(db, actor, rating.dossier_id)
        event = await record(
            db, actor, SUBJECT, one.id, 'rating_answered', unit_id=rating.unit_id, version_id=one.version_id, note=said,
            public=True,
        )  # fmt: skip
        rating.answered_at, rating.answer_event_id = event.happened_at, event.id
        if one.contact_email:
            await enqueue(
                db, template='rating_answered', recipient=one.contact_email, lang=one.lang,
                data={'number': one.filing_number, 'code': one.official_code}, dossier_id=one.id, event_id=event.id,
            )  # fmt: skip
        after_commit(db, partial(live.signal, f'ratings:{rating.unit_id}'))


def _for(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return the condition on ratings that are this head's to answer: of their units, and of nobody's work but others'.

    Raises:
        NotAllowed: no head of any unit.
    """
    units = actor.units(Permission.DOSSIER_APPROVE)
    if not units:
        raise NotAllowed()
    hands = (Rating.received_by_id, Rating.handled_by_id, Rating.returned_by_id)
    others = [or_(hand.is_(None), hand != actor.account_id) for hand in hands]
    return (Rating.unit_id.in_(units), Rating.answer_due_at.is_not(None), *others)


def _row(rating: Rating, one: Dossier, name: Text) -> TaskRow:
    due = rating.answer_due_at or rating.rated_at
    return TaskRow(
        one.id, one.official_code or one.filing_number, name, rating.level, rating.rated_at, due,
        rating.answered_at is None and due < now(), rating.answered_at,
    )  # fmt: skip
