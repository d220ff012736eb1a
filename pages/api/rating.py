"""Rating a dossier by program: the same rating sent again changes nothing (PUT)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from app.procedures.schema import Text
from app.ratings import commands, queries
from app.ratings.rules import PARTS, WORDS_LIMIT, Ballot
from pages.api.below import below
from pages.api.caller import OpenedId, Opener
from pages.api.shapes import Shape
from pages.api.values import Body, Key

routes = below('/dossiers', 'following')
Level = Annotated[int, Field(strict=True, ge=1, le=3)]


class RatingGiven(Body):
    """3 very satisfied, 2 satisfied, 1 not satisfied. A part that is left out is as the whole."""

    level: Level
    reception: Level | None = None
    handling: Level | None = None
    handover: Level | None = None
    reasons: list[Key] = Field(default=[], max_length=20)
    words: str = Field(default='', max_length=WORDS_LIMIT)


class Choosable(Shape):
    key: str
    label: Text


class OwnRating(Shape):
    """The rating of the opened dossier: what can be rated, what was said, and the answer of the unit."""

    can_rate: bool
    parts: tuple[Choosable, ...]
    reasons: tuple[Choosable, ...]
    level: int | None
    given: dict[str, int]
    """Level of each part."""
    ticked: tuple[str, ...]
    words: str
    until: datetime | None
    """Until when it can be changed."""
    answer: str | None
    answered_at: datetime | None

    @classmethod
    def seen(cls, view: queries.View) -> Self:
        """Return the shape of a view."""
        said = view.given
        return cls(
            can_rate=view.can_rate,
            parts=tuple(Choosable.of(part) for part in view.parts),
            reasons=tuple(Choosable.of(reason) for reason in view.form.reasons),
            level=said.level if said else None,
            given=dict(said.parts) if said else {},
            ticked=said.reasons if said else (),
            words=said.words if said else '',
            until=view.until,
            answer=view.answer,
            answered_at=view.answered_at,
        )


@routes.get('/opened/rating')
async def read_rating(actor: Opener, dossier_id: OpenedId) -> OwnRating:
    """Read the rating of the opened dossier."""
    return OwnRating.seen(await queries.view(actor, dossier_id))


@routes.put('/opened/rating')
async def rate(actor: Opener, dossier_id: OpenedId, body: RatingGiven) -> OwnRating:
    """Rate the opened dossier once there is a result, or change the rating within a day. Sent again, it changes nothing."""
    parts = {part: level for part in PARTS if (level := getattr(body, part)) is not None}
    await commands.rate(actor, dossier_id, Ballot(body.level, parts, tuple(body.reasons), body.words))
    return OwnRating.seen(await queries.view(actor, dossier_id))
