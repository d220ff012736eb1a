"""Keys derived from the master secret: sealing of personal values, blind index, hashes of tokens, signed tokens."""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_ID = '1'
SECRET_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'  # noqa: S105
"""32 letters and digits that are not mistaken for each other (no I, O, 0, 1)."""
_keys: dict[str, bytes] = {}
_master: bytes = b''


def use_master_key(master: bytes) -> None:
    """Set the master secret that all keys are derived from. Called once at start."""
    global _master
    _master = master
    _keys.clear()


def key(purpose: str) -> bytes:
    """Return the 32-byte key of a purpose."""
    if not _master:
        raise RuntimeError('no master secret: call use_master_key first')
    if purpose not in _keys:
        _keys[purpose] = HKDF(SHA256(), 32, salt=b'motcua', info=purpose.encode()).derive(_master)
    return _keys[purpose]


def seal(value: str, place: str) -> str:
    """Encrypt a personal value for one place (``table.column:id``): moved elsewhere it does not open. Gives ``keyid.nonce+ciphertext``."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key(f'seal:{KEY_ID}')).encrypt(nonce, value.encode(), place.encode())
    return f'{KEY_ID}.{base64.urlsafe_b64encode(nonce + sealed).decode()}'


def unseal(sealed: str, place: str) -> str:
    """Decrypt what ``seal`` made for this place. Raises cryptography's InvalidTag for anything else."""
    key_id, _, text = sealed.partition('.')
    raw = base64.urlsafe_b64decode(text)
    return AESGCM(key(f'seal:{key_id}')).decrypt(raw[:12], raw[12:], place.encode()).decode()


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
