"""The outbox: a message is written in the transaction of the change it tells of, or not at all."""

import re
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import jobs, live
from app.clock import now
from app.db import after_commit
from app.notifications import host
from app.notifications.links import new_link
from models import Account, Message
from models.enums import LinkPurpose, MessageState
from models.types import new_id

LOOP = 'mail'
"""The background loop that empties the outbox."""
TOPIC = 'outbox'
"""What open screens of the outbox listen to."""
KEEP_TRYING = timedelta(hours=72)
"""How long a message is tried before it counts as failed."""
_CONTROL = re.compile(r'[\x00-\x1f\x7f\x85\u2028\u2029]+')


def one_line(text: str) -> str:
    """Return a text without line breaks, NUL and other control characters, so that it cannot add a header."""
    return ' '.join(_CONTROL.sub(' ', text).split())


def new_message_id(message_id: str) -> str:
    """Return the RFC 5322 Message-ID made from a random id."""
    return f'<{message_id}@{host()}>'


async def enqueue(
    db: AsyncSession,
    *,
    template: str,
    recipient: str,
    lang: str,
    data: dict[str, Any],
    dossier_id: str | None = None,
    account_id: str | None = None,
    event_id: str | None = None,
    document_id: str | None = None,
    channel: str = 'email',
    until: datetime | None = None,
    held: str | None = None,
) -> Message:
    """Put one message into the outbox of the caller's transaction; the commit wakes who sends it.

    ``data`` must hold no secret, no link and no personal number: what is private is read when the message is sent.
    ``document_id``: it is held back until ``release`` says that this paper is there. ``until``: later it is worthless.
    ``held``: it is held back until staff let it go, and why (one of ``KINDS``).
    """
    await db.flush()  # the rows it points to come first
    message_id, moment = new_id(), now()
    message = Message(
        id=message_id,
        dossier_id=dossier_id,
        account_id=account_id,
        event_id=event_id,
        document_id=document_id,
        channel=channel,
        recipient=one_line(recipient),
        template=template,
        lang=lang,
        data=data,
        state=MessageState.HELD if document_id or held else MessageState.QUEUED,
        last_error=f'{held}:' if held else None,
        message_id=new_message_id(message_id),
        created_at=moment,
        next_try_at=moment,
        give_up_at=min(until or moment + KEEP_TRYING, moment + KEEP_TRYING),
    )
    db.add(message)
    if message.state is MessageState.QUEUED:
        after_commit(db, partial(jobs.wake, LOOP))
    after_commit(db, announce)
    return message


def announce() -> None:
    """Tell open screens that messages came, went out or failed."""
    live.signal(TOPIC)


async def enqueue_link(
    db: AsyncSession,
    account: Account,
    template: str,
    purpose: LinkPurpose,
    *,
    lasts: timedelta,
    recipient: str | None = None,
    lang: str | None = None,
) -> Message:
    """Put a message with a one-time link for an account into the outbox; the link's token is made when it is sent."""
    await db.flush()
    link = new_link(db, purpose, account_id=account.id, lasts=lasts)
    return await enqueue(
        db,
        template=template,
        recipient=recipient or account.email,
        lang=lang or account.lang,
        data={'link': link.id, 'limit': link.expires_at.isoformat()},
        account_id=account.id,
        until=link.expires_at,
    )


async def release(db: AsyncSession, document_id: str) -> int:
    """Let the messages go that waited for a paper. Returns how many."""
    is_held = (col(Message.document_id) == document_id) & (col(Message.state) == MessageState.HELD)
    moment = now()
    free = {'state': MessageState.QUEUED, 'next_try_at': moment, 'give_up_at': moment + KEEP_TRYING}
    return len((await db.execute(update(Message).where(is_held).values(free).returning(col(Message.id)))).all())
