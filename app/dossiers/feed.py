"""What happened to dossiers, in order, for programs that follow along: read on from where the last reading ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.access import Actor, Permission
from app.db import read
from app.errors import NotAllowed
from models import Dossier, Event, EventText

WINDOW = 10_000
"""Events looked at in one reading: it costs the same however few of them are within reach."""
LIMIT = 500


@dataclass(frozen=True)
class FeedEvent:
    """One act on a dossier. ``note`` and ``data`` only for whoever may read its papers."""

    sequence: int
    id: str
    dossier_id: str
    number: str
    action: str
    happened_at: datetime
    actor_kind: str
    from_status: int | None
    to_status: int | None
    note: str | None
    data: dict[str, Any] | None


@dataclass(frozen=True)
class Feed:
    """Some events in order; ``next`` is where to read on, ``more`` tells that there is something to read at once."""

    events: tuple[FeedEvent, ...]
    next: int
    more: bool


async def feed(actor: Actor, after: int, limit: int = 100) -> Feed:
    """Return the events after a sequence number, of dossiers within the actor's reach.

    Numbers are given in the order of commits and never again, so nothing slips in behind a reader.

    Raises:
        NotAllowed: the actor may read no dossiers.
    """
    units = actor.units(Permission.DOSSIER_READ)
    if not units:
        raise NotAllowed()
    most = max(1, min(limit, LIMIT))
    async with read() as db:
        head = (await db.execute(select(func.max(Event.sequence)))).scalar_one() or 0
        end = min(after + WINDOW, head)
        query = (
            select(Event, EventText, Dossier)
            .join(EventText, EventText.event_id == Event.id)
            .join(Dossier, Dossier.id == Event.dossier_id)
            .where(Event.sequence > after, Event.sequence <= end)
            .where(or_(Dossier.resolving_unit_id.in_(units), Dossier.receiving_unit_id.in_(units)))
        )
        rows = (await db.execute(query.order_by(Event.sequence).limit(most))).all()
    reached = rows[-1].Event.sequence if len(rows) == most else max(end, after)
    papers = actor.units(Permission.PAPER_READ)
    return Feed(tuple(_event(*row, papers) for row in rows), reached, reached < head)


def _event(event: Event, text: EventText, one: Dossier, papers: frozenset[str]) -> FeedEvent:
    open_ = bool(papers & {one.resolving_unit_id, one.receiving_unit_id})
    return FeedEvent(
        sequence=event.sequence or 0,
        id=event.id,
        dossier_id=one.id,
        number=one.official_code or one.filing_number,
        action=event.action,
        happened_at=event.happened_at,
        actor_kind=event.actor_kind,
        from_status=event.from_status,
        to_status=event.to_status,
        note=text.note if open_ else None,
        data=dict(text.data) if open_ else None,
    )
