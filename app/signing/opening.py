"""PKCS#12: opened with the PIN, wrapped anew the strong way, and what a key must be to sign here.

A file says itself how often its PIN is to be stirred, up to two thousand million times, and the library that does it lets
nobody else work meanwhile. So a file that somebody brings is opened by a process of its own, which is ended in time.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat, pkcs12

from app.errors import Invalid, Problem
from app.workshop import KEPT

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import SimpleSigner

SHORTEST, LONGEST = 6, 64
"""Characters of a PIN."""
LARGEST = 100_000
"""Bytes of a PKCS#12 file."""
ROUNDS = 200_000
"""Of deriving a key from a PIN: a moment for us, much for whoever guesses with a stolen copy."""
SECONDS = 15.0
"""For opening a file; an honest one takes a fraction of that."""
_CHILD = 'from app.signing.opening import answer; answer()'
FEWEST_BITS = 2048
"""Of an RSA key. Source: QCVN on electronic signatures (mark C)."""
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)


class WrongPin(Exception):
    """The PIN does not open it, or it is no PKCS#12 at all: the file does not tell which."""


@dataclass(frozen=True)
class Opened:
    """A key file that may be kept: wrapped anew under the same PIN."""

    wrapped: bytes
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]


async def taken(content: bytes, pin: str) -> Opened:
    """Open a key file that somebody entrusts.

    Raises:
        Invalid: the PIN is too short or wrong, or the key does not suit.
    """
    if not (isinstance(pin, str) and SHORTEST <= len(pin) <= LONGEST):
        raise wrong('pin', 'pin_length', fewest=SHORTEST, most=LONGEST)
    if not 0 < len(content) <= LARGEST:
        raise wrong('file', 'no_key_file')
    try:
        return await asyncio.to_thread(_apart, content, pin)
    except WrongPin:
        raise wrong('pin', 'pin_or_file_wrong') from None


def _apart(content: bytes, pin: str) -> Opened:
    """Have a key file opened by a process of its own, which sees no other file and learns nothing of our environment."""
    asked = json.dumps({'content': base64.b64encode(content).decode(), 'pin': pin, 'rounds': ROUNDS}).encode()
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            [sys.executable, '-c', _CHILD], input=asked, capture_output=True, check=True, timeout=SECONDS,
            cwd=Path(__file__).parents[2], env={name: os.environ[name] for name in KEPT if name in os.environ},
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise wrong('file', 'no_key_file') from None
    told = json.loads(done.stdout)
    if refused := told.get('refused'):
        raise WrongPin if refused == _PIN else wrong('file', refused)
    wrapped, own, *others = (base64.b64decode(part) for part in told['parts'])
    return Opened(wrapped, x509.Certificate.load(own), tuple(x509.Certificate.load(one) for one in others))


def answer() -> None:
    """Be that process: open the file that is read, and write what came of it."""
    os.nice(5)
    asked = json.loads(sys.stdin.buffer.read())
    try:
        found = wrapped_anew(base64.b64decode(asked['content']), asked['pin'], asked['rounds'])
    except WrongPin:
        told: dict[str, object] = {'refused': _PIN}
    except Invalid as error:
        told = {'refused': error.key.removeprefix('signing.')}
    else:
        parts = [found.wrapped, *(one.dump() for one in (found.certificate, *found.others))]
        told = {'parts': [base64.b64encode(part).decode() for part in parts]}
    sys.stdout.write(json.dumps(told))


_PIN = 'pin'


def wrapped_anew(content: bytes, pin: str, rounds: int) -> Opened:
    """Open a key file that is our own, or in a process of its own, and wrap the key anew. Raises WrongPin, Invalid."""
    found = _load(content, pin)
    key, held = found.key, found.cert
    if key is None or held is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise wrong('file', 'no_key_in_file')
    is_strong = key.key_size >= FEWEST_BITS if isinstance(key, rsa.RSAPrivateKey) else isinstance(key.curve, CURVES)
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if not is_strong or key.public_key().public_bytes(*form) != held.certificate.public_key().public_bytes(*form):
        raise wrong('file', 'weak_key')
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(pin.encode())
    )
    chain = [one.certificate for one in found.additional_certs]
    wrapped = pkcs12.serialize_key_and_certificates(None, key, held.certificate, chain, encryption)
    ders = [one.public_bytes(Encoding.DER) for one in (held.certificate, *chain)]
    own, *others = (x509.Certificate.load(der) for der in ders)
    return Opened(wrapped, own, tuple(others))


def _load(content: bytes, pin: str) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        return pkcs12.load_pkcs12(content, pin.encode())
    except (ValueError, TypeError) as error:
        raise WrongPin from error


async def unlocked(wrapped: bytes, pin: str) -> 'SimpleSigner':
    """Return what signs with a kept key. Raises WrongPin."""
    from pyhanko.sign.signers.pdf_cms import SimpleSigner

    if not (isinstance(pin, str) and len(pin) <= LONGEST):
        raise WrongPin
    try:
        return await asyncio.to_thread(SimpleSigner.load_pkcs12_data, wrapped, [], pin.encode())
    except ValueError as error:
        raise WrongPin from error


def wrong(question: str, key: str, **values: object) -> Invalid:
    """Return what is wrong with an answer."""
    return Invalid({question: Problem(f'signing.{key}', values)}, f'signing.{key}', **values)
