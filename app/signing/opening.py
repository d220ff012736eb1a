"""PKCS#12: opened with the PIN, wrapped anew the strong way, and what a key must be to sign here."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat, pkcs12

from app.errors import Invalid, Problem

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import SimpleSigner

SHORTEST, LONGEST = 6, 64
"""Characters of a PIN."""
LARGEST = 100_000
"""Bytes of a PKCS#12 file."""
ROUNDS = 200_000
"""Of deriving a key from a PIN: a moment for us, much for whoever guesses with a stolen copy."""
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
        return await asyncio.to_thread(_taken, content, pin)
    except WrongPin:
        raise wrong('pin', 'pin_or_file_wrong') from None


def _taken(content: bytes, pin: str) -> Opened:
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
        .kdf_rounds(ROUNDS)
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
