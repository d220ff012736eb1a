"""Which master secret is in use, and the keys that outlive a change of it: ``keys.json`` in the data folder.

The file holds nothing in the clear: each ring opens with its own master secret only. So a secret that does not fit the
data is found at the start instead of in the middle of the work.
"""

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app import crypto, disk
from app.settings import Settings

FILE = 'keys.json'
AUDIT = ('audit-chain', 'audit-payload', 'read-chain', 'anchor')
LASTING = (
    *AUDIT, 'dossier-secret', 'token', 'draft-link', 'follow-link', 'one-time-link', 'idempotency', 'verification',
    'rating-link',
    'feedback-secret', 'feedback-once', 'feedback-contact', 'feedback-vote',
)  # fmt: skip
"""Purposes whose values are hashes: they cannot be made anew, so their keys are kept when the master secret changes."""


class WrongKey(Exception):
    """The master secret is not the one that this data was sealed with."""


class HalfRotated(Exception):
    """A change of the master secret was begun and must be finished first."""


@dataclass(frozen=True)
class Ring:
    """One master secret's id, and the keys that came from earlier ones."""

    key_id: str = crypto.FIRST_KEY
    kept: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Rings:
    """What the file holds: sealed rings by key id, the newest last. Two of them: a change is not finished."""

    sealed: dict[str, str]

    @property
    def is_half(self) -> bool:
        return len(self.sealed) > 1

    def open(self, master: bytes) -> Ring | None:
        """Return the ring that this master secret opens."""
        for key_id, text in self.sealed.items():
            raw = base64.urlsafe_b64decode(text)
            try:
                opened = AESGCM(crypto.derived(master, 'keyring')).decrypt(raw[:12], raw[12:], key_id.encode())
            except InvalidTag:
                continue
            kept = json.loads(opened)
            return Ring(key_id, {purpose: base64.b64decode(value) for purpose, value in kept.items()})
        return None


def sealed(ring: Ring, master: bytes) -> str:
    """Return a ring that only this master secret opens."""
    nonce = secrets.token_bytes(12)
    kept = {purpose: base64.b64encode(value).decode() for purpose, value in ring.kept.items()}
    key = crypto.derived(master, 'keyring')
    raw = nonce + AESGCM(key).encrypt(nonce, json.dumps(kept).encode(), ring.key_id.encode())
    return base64.urlsafe_b64encode(raw).decode()


def read(folder: Path) -> Rings | None:
    """Return the rings of a data folder or of a copy of it; None where there are none yet."""
    try:
        return Rings(json.loads((folder / FILE).read_text('utf-8')))
    except FileNotFoundError:
        return None


def write(folder: Path, rings: Rings) -> None:
    """Replace the rings of a data folder at once; they are on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with disk.writing(folder / FILE) as out:
        out.write(json.dumps(rings.sealed, indent=1).encode())


def use(settings: Settings) -> None:
    """Give ``app.crypto`` the master secret and what is kept with it.

    Raises:
        WrongKey: the secret does not fit this data folder. HalfRotated: a change of it was begun and not finished.
    """
    rings = read(settings.data_dir)
    if rings is None:
        rings = Rings({crypto.FIRST_KEY: sealed(Ring(), settings.master_key)})
        write(settings.data_dir, rings)
    ring = rings.open(settings.master_key)
    if ring is None:
        raise WrongKey(str(settings.data_dir))
    if rings.is_half:
        raise HalfRotated()
    crypto.use_master_key(settings.master_key, ring.key_id, kept=ring.kept)
