"""The rating of a dossier as its applicant sees it: what can be said, what was said, what the unit answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.db import read
from app.dossiers.loading import load_for
from app.errors import NotAllowed, NotFound
from app.limits import hit
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.ratings import tokens
from app.ratings.commands import TRIES, is_colleague, standing
from app.ratings.form import Choice, Form, current, form_of
from app.ratings.rules import Ballot, can_change, is_open, parts_of
from app.units.names import name_of
from app.workflow.apply import is_applicant
from models import Dossier, EventText, Unit


@dataclass(frozen=True)
class View:
    """What the page of a rating shows: no name, and of a private procedure not what was asked for."""

    dossier_id: str
    number: str
    procedure_name: Text | None
    unit_name: str
    form: Form
    parts: tuple[Choice, ...]
    """Those that took place."""
    can_rate: bool
    given: Ballot | None
    rated_at: datetime | None
    until: datetime | None
    """Until when it can be changed; None: not any more, or nothing was given."""
    answer: str | None
    answered_at: datetime | None


async def view(actor: Actor, dossier_id: str) -> View:
    """Return the rating of a dossier of one's own, or opened by number and secret. Raises NotFound, NotAllowed."""
    async with read() as db:
        one = await load_for(db, actor, dossier_id)
        if not is_applicant(actor, one) or is_colleague(actor, one):
            raise NotAllowed()
        return await view_of(db, one, actor.lang)


async def view_by_token(actor: Actor, token: str, *, again: bool = False) -> View:
    """Return the rating of the dossier that a token opens. Raises NotFound, TooMany.

    ``again``: the form is shown once more with what was typed into it. Its sending was counted, this is not.
    """
    if not again:
        await hit('rating_token', actor.address or 'unknown', times=TRIES, minutes=60)
    async with read() as db:
        opened = await tokens.open_token(db, token)
        if is_colleague(actor, opened.dossier):
            raise NotFound('ratings.link_dead')
        return await view_of(db, opened.dossier, actor.lang, empty=opened.way == 'counter')


async def view_of(db: AsyncSession, one: Dossier, lang: str, *, empty: bool = False) -> View:
    """Return the rating of a loaded dossier; ``empty``: as if none were given, for whom that is none of their business."""
    rating = None if empty else await tokens.rating_of(db, one.id)
    form = form_of(rating.form) if rating else current()
    spec, unit = await spec_of(db, one.version_id), await db.get_one(Unit, one.resolving_unit_id)
    answer = await db.get(EventText, rating.answer_event_id) if rating and rating.answer_event_id else None
    changeable = rating is not None and can_change(rating, form)
    return View(
        dossier_id=one.id,
        number=one.official_code or one.filing_number,
        procedure_name=None if spec.sensitive else spec.name,
        unit_name=name_of(unit, lang),
        form=form,
        parts=tuple(part for part in form.parts if part.key in parts_of(one)),
        can_rate=changeable or (rating is None and await is_open(db, one, form)),
        given=standing(rating) if rating else None,
        rated_at=rating.rated_at if rating else None,
        until=rating.rated_at + form.change_for if rating and changeable else None,
        answer=answer.note if answer else None,
        answered_at=rating.answered_at if rating else None,
    )
