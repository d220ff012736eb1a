"""What is read of a file besides its words: its hash and the signatures in it, beside the event loop."""

import asyncio
import hashlib
from datetime import datetime
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary

from sqlalchemy import select

from app import storage
from app.access import Actor
from app.db import read
from app.dossiers.loading import load_on_desk
from app.errors import TooMany
from app.signing.reading import MARK, Signature, as_json, signatures_of
from app.text import plain
from models import Attachment
from models.enums import AttachmentKind, AttachmentState

PDF = 'application/pdf'
NUMBER_LIMIT = 60
SECONDS, WAITING = 8.0, 10
"""For the signatures of a copy that anybody sends, and how many such copies wait at most."""
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_waiting = 0


async def inspected(actor: Actor, dossier_id: str, kind: AttachmentKind) -> dict[str, Any]:
    """Return what the act that issues the newest file of a kind writes down of it: which one, and who signed it.

    Raises:
        NotFound, NotAllowed: the dossier is not on this actor's desk.
    """
    async with read() as db:
        await load_on_desk(db, actor, dossier_id)
        query = select(Attachment).where(
            Attachment.dossier_id == dossier_id, Attachment.kind == kind, Attachment.state == AttachmentState.STORED
        )
        one = (await db.execute(query.order_by(Attachment.uploaded_at.desc()).limit(1))).scalar_one_or_none()
    if one is None:
        return {}
    found: tuple[Signature, ...] = ()
    if one.media_type == PDF:  # judged by the day on which it came
        found = await signatures_of(await storage.get(one.storage_key, one.key_id), at=one.uploaded_at)
    return {'file': one.id, 'signatures': [as_json(signature) for signature in found]}


def number_of(text: object) -> str:
    """Return the number of a result as the clerk wrote it."""
    return ' '.join(plain(text).split())[:NUMBER_LIMIT] if isinstance(text, str) else ''


async def hash_of(file: BinaryIO) -> str:
    """Return the SHA-256 of an uploaded file, read in pieces in a thread."""
    return await asyncio.to_thread(_hash, file)


def _hash(file: BinaryIO) -> str:
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(256 * 1024):
        found.update(piece)
    return found.hexdigest()


async def signatures_in(file: BinaryIO, at: datetime | None) -> tuple[Signature, ...]:
    """Return the signatures of a copy that anybody sent, one copy at a time: whoever signs and files is not kept waiting.

    Raises:
        TooMany: too many copies wait.
    """
    global _waiting
    if _waiting >= WAITING:
        raise TooMany(minutes=1)
    _waiting += 1
    try:
        async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
            file.seek(0)
            content = await asyncio.to_thread(file.read)
            return await signatures_of(content, at=at, seconds=SECONDS) if MARK in content else ()
    finally:
        _waiting -= 1
