"""What was done so far, and the photographs: shared by the sender's page and the desk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.units.names import name_of
from app.units.queries import tree
from models import Account, Attachment, Event, EventText, FeedbackStep
from models.enums import AttachmentState


@dataclass(frozen=True)
class Done:
    """One act. ``who`` is empty on the sender's page, ``note`` only what was for them."""

    act: str
    at: datetime
    unit: str
    who: str
    note: str
    late: bool


@dataclass(frozen=True)
class Photo:
    """One photograph; only one that ``opens`` can be looked at."""

    id: str
    name: str
    media_type: str
    opens: bool
    infected: bool


async def done_to(db: AsyncSession, feedback_id: str, *, inside: bool, lang: str = 'vi') -> tuple[Done, ...]:
    """Return what was done, the oldest first; outside without names and inner notes."""
    query = (
        select(FeedbackStep, Event, EventText, Account.full_name)
        .join(Event, Event.id == FeedbackStep.event_id)
        .join(EventText, EventText.event_id == Event.id)
        .join(Account, Account.id == Event.actor_id, isouter=True)
        .where(FeedbackStep.feedback_id == feedback_id)
        .order_by(FeedbackStep.number)
    )
    units = (await tree(db)).units
    found = []
    for step, event, text, name in (await db.execute(query)).all():
        unit = units.get(step.detail.get('unit', ''))
        named = name_of(unit, lang) if unit else ''
        note = text.note or '' if inside or text.public else ''
        found.append(
            Done(event.action, event.happened_at, named, name or '' if inside else '', note, bool(step.detail['late']))
        )
    return tuple(found)


async def photos_of(db: AsyncSession, feedback_id: str) -> tuple[Photo, ...]:
    """Return the photographs in order of arrival, those too in which a virus was found since."""
    there = or_(Attachment.state != AttachmentState.REMOVED, Attachment.infected)
    query = select(Attachment).where(Attachment.feedback_id == feedback_id, there).order_by(Attachment.name)
    return tuple(
        Photo(one.id, one.name, one.media_type, one.state is AttachmentState.STORED, one.infected)
        for one in (await db.execute(query)).scalars()
    )
