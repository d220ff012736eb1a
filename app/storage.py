"""Stored bytes: encrypted, written to the end before anything names them. A local folder; other stores join behind the same three calls."""

import asyncio
import errno
import hashlib
import io
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app import crypto, disk, sealed
from app.errors import Unavailable
from app.log import log

_folder: Path | None = None
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Stored:
    """Where bytes lie, what they hash to before encryption, and the key they are encrypted with."""

    key: str
    sha256: str
    size: int
    key_id: str


def use_folder(folder: Path) -> None:
    """Set the folder of stored files; made with mode 0700 when missing."""
    global _folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _folder = folder


def _path(key: str) -> Path:
    if _folder is None:
        raise RuntimeError('no folder for files: call use_folder first')
    return place(_folder, key)


def place(files: Path, key: str) -> Path:
    """Return where the bytes of a key lie: in one of 256 folders, soon all there, so that a file costs few waits for the disk."""
    return files / key[:2] / key


async def put(content: bytes) -> Stored:
    """Keep bytes under a new random key; they are on the disk when this returns.

    Raises:
        Unavailable: there is no room for them; nothing is left.
    """
    try:
        return await asyncio.to_thread(_put, content)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        log.error('no room for a file: %s', error.strerror)
        raise Unavailable('error.disk_full') from error


@asynccontextmanager
async def kept(content: bytes) -> AsyncIterator[Stored]:
    """Keep bytes while a row that names them is written; they are dropped again if that fails."""
    stored = await put(content)
    try:
        yield stored
    except BaseException:
        await remove(stored.key)
        raise


async def get(key: str, key_id: str | None) -> bytes:
    """Return the bytes of a key. Raises FileNotFoundError, or InvalidTag when they were altered."""
    return await asyncio.to_thread(_read, key, key_id or crypto.key_id())


async def reseal(key: str, key_id: str | None) -> bool:
    """Encrypt a file with the key in use, in its place; False: it was. Raises FileNotFoundError, or InvalidTag when altered."""
    old, new = (crypto.key(f'file:{each}') for each in (key_id or crypto.FIRST_KEY, crypto.key_id()))
    return await asyncio.to_thread(sealed.reseal, _path(key), old, new)


async def remove(key: str) -> None:
    """Remove the bytes of a key; a missing one is no error."""
    await asyncio.to_thread(_path(key).unlink, missing_ok=True)


def _put(content: bytes) -> Stored:
    """Keep bytes: after a power cut there is the whole file or none, and a folder that was made for it is there too."""
    key = secrets.token_hex(16)
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with disk.writing(path) as out:
        sealed.write(io.BytesIO(content), out, crypto.key(f'file:{crypto.key_id()}'), key)
    disk.sync_folder(path.parent.parent)
    return Stored(key, hashlib.sha256(content).hexdigest(), len(content), crypto.key_id())


def _read(key: str, key_id: str) -> bytes:
    with _path(key).open('rb') as source:
        return b''.join(sealed.read(source, crypto.key(f'file:{key_id}'), key))
