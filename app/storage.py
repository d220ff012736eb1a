"""Stored bytes: encrypted, written to the end before anything names them. A local folder; other stores join behind the same three calls."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app import crypto

_folder: Path | None = None


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
    return _folder / key[:2] / key[2:4] / key


async def put(content: bytes) -> Stored:
    """Keep bytes under a new random key; they are on the disk when this returns."""
    return await asyncio.to_thread(_put, content)


def _put(content: bytes) -> Stored:
    key = secrets.token_hex(16)
    _write(_path(key), _sealed(key, content))
    return Stored(key, hashlib.sha256(content).hexdigest(), len(content), crypto.KEY_ID)


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
    return await asyncio.to_thread(_read, key, key_id or crypto.KEY_ID)


async def remove(key: str) -> None:
    """Remove the bytes of a key; a missing one is no error."""
    await asyncio.to_thread(_path(key).unlink, missing_ok=True)


def _sealed(key: str, content: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(crypto.key(f'file:{crypto.KEY_ID}')).encrypt(nonce, content, key.encode())


def _read(key: str, key_id: str) -> bytes:
    raw = _path(key).read_bytes()
    return AESGCM(crypto.key(f'file:{key_id}')).decrypt(raw[:12], raw[12:], key.encode())


def _write(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, rename, flush the folder: after a power cut there is the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix('.part')
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, 'wb') as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
