"""Keys derived from the master secret: sealing of personal values, blind index, hashes of tokens, signed tokens."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'  # noqa: S105
"""32 letters and digits that are not mistaken for each other (no I, O, 0, 1)."""
FIRST_KEY = '1'
_keys: dict[str, bytes] = {}
_masters: dict[str, bytes] = {}
"""Master secrets by key id; the last one is in use, others only open what they sealed."""


def use_master_key(
    master: bytes,
    key_id: str = FIRST_KEY,
    *,
    kept: Mapping[str, bytes] | None = None,
    before: Mapping[str, bytes] | None = None,
) -> None:
    """Set the master secret that all keys are derived from. Called once at start.

    ``kept``: keys of purposes that outlive a change of the master secret (``app.keyring``). ``before``: earlier secrets
    by key id, while what they sealed is sealed anew.
    """
    _masters.clear()
    _masters.update({**(before or {}), key_id: master})
    _keys.clear()
    _keys.update(kept or {})


def key_id() -> str:
    """Return the id of the master secret in use, which stands before what it seals."""
    return next(reversed(_masters), FIRST_KEY)


def key(purpose: str) -> bytes:
    """Return the 32-byte key of a purpose; ``seal:2`` is that of the master secret number 2."""
    if not _masters:
        raise RuntimeError('no master secret: call use_master_key first')
    if purpose not in _keys:
        current = _masters[key_id()]
        _keys[purpose] = derived(_masters.get(purpose.partition(':')[2], current), purpose)
    return _keys[purpose]


def derived(master: bytes, purpose: str) -> bytes:
    """Return the key that a master secret gives for a purpose."""
    return HKDF(SHA256(), 32, salt=b'motcua', info=purpose.encode()).derive(master)


def seal(value: str, place: str) -> str:
    """Encrypt a personal value for one place (``table.column:id``): moved elsewhere it does not open. Gives ``keyid.nonce+ciphertext``."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key(f'seal:{key_id()}')).encrypt(nonce, value.encode(), place.encode())
    return f'{key_id()}.{base64.urlsafe_b64encode(nonce + sealed).decode()}'


def unseal(sealed: str, place: str) -> str:
    """Decrypt what ``seal`` made for this place. Raises cryptography's InvalidTag for anything else."""
    sealed_by, _, text = sealed.partition('.')
    raw = base64.urlsafe_b64decode(text)
    return AESGCM(key(f'seal:{sealed_by}')).decrypt(raw[:12], raw[12:], place.encode()).decode()


def seal_json(value: Any, place: str) -> str:
    """Encrypt a JSON value for one place."""
    return seal(json.dumps(value, ensure_ascii=False), place)


def unseal_json(sealed: str, place: str) -> Any:
    """Decrypt what ``seal_json`` made."""
    return json.loads(unseal(sealed, place))


def blind_index(value: str) -> str:
    """Return a keyed hash by which a sealed number can be looked up."""
    return hmac.new(key('blind-index'), value.encode(), hashlib.sha256).hexdigest()


def mac(purpose: str, *parts: str) -> str:
    """Return the keyed hash of some parts, unambiguous about where one ends."""
    text = '\0'.join(f'{len(part)}:{part}' for part in parts)
    return hmac.new(key(purpose), _bytes(text), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    """Return any text as bytes, halves of characters too: a guess is wrong, never an error."""
    return text.encode('utf-8', 'surrogatepass')


def new_token() -> str:
    """Return a random token of 192 bits for a link or a cookie."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """Return what the database keeps of a token."""
    return mac('token', token)


def new_secret() -> str:
    """Return the eight-character secret of a dossier: 40 bits from an alphabet that is easy to read aloud."""
    return ''.join(secrets.choice(SECRET_ALPHABET) for _ in range(8))


def normal_secret(text: str) -> str:
    """Return a typed secret as it was given: capitals, without spaces and dashes."""
    return ''.join(text.upper().split()).replace('-', '')
