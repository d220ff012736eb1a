"""Rate a dossier once, and change one's mind for a day: by account, number and secret, the link of a mail, or the counter's screen."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto, live
from app.access import Actor, Permission, anonymous
from app.audit.record import record
from app.clock import now
from app.db import after_commit, write
from app.deadlines.store import calendar_for
from app.dossiers.loading import load_for, load_on_desk
from app.dossiers.seeing import is_at_work
from app.errors import NotAllowed, WrongState
from app.limits import hit
from app.notifications.outbox import enqueue
from app.ratings import tokens
from app.ratings.form import Form, current, form_of
from app.ratings.people import hands_of
from app.ratings.rules import PARTS, Ballot, can_change, checked, is_open
from app.statistics.counting import count_opinion, opinion_of
from app.workflow.apply import is_applicant, is_owner
from models import Dossier, Event, Rating
from models.enums import Authentication, Channel
from models.types import new_id

SUBJECT = 'rating'
"""Events of ratings name the dossier as their subject only: neither the desk's history nor the feed of events shows them."""
TRIES, CHANGES = 3000, 20
"""Tokens asked for in an hour from one address, which a whole hall may share; ratings and changes of one dossier."""


@dataclass(frozen=True)
class Rated:
    """What came of it. ``token``: for the browser that rated by the counter's screen, to add words or change its mind."""

    dossier_id: str
    level: int
    until: datetime
    token: str | None = None


async def rate(actor: Actor, dossier_id: str, ballot: Ballot) -> Rated:
    """Rate a dossier of one's own, or one opened by number and secret. The same again changes nothing.

    Raises:
        NotFound: not theirs.  NotAllowed: not the applicant.  WrongState: no result yet, too late, or answered.  Invalid.
    """
    async with write() as db:
        one = await load_for(db, actor, dossier_id, lock=True)
        if not is_applicant(actor, one):
            raise NotAllowed()
        return await _rate(db, actor, one, ballot, 'account' if is_owner(actor, one) else _way(actor))


async def rate_by_token(actor: Actor, token: str, ballot: Ballot) -> Rated:
    """Rate the dossier of a token. Raises as ``rate``; NotFound: the token opens nothing."""
    await hit('rating_token', actor.address or 'unknown', times=TRIES, minutes=60)
    async with write() as db:
        opened = await tokens.open_token(db, token)
        one = await db.get_one(Dossier, opened.dossier.id, with_for_update=True)
        who = actor if actor.is_staff else _bearer(actor, opened.way)
        via, only_first = 'link' if opened.way == 'link' else 'counter', opened.way == 'counter'
        done = await _rate(db, who, one, ballot, via, only_first=only_first)
        rating = await tokens.rating_of(db, one.id)
        own = tokens.own_token(rating) if rating and opened.way != 'link' else None
        return Rated(done.dossier_id, done.level, done.until, own)


async def offer(actor: Actor, dossier_id: str) -> str:
    """Return the address for the counter's screen, which the applicant's own telephone reads. It is written down who showed it.

    Raises:
        NotFound: not of their units.  NotAllowed: not at the counter.  WrongState: nothing to rate.
    """
    async with write() as db:
        one = await load_on_desk(db, actor, dossier_id)
        if not any(
            actor.may(p, one.receiving_unit_id) for p in (Permission.DOSSIER_RECEIVE, Permission.DOSSIER_RETURN)
        ):
            raise NotAllowed()
        if not await is_open(db, one, current()):  # whether it was rated already is nothing that the counter learns
            raise WrongState('ratings.not_to_offer')
        await record(db, actor, SUBJECT, one.id, 'rating_offered', unit_id=one.resolving_unit_id)
    return tokens.counter_address(one.id)


def is_colleague(actor: Actor, one: Dossier) -> bool:
    """Tell whether somebody works where the dossier is: whatever secret they know, they neither rate it nor see its rating."""
    return actor.is_staff and is_at_work(actor, one)


def _way(actor: Actor) -> str:
    return 'link' if actor.authentication is Authentication.LINK else 'secret'


def _bearer(actor: Actor, way: str) -> Actor:
    """Whoever holds a token is nobody known: the account that happens to be signed in is not written down."""
    if way == 'link':
        return replace(anonymous(actor.lang, actor.address), authentication=Authentication.LINK)
    return replace(anonymous(actor.lang, actor.address), channel=Channel.COUNTER)


async def _rate(
    db: AsyncSession, actor: Actor, one: Dossier, ballot: Ballot, via: str, *, only_first: bool = False
) -> Rated:
    """Write the rating with its event and its counts, or change the one that stands (not ``only_first``)."""
    if is_colleague(actor, one) or (actor.is_staff and via == 'counter'):
        raise NotAllowed('ratings.not_by_staff')
    rating = await tokens.rating_of(db, one.id)
    if only_first:  # no limit of the dossier: who shows the code could count by it how often others rated
        rating = await _first(db, actor, one, ballot, via, rating)
    elif rating is None:
        await hit('rating', one.id, times=CHANGES, minutes=60)
        rating = await _first(db, actor, one, ballot, via)
    else:
        await hit('rating', one.id, times=CHANGES, minutes=60)
        await _change(db, actor, one, rating, ballot, via)
    return Rated(one.id, rating.level, rating.rated_at + form_of(rating.form).change_for)


async def _first(
    db: AsyncSession, actor: Actor, one: Dossier, ballot: Ballot, via: str, given: Rating | None = None
) -> Rating:
    form = current()
    if not await is_open(db, one, form):
        raise WrongState('ratings.not_open')
    said, hands, moment = checked(one, form, ballot), await hands_of(db, one), now()
    if given:  # said last, to a ballot that would count: a wrong one tries nothing out without leaving a trace
        raise WrongState('ratings.given_already')
    event = await _write_down(db, actor, one, 'rated', said, form, via)
    rating = Rating(
        id=new_id(), dossier_id=one.id, event_id=event.id, unit_id=one.resolving_unit_id, procedure_id=one.procedure_id,
        form=form.number, level=said.level, via=via, rated_at=event.happened_at, received_by_id=hands.received_by_id,
        handled_by_id=hands.handled_by_id, returned_by_id=hands.returned_by_id,
    )  # fmt: skip
    _fill(rating, said)
    await _ask_for_answer(db, rating, said, form, moment)
    db.add(rating)
    await db.flush()
    await count_opinion(db, rating)
    if via == 'counter' and one.contact_email:
        await _tell(db, one, event)
    return rating


async def _change(db: AsyncSession, actor: Actor, one: Dossier, rating: Rating, ballot: Ballot, via: str) -> None:
    form = form_of(rating.form)
    said = checked(one, form, ballot)
    if said == standing(rating):
        if rating.via == 'counter' != via:  # meant so by who proved it: the browser at the counter has no say any more
            await _write_down(db, actor, one, 'rating_changed', said, form, via)
            rating.via = via
        return
    if not can_change(rating, form):
        raise WrongState('ratings.over')
    before = opinion_of(rating)
    await _write_down(db, actor, one, 'rating_changed', said, form, via)
    _fill(rating, said)
    rating.via, rating.changed_at = via, now()
    await _ask_for_answer(db, rating, said, form, rating.rated_at)
    await db.flush()
    await count_opinion(db, rating, before)


async def _write_down(
    db: AsyncSession, actor: Actor, one: Dossier, action: str, said: Ballot, form: Form, via: str
) -> Event:
    """Append the event. It holds what was ticked, never the words."""
    data: dict[str, Any] = {
        'form': form.number, 'level': said.level, **said.parts, 'reasons': list(said.reasons), 'words': bool(said.words),
        'via': via,
    }  # fmt: skip
    return await record(
        db, actor, SUBJECT, one.id, action, unit_id=one.resolving_unit_id, version_id=one.version_id, data=data
    )


def _fill(rating: Rating, said: Ballot) -> None:
    rating.level, rating.reasons = said.level, list(said.reasons)
    for part in PARTS:
        setattr(rating, part, said.parts.get(part))
    rating.words = crypto.seal(said.words, f'rating.words:{rating.id}') if said.words else None


def standing(rating: Rating) -> Ballot:
    """Return what a rating says now."""
    parts = {part: value for part in PARTS if (value := getattr(rating, part)) is not None}
    words = crypto.unseal(rating.words, f'rating.words:{rating.id}') if rating.words else ''
    return Ballot(rating.level, parts, tuple(rating.reasons), words)


async def _ask_for_answer(db: AsyncSession, rating: Rating, said: Ballot, form: Form, since: datetime) -> None:
    """A rating that is not satisfied waits for an answer of the unit's head; changed for the better it waits no more."""
    due = None
    if said.is_bad:
        work = (await calendar_for(db, rating.unit_id)).work
        due = work.add_working_days(since, form.answer_working_days)
    rating.answer_due_at = due
    after_commit(db, lambda: live.signal(f'ratings:{rating.unit_id}'))


async def _tell(db: AsyncSession, one: Dossier, event: Event) -> None:
    """Say to the applicant that the counter's screen was used: whoever did not rate there can still put it right."""
    await enqueue(
        db, template='rated_at_counter', recipient=one.contact_email or '', lang=one.lang,
        data={'number': one.filing_number, 'code': one.official_code}, dossier_id=one.id, event_id=event.id,
    )  # fmt: skip
