"""What officers and units see of their own ratings: sums of this year, never who rated, never the words.

Ratings are told in whole groups of five, in the order they were given, once they can no longer be changed: whoever looks
before and after somebody rated learns nothing of that one.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, or_, select

from app.access import Actor, Permission
from app.clock import VIETNAM, now, today
from app.db import read
from app.errors import NotAllowed
from app.ratings.form import UNHAPPY, current
from app.ratings.rules import PARTS
from app.statistics.published import FEWEST
from models import Rating

T = TypeVar('T')
_HAND = {'reception': Rating.received_by_id, 'handling': Rating.handled_by_id, 'handover': Rating.returned_by_id}
"""Whose work a part is."""
_COUNTED = (Rating.level, Rating.reasons, *(getattr(Rating, part) for part in PARTS), *_HAND.values())


@dataclass(frozen=True)
class Opinion:
    """Ratings of one part of the work that are told. ``levels``: how many of each level."""

    rated: int
    levels: Mapping[int, int]


@dataclass(frozen=True)
class Standing:
    """Opinions by part, and how often each reason was ticked by those who were not satisfied."""

    parts: Mapping[str, Opinion]
    reasons: tuple[tuple[str, int], ...]


async def mine(actor: Actor) -> Standing:
    """Return this year's ratings of what this officer received, handled and returned. Raises NotAllowed."""
    if not actor.may(Permission.DOSSIER_READ):
        raise NotAllowed()
    own = [and_(hand == actor.account_id, getattr(Rating, part).is_not(None)) for part, hand in _HAND.items()]
    rows = await _rows(or_(*own))
    return _standing(rows, lambda row, part: getattr(row, _HAND[part].key) == actor.account_id)


async def of_units(actor: Actor) -> Standing:
    """Return this year's ratings of the units whose reports this person reads. Raises NotAllowed."""
    units = actor.units(Permission.REPORT_READ)
    if not units:
        raise NotAllowed()
    return _standing(await _rows(Rating.unit_id.in_(units)), lambda _row, _part: True)


async def _rows(whose: ColumnElement[bool]) -> list[Row[Any]]:
    """Load what is counted and nothing else: sealed words are no part of it."""
    begin = datetime.combine(today().replace(month=1, day=1), time(), VIETNAM)
    settled = now() - current().change_for
    query = select(*_COUNTED).where(whose, Rating.rated_at >= begin, Rating.rated_at <= settled)
    async with read() as db:
        return list((await db.execute(query.order_by(Rating.rated_at, Rating.id))).all())


def _standing(rows: Sequence[Any], counts: Callable[[Any, str], bool]) -> Standing:
    parts = {}
    for part in PARTS:
        values = _groups([value for row in rows if counts(row, part) and (value := getattr(row, part)) is not None])
        parts[part] = Opinion(len(values), Counter(values))
    unhappy = _groups([row for row in rows if UNHAPPY in (row.level, *(getattr(row, part) for part in PARTS))])
    ticked = Counter(reason for row in unhappy for reason in row.reasons)
    return Standing(parts, tuple(ticked.most_common()))


def _groups(many: list[T]) -> list[T]:
    return many[: len(many) // FEWEST * FEWEST]
