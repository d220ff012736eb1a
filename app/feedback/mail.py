"""Letters to whoever wrote: that something changed, never what they wrote nor what was answered."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.feedback.protection import identity_of
from app.feedback.transitions import Line
from app.limits import within
from app.notifications.letters import SHAPES
from app.notifications.outbox import enqueue
from app.notifications.rules import UNPROVED
from models import Event, Feedback
from models.feedback import FeedbackAbout
from models.feedback import FeedbackState as S

HIDDEN = '•••'
"""What stands in the outbox as recipient: the address is opened only when the letter leaves."""


async def notify(db: AsyncSession, event: Event, one: Feedback, line: Line) -> None:
    """Put the letter of an act into the outbox; one too many to the same address is held back."""
    kind = 'question' if one.about is FeedbackAbout.QUESTION else 'feedback'
    template = f'{kind}_{line.told}'
    if not one.has_email or template not in SHAPES:
        return
    local, _, domain = identity_of(one).email.lower().rpartition('@')
    fits = await within('mail_to', f'{local.partition("+")[0]}@{domain}', limits=UNPROVED)
    waits = one.state in (S.RECEIVED, S.SORTED, S.FORWARDED)
    data = {'number': one.code, 'feedback': one.id} | ({'due': one.answer_due_at.isoformat()} if waits else {})
    await enqueue(
        db, template=template, recipient=HIDDEN, lang=one.lang, data=data, event_id=event.id,
        held=None if fits else 'limited',
    )  # fmt: skip
