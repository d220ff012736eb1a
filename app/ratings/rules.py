"""What can be rated, when, and what of a rating that came from a browser is taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now
from app.errors import Invalid, Problem
from app.ratings.form import UNHAPPY, Form
from app.text import plain
from models import Dossier, JunkMark, Rating
from models.enums import Delivery, Status

WORDS_LIMIT = 1000
"""Characters of somebody's own words."""
PARTS = ('reception', 'handling', 'handover')
"""Columns of the parts."""


@dataclass(frozen=True)
class Ballot:
    """What somebody says. Parts that are not named are as the whole."""

    level: int
    parts: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    words: str = ''

    @property
    def is_bad(self) -> bool:
        """Somebody is not satisfied, with the whole or with a part."""
        return UNHAPPY in (self.level, *self.parts.values())


def ended_at(one: Dossier) -> datetime | None:
    """Return when the dossier got what can be rated: result issued or returned, refused, stopped. None: nothing yet.

    Source: domain rule T14 (after status 9 or 10); refused and stopped ones by the same reason. What the applicant
    withdrew, and what a corrected filing replaced, has no result.
    """
    if one.replaced_by_id is not None:
        return None
    moments = {
        Status.RESOLVED: one.resolved_at,
        Status.RETURNED: one.returned_at or one.resolved_at,
        Status.REFUSED: one.refused_at,
        Status.STOPPED: one.closed_at,
    }
    return moments.get(one.status)


async def is_open(db: AsyncSession, one: Dossier, form: Form) -> bool:
    """Tell whether a first rating is taken now; nobody rates a filing that was marked as junk."""
    ended = ended_at(one)
    if ended is None or now() >= ended + form.open_for:
        return False
    mark = select(JunkMark.dossier_id).where(JunkMark.dossier_id == one.id, JunkMark.lifted_at.is_(None))
    return (await db.execute(mark)).first() is None


def parts_of(one: Dossier) -> tuple[str, ...]:
    """Return the parts that took place: a refused dossier was received and never handled."""
    was_returned = one.status is Status.RETURNED or (
        one.status is Status.RESOLVED and one.delivery is Delivery.ELECTRONIC
    )
    took_place = {'reception': True, 'handling': one.accepted_at is not None, 'handover': was_returned}
    return tuple(part for part in PARTS if took_place[part])


def can_change(rating: Rating, form: Form) -> bool:
    """Tell whether a rating may still be changed: for a day, and not once it was answered."""
    return rating.answered_at is None and now() < rating.rated_at + form.change_for


def checked(one: Dossier, form: Form, said: Any) -> Ballot:
    """Return what is taken of a ballot, whatever its types: every part that took place has a level.

    Raises:
        Invalid: no level, or too many words.
    """
    known = {level.level for level in form.levels}
    if not isinstance(said, Ballot) or not _is_level(said.level, known):
        raise Invalid({'level': Problem('ratings.choose')}, 'ratings.choose')
    given = said.parts if isinstance(said.parts, Mapping) else {}
    parts = {p: given[p] if _is_level(given.get(p), known) else said.level for p in parts_of(one)}
    ticked = said.reasons if isinstance(said.reasons, tuple | list) else ()
    reasons = tuple(r.key for r in form.reasons if r.key in ticked)
    words = plain(said.words).strip() if isinstance(said.words, str) else ''
    if len(words) > WORDS_LIMIT:
        raise Invalid(
            {'words': Problem('ratings.too_long', {'limit': WORDS_LIMIT})}, 'ratings.too_long', limit=WORDS_LIMIT
        )
    return Ballot(said.level, parts, reasons, words)


def _is_level(value: object, known: set[int]) -> bool:
    return type(value) is int and value in known
