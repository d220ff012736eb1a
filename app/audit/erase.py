"""Erase the words of an event where the law demands it. The event stays, and another one says that its words are gone."""

from sqlalchemy import select

from app.access import Actor, ActorKind
from app.audit.record import record
from app.db import write
from app.errors import Invalid, NotAllowed, NotFound, Problem
from models import Event, EventText

ERASED = ('event', 'words_erased')
"""Subject and action of the event that says so."""


async def erase_words(actor: Actor, sequence: int, reason: str) -> None:
    """Erase note and data of an event; ``reason`` says by which decision. The chain stays whole.

    Raises:
        NotAllowed: only whoever runs the installation may.  NotFound: no such event.  Invalid: no reason.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed()
    if not (why := reason.strip()):
        raise Invalid({'reason': Problem('workflow.note_needed')}, 'workflow.note_needed')
    async with write() as db:
        query = select(EventText).join(Event, Event.id == EventText.event_id).where(Event.sequence == sequence)
        words = (await db.execute(query)).scalar_one_or_none()
        if words is None:
            raise NotFound()
        words.note, words.data = None, {}
        subject, action = ERASED
        await record(db, actor, subject, words.event_id, action, note=why)


def is_blank(words: EventText) -> bool:
    """Tell whether nothing is left of an event's words."""
    return words.note is None and not words.data
