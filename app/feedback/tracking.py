"""The sender's page: opened by code and secret, nothing else; what was asked for is added here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor
from app.db import read, write
from app.errors import Invalid, NotFound, Problem
from app.feedback.apply import apply_act
from app.feedback.protection import Spoken, seal_words, secret_of, words_of
from app.feedback.reading import Done, done_to, photos_of
from app.feedback.transitions import Act
from app.limits import hit
from app.text import plain
from app.units.names import name_of
from app.units.queries import tree
from models import Feedback
from models.feedback import Disclosure, FeedbackAbout, FeedbackState

TEXT_LIMIT = 4000
TRIES_PER_PAIR, TRIES_PER_ADDRESS = 10, 20
"""Wrong or right tries an hour, as at dossiers (``app.dossiers.opening`` counts the odds)."""


@dataclass(frozen=True)
class Followed:
    """All that the sender may see: their own words, where it stands, the answer."""

    code: str
    about: FeedbackAbout
    disclosure: Disclosure
    state: FeedbackState
    version: int
    unit_name: str
    words: Spoken
    photos: int
    sent_at: datetime
    answer_due_at: datetime
    answered_at: datetime | None
    in_time: bool | None
    asked: str
    """What more is asked, while it is."""
    answer: str
    reason: str
    """Of a refusal."""
    public_id: str | None
    history: tuple[Done, ...]


async def follow(actor: Actor, code: str, secret: str) -> Followed:
    """Open feedback by code and secret; an unknown code and a wrong secret look the same.

    Raises:
        NotFound: they do not fit together.  TooMany.
    """
    await _count(actor, code)
    async with read() as db:
        return await _followed(db, actor, await _load(db, code, secret))


async def supply(actor: Actor, code: str, secret: str, text: str) -> Followed:
    """Add what was asked for; the limit of the answer goes on, longer by the wait.

    Raises:
        Invalid: no words, or too many.  NotFound.  TooMany.  WrongState: nothing is asked.
    """
    await _count(actor, code)
    said = plain(text).strip() if isinstance(text, str) else ''
    if not said or len(said) > TEXT_LIMIT:
        raise Invalid({'them': Problem('fields.too_long', {'max': TEXT_LIMIT}) if said else Problem('fields.required')})
    async with write() as db:
        one = await _load(db, code, secret, lock=True)
        words = words_of(one)
        added = Spoken(words.subject, words.text, words.place, (*words.more, said))
        await apply_act(db, actor, one, Act.SUPPLY, words_sealed=seal_words(one.id, added))
        await db.flush()
        return await _followed(db, actor, one)


async def _count(actor: Actor, code: str) -> None:
    await hit('follow_address', actor.address or 'unknown', times=TRIES_PER_ADDRESS, minutes=60)
    await hit('follow_pair', actor.address or 'unknown', _tidy(code), times=TRIES_PER_PAIR, minutes=60)


def _tidy(code: object) -> str:
    return ''.join(plain(code).upper().split())[:40] if isinstance(code, str) else ''


async def _load(db: AsyncSession, code: str, secret: str, *, lock: bool = False) -> Feedback:
    query = select(Feedback).where(Feedback.code == _tidy(code))
    one = (await db.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    expected = secret_of(one) if one else crypto.new_secret()
    fits = crypto.same(crypto.normal_secret(plain(secret) if isinstance(secret, str) else ''), expected)
    if one is None or not fits:
        raise NotFound('feedback.code_secret_wrong')
    return one


async def _followed(db: AsyncSession, actor: Actor, one: Feedback) -> Followed:
    unit = (await tree(db)).units[one.unit_id]
    history = await done_to(db, one.id, inside=False, lang=actor.lang)
    asked = next((each.note for each in reversed(history) if each.act == Act.ASK), '')
    ended = one.state in (FeedbackState.ANSWERED, FeedbackState.PUBLISHED)
    return Followed(
        one.code,
        one.about,
        one.disclosure,
        one.state,
        one.version,
        name_of(unit, actor.lang),
        words_of(one),
        len(await photos_of(db, one.id)),
        one.sent_at,
        one.answer_due_at,
        one.answered_at,
        one.in_time,
        asked if one.state is FeedbackState.ASKED else '',
        (one.answer or '') if ended else '',
        one.reason or '',
        one.id if one.state is FeedbackState.PUBLISHED else None,
        tuple(each for each in history if each.act not in (Act.TAKE, Act.DRAFT, Act.WITHHOLD)),
    )
