"""What staff do with the outbox."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import jobs
from app.access import Actor, Permission
from app.audit.record import record
from app.clock import now
from app.db import after_commit, write
from app.errors import NotFound, WrongState
from app.notifications.outbox import KEEP_TRYING, LOOP, announce, new_message_id
from app.notifications.queries import is_resendable, seen_by
from models import Dossier, Message, OneTimeLink
from models.enums import MessageState
from models.types import new_id


async def resend(actor: Actor, message_id: str) -> None:
    """Send a message that failed or was held back, send one again that was sent, or try a waiting one now.

    A failed one keeps its Message-ID, since it may have arrived all the same. One that was sent becomes a new letter:
    mail programs hide a second one with the same Message-ID. Its earlier link into the dossier dies.

    Raises:
        NotAllowed: not this actor's work. NotFound: not of their units.
        WrongState: held back, cancelled, or its link ran out.
    """
    moment = now()
    async with write() as db:
        message = await _load_for(db, actor, message_id)
        if not is_resendable(message) or not await _is_worth_it(db, message, moment):
            raise WrongState('mail.resend_not_possible')
        if message.state is MessageState.SENT:
            message.message_id = new_message_id(new_id())
        if message.state is not MessageState.QUEUED:
            message.state, message.attempts = MessageState.QUEUED, 0
            message.channel = 'email' if message.channel == 'page' else message.channel
            message.data = {**message.data, 'nonce': new_id()}
            message.last_error = message.sent_at = None
        message.next_try_at, message.give_up_at = moment, moment + KEEP_TRYING
        await record(db, actor, 'message', message.id, 'resend')
        after_commit(db, lambda: jobs.wake(LOOP))
        after_commit(db, announce)


async def _load_for(db: AsyncSession, actor: Actor, message_id: str) -> Message:
    query = select(Message).outerjoin(Dossier, col(Message.dossier_id) == col(Dossier.id))
    mine = query.where(col(Message.id) == message_id, seen_by(actor, Permission.OUTBOX_RESEND))
    message = (await db.execute(mine)).scalar_one_or_none()
    if message is None:
        raise NotFound()
    return message


async def _is_worth_it(db: AsyncSession, message: Message, moment: datetime) -> bool:
    """A letter whose link ran out helps nobody: a new link needs a new letter."""
    link_id = message.data.get('link')
    if link_id is None:
        return True
    link = await db.get(OneTimeLink, link_id)
    return link is not None and link.used_at is None and link.expires_at > moment
