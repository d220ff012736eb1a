"""Files as they lie on the disk: AES-GCM in chunks, so that none has to be in memory whole, bound to the name it lies under.

``MCF1``, 16 bytes of salt, then chunks of up to 256 KB with their 16-byte tags. Each file has a key of its own, derived
from the given one by salt and name; a chunk's nonce is its number and whether it is the last. So no chunk can be altered,
left out, moved, cut off or brought to another file without the whole being refused.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.disk import writing

MAGIC = b'MCF1'
SALT, TAG = 16, 16
CHUNK = 256 * 1024


class Source(Protocol):
    """What can be read."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer at the end only."""


def write(source: Source, out: BinaryIO, key: bytes, name: str) -> None:
    """Encrypt all of ``source`` into ``out``, for this name only."""
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(key, salt, name)
    out.write(MAGIC + salt)
    for number, chunk, is_last in _numbered(source, CHUNK):
        out.write(cipher.encrypt(_nonce(number, is_last), chunk, None))


def read(source: Source, key: bytes, name: str) -> Iterator[bytes]:
    """Yield what was encrypted for this name, chunk by chunk. Raises InvalidTag for whatever is not whole and ours."""
    head = source.read(len(MAGIC) + SALT)
    if len(head) != len(MAGIC) + SALT or not head.startswith(MAGIC):
        raise InvalidTag
    cipher = _cipher(key, head[len(MAGIC) :], name)
    for number, chunk, is_last in _numbered(source, CHUNK + TAG):
        if len(chunk) < TAG:
            raise InvalidTag
        yield cipher.decrypt(_nonce(number, is_last), chunk, None)


def reseal(path: Path, old: bytes, new: bytes) -> bool:
    """Encrypt a stored file with another key, in its place; there is the whole old or the whole new file at any moment.

    Doing it again changes nothing, so that a rotation which was cut off can simply be begun anew. Memory stays at a few
    chunks. Returns whether the file had to be changed.

    Raises:
        InvalidTag: neither key opens all of it; it is left as it was.
    """
    with path.open('rb') as source:
        if _opens(source, new, path.name):
            return False
    with path.open('rb') as source, writing(path) as out:
        write(_Reader(read(source, old, path.name)), out, new, path.name)
    return True


def _opens(source: Source, key: bytes, name: str) -> bool:
    try:
        for _ in read(source, key, name):
            pass
    except InvalidTag:
        return False
    return True


class _Reader:
    """Chunks read as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b''

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer at the end only."""
        while len(self._left) < size and (chunk := next(self._chunks, None)):
            self._left += chunk
        given, self._left = self._left[:size], self._left[size:]
        return given


def _numbered(source: Source, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield number, bytes and whether it is the last, of every chunk; an empty file is one empty chunk."""
    number, chunk, following = 0, source.read(size), source.read(size)
    while following:
        yield number, chunk, False
        number, chunk, following = number + 1, following, source.read(size)
    yield number, chunk, True


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=b'file\0' + name.encode()).derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, 'big') + bytes((is_last,))
