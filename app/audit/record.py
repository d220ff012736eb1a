"""Write down what happened, and who opened which paper. Every row is chained to the one before it."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor
from app.audit.chain import EVENTS, READS, append
from app.clock import now
from app.rows import put
from models import Event, EventText, PaperRead
from models.types import new_id


async def record(
    db: AsyncSession,
    actor: Actor,
    subject: str,
    subject_id: str,
    action: str,
    *,
    dossier_id: str | None = None,
    unit_id: str | None = None,
    version_id: str | None = None,
    from_status: int | None = None,
    to_status: int | None = None,
    happened_at: datetime | None = None,
    note: str | None = None,
    data: dict[str, Any] | None = None,
    public: bool = False,
) -> Event:
    """Append one event with its words and chain it to the last one.

    ``note`` and ``data`` are kept apart, under a salt: erasing them by law leaves the chain whole.
    ``public`` lets the applicant read the note.
    """
    moment = now()
    words = EventText(
        event_id=new_id(),
        salt=base64.b64encode(secrets.token_bytes(32)).decode(),
        note=note,
        data=data or {},
        public=public,
    )
    event = Event(
        id=words.event_id,
        subject=subject,
        subject_id=subject_id,
        dossier_id=dossier_id,
        action=action,
        happened_at=happened_at or moment,
        recorded_at=moment,
        actor_id=actor.account_id,
        actor_kind=actor.kind,
        authentication=actor.authentication,
        channel=actor.channel,
        unit_id=unit_id,
        version_id=version_id,
        from_status=from_status,
        to_status=to_status,
        payload_hash=payload_hash(words),
        chain='',
    )
    await append(db, EVENTS, event)
    await put(db, words)
    return event


async def note_read(
    db: AsyncSession, actor: Actor, dossier_id: str | None, attachment_id: str | None, purpose: str = 'open'
) -> None:
    """Append that somebody opened a paper to the chain of readings. Without a file: a paper drawn from the answers."""
    reading = PaperRead(
        dossier_id=dossier_id,
        attachment_id=attachment_id,
        account_id=actor.account_id,
        actor_kind=actor.kind,
        purpose=purpose,
        read_at=now(),
        chain='',
    )
    await append(db, READS, reading)


def payload_hash(words: EventText) -> str:
    """Return the salted, keyed hash of an event's words."""
    body = json.dumps([words.note, words.data, words.public], ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    return hmac.new(crypto.key('audit-payload'), words.salt.encode() + body.encode(), hashlib.sha256).hexdigest()
