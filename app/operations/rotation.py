"""Change the master secret: everything sealed is sealed anew, in batches. Interrupted, it goes on where it stopped.

The service is down meanwhile (the caller holds the data folder). What stands in the database says by its own key id
whether it was done, so that no list of what is left can be wrong.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel, col

from app import crypto, disk, keyring, storage
from app.access import SYSTEM
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import AppError
from app.keyring import Ring, Rings
from app.settings import Settings
from models import (
    Account,
    AnswerSheet,
    Attachment,
    Draft,
    Feedback,
    IdempotencyKey,
    Party,
    Rating,
    Session,
    SigningKey,
    Webhook,
)
from models.enums import AttachmentState

BATCH = 200
FORGEABLE = frozenset({'draft-link', 'follow-link', 'one-time-link', 'rating-link'})
"""Whoever has these keys can make links; after a theft they are not kept."""
Reseal = Callable[[Any], bool]
"""Seals anew what one row holds; True when something was changed."""

Say = Callable[[str, int], None]
"""Hears of a table how many of its rows were looked at."""


@dataclass(frozen=True)
class Rotated:
    """How many rows and files were sealed anew, and how many files could not be opened by either secret."""

    rows: int
    files: int
    lost: int


@dataclass(frozen=True)
class Change:
    """From one master secret to another."""

    old: tuple[Ring, bytes]
    new: tuple[Ring, bytes]


def begin(settings: Settings, *, stolen: bool = False) -> Change | None:
    """Write down that a change begins, or take up one that was begun; None: only its last step was missing, now done.

    Raises:
        AppError: the secret in use, or the new one, is not the one that was written down.
    """
    rings = keyring.read(settings.data_dir) or Rings({crypto.FIRST_KEY: keyring.sealed(Ring(), settings.master_key)})
    old = rings.open(settings.master_key)
    if old is None:
        raise AppError('unsafe.wrong_key', folder=settings.data_dir)
    if rings.is_half and old.key_id == next(reversed(rings.sealed)):
        finish(settings, old, settings.master_key)
        return None
    master = _new_secret(settings)
    if not rings.is_half:
        crypto.use_master_key(settings.master_key, old.key_id, kept=old.kept)
        lasting = [purpose for purpose in keyring.LASTING if not (stolen and purpose in FORGEABLE)]
        ring = Ring(str(int(old.key_id) + 1), {purpose: crypto.key(purpose) for purpose in lasting})
        rings = Rings({**rings.sealed, ring.key_id: keyring.sealed(ring, master)})
        keyring.write(settings.data_dir, rings)
    new = rings.open(master)
    if new is None or new.key_id == old.key_id:
        raise AppError('operations.other_new_key')
    return Change((old, settings.master_key), (new, master))


async def reseal(change: Change, *, stolen: bool = False, say: Say | None = None) -> Rotated:
    """Seal everything anew in the open database and the folder of files. ``say`` hears a table and how far it is."""
    (old, old_master), (new, master) = change.old, change.new
    crypto.use_master_key(master, new.key_id, kept=new.kept, before={old.key_id: old_master})
    rows = 0
    for model, work in TABLES.items():
        rows += await _table(model, work, say)
    files, lost = await _files(new.key_id)
    async with write() as db:
        if stolen:
            await db.execute(update(Session).where(col(Session.revoked_at).is_(None)).values(revoked_at=now()))
        data = {'rows': rows, 'files': files, 'lost': lost, 'stolen': stolen}
        await record(db, SYSTEM, 'setting', 'key', 'rotated', data=data)
    return Rotated(rows, files, lost)


async def vacuum(settings: Settings) -> None:
    """Write the closed database anew, so that nothing of what the old secret opens is left in its free places.

    Raises:
        AppError: there is no room for a second one beside it.
    """
    engine = create_async_engine(settings.database, isolation_level='AUTOCOMMIT', hide_parameters=True)
    is_sqlite = engine.dialect.name == 'sqlite'
    try:
        async with engine.connect() as connection:
            for statement in ('VACUUM', 'PRAGMA wal_checkpoint(TRUNCATE)') if is_sqlite else ('VACUUM FULL',):
                await connection.exec_driver_sql(statement)
    except DBAPIError as error:
        raise AppError('operations.no_room') from error
    finally:
        await engine.dispose()


def finish(settings: Settings, ring: Ring, master: bytes) -> None:
    """Put the new secret in its place. The old one stays beside it: backups made before open with it alone."""
    waiting, current = _waiting(settings), settings.data_dir / 'secret.key'
    if waiting.exists():
        kept = settings.data_dir / f'secret.key.{int(ring.key_id) - 1}'
        if not kept.exists():
            os.link(current, kept)
        waiting.replace(current)
    keyring.write(settings.data_dir, Rings({ring.key_id: keyring.sealed(ring, master)}))


def _waiting(settings: Settings) -> Path:
    return settings.data_dir / 'secret.key.new'


def _new_secret(settings: Settings) -> bytes:
    """Return the next master secret: from the settings where the present one comes from there, else made here once."""
    if settings.secret:
        if not settings.new_secret:
            raise AppError('operations.new_key_missing')
        return settings.new_secret.encode()
    file = _waiting(settings)
    if not file.exists():
        with disk.writing(file) as out:
            out.write(secrets.token_urlsafe(48).encode())
    return file.read_bytes().strip()


async def _table(model: type[SQLModel], work: Reseal, say: Say | None) -> int:
    """Seal the rows of a table anew, a batch to a transaction."""
    key, last, changed, seen = next(iter(model.__table__.primary_key)), '', 0, 0  # type: ignore[attr-defined]
    while True:
        async with write() as db:
            rows = (await db.execute(select(model).where(key > last).order_by(key).limit(BATCH))).scalars().all()
            changed += sum(work(row) for row in rows)
            await db.flush()
        if not rows:
            return changed
        last, seen = getattr(rows[-1], key.name), seen + len(rows)
        if say:
            say(str(model.__tablename__), seen)


async def _files(key_id: str) -> tuple[int, int]:
    """Encrypt every stored file with the new key, each in its place; its row says so once it is on the disk."""
    done, lost = 0, 0
    stale = (Attachment.key_id != key_id, Attachment.state != AttachmentState.REMOVED)
    async with read() as db:
        query = select(Attachment.storage_key, Attachment.key_id).where(*stale).distinct()
        old = [(row.storage_key, row.key_id) for row in await db.execute(query)]
    for name, sealed_by in old:
        try:
            await storage.reseal(name, sealed_by)
        except (FileNotFoundError, InvalidTag):
            lost += 1
            continue
        async with write() as db:
            await db.execute(update(Attachment).where(col(Attachment.storage_key) == name).values(key_id=key_id))
        done += 1
    return done, lost


def _again(sealed: str, place: str) -> str:
    """Return a sealed value under the key in use."""
    return sealed if sealed.startswith(f'{crypto.key_id()}.') else crypto.seal(crypto.unseal(sealed, place), place)


def _columns(prefix: str, *names: tuple[str, str]) -> Reseal:
    """Seal columns anew; a personal number gets its blind index anew with it."""

    def work(row: Any) -> bool:
        before = [getattr(row, name) for name, _ in names]
        for name, place in names:
            if sealed := getattr(row, name):
                setattr(row, name, again := _again(sealed, where := f'{prefix}.{place}:{row.id}'))
                if name == 'personal_id_sealed':
                    row.personal_id_index = crypto.blind_index(crypto.unseal(again, where))
        return before != [getattr(row, name) for name, _ in names]

    return work


def _answers(place: Callable[[Any], str]) -> Reseal:
    """Seal those answers of a form anew that are sealed."""

    def work(row: Any) -> bool:
        found = {
            name: {**one, 'x': _again(one['x'], f'{place(row)}.{name}')} if 'x' in one else one
            for name, one in row.answers.items()
        }
        changed = found != row.answers
        if changed:
            row.answers = found
        return changed

    return work


def _answer_given(row: Any) -> bool:
    if not (sealed := row.result.get('answer')):
        return False
    again = _again(sealed, f'idempotency_key:{row.key}')
    row.result = {**row.result, 'answer': again}
    return bool(again != sealed)


TABLES: dict[type[SQLModel], Reseal] = {
    Account: _columns(
        'account',
        ('personal_id_sealed', 'personal_id_sealed'),
        ('profile_sealed', 'profile_sealed'),
        ('totp_sealed', 'totp_sealed'),
    ),
    Party: _columns('party', ('personal_id_sealed', 'personal_id')),
    Draft: _answers(lambda row: f'draft:{row.id}'),
    AnswerSheet: _answers(lambda row: f'dossier:{row.dossier_id}'),
    IdempotencyKey: _answer_given,
    Rating: _columns('rating', ('words', 'words')),
    Webhook: _columns('webhook', ('secret', 'secret')),
    Feedback: _columns('feedback', ('words_sealed', 'words'), ('identity_sealed', 'identity')),
    SigningKey: _columns(
        'signing_key', ('pkcs12_sealed', 'pkcs12'), ('picture_sealed', 'picture'), ('pin_sealed', 'pin')
    ),
}
"""Every table that holds something sealed."""
