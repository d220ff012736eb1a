"""Write events. Every row is chained to the one before it by a key that is not in the database."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor
from app.clock import now
from models import Event, EventText
from models.types import new_id

CHAIN_LOCK = 0x6D6F7463
"""Advisory lock of the chain on PostgreSQL; taken last of all locks. SQLite has one writer anyway."""
FIRST = '0' * 64


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
    await _chain(db, event)
    db.add(event)
    await db.flush()
    db.add(words)
    await db.flush()
    return event


async def _chain(db: AsyncSession, event: Event) -> None:
    """Give the event its number and its chain value. The number is part of what is chained."""
    if db.get_bind().dialect.name == 'postgresql':
        await db.execute(text('SELECT pg_advisory_xact_lock(:key)'), {'key': CHAIN_LOCK})
    last = (await db.execute(select(Event.sequence, Event.chain).order_by(Event.sequence.desc()).limit(1))).first()
    event.sequence = (last.sequence if last else 0) + 1
    event.chain = chain_value(last.chain if last else FIRST, event)


def chain_value(previous: str, event: Event) -> str:
    """Return the keyed hash over the previous chain value and every column of this row."""
    row = event.model_dump(mode='json', exclude={'chain'})
    text_ = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    return hmac.new(crypto.key('audit-chain'), f'{previous}\n{text_}'.encode(), hashlib.sha256).hexdigest()


def payload_hash(words: EventText) -> str:
    """Return the salted, keyed hash of an event's words."""
    body = json.dumps([words.note, words.data, words.public], ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    return hmac.new(crypto.key('audit-payload'), words.salt.encode() + body.encode(), hashlib.sha256).hexdigest()
