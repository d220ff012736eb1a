"""Time stamps over anchors, from an authority that is not ours. Source: RFC 3161."""

import asyncio
import base64
import hashlib
import ssl
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from app.settings import Settings

SECONDS = 20.0
MOST = 64_000
"""Bytes of an answer."""
CERTIFICATES = 0xA0
"""Tag of the certificates among the parts of signed data."""
_HEADERS = {'Content-Type': 'application/timestamp-query', 'Accept': 'application/timestamp-reply'}


class NotStamped(Exception):
    """The authority did not answer, or its answer does not hold."""


async def ask(settings: Settings, text: bytes) -> tuple[str, datetime]:
    """Return the authority's answer over a text, in base64, and its moment; only one that holds under our own roots.

    Raises:
        NotStamped: no answer, or one that is not over this text, not to this question, or not signed by the authority.
    """
    question = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
    digest = hashlib.sha256(text).digest()
    answer, moment = await answered(settings, question.as_bytes(), digest, question.nonce)
    return base64.b64encode(answer).decode(), moment


async def answered(settings: Settings, question: bytes, digest: bytes, nonce: int | None) -> tuple[bytes, datetime]:
    """Return the authority's answer to a question over a digest (DER) and its moment. Raises NotStamped."""
    try:
        async with asyncio.timeout(SECONDS):
            answer = await _post(settings.tsa_url, question)
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise NotStamped(type(error).__name__) from error
    verifier = VerifierBuilder(roots=_roots(settings.tsa_ca), nonce=nonce).build()
    return answer, _check(verifier, answer, digest).tst_info.gen_time


def moment_of(settings: Settings, stamp: str, text: bytes) -> datetime:
    """Return when a kept answer was given. Raises NotStamped when it does not hold over this text."""
    verifier = VerifierBuilder(roots=_roots(settings.tsa_ca)).build()
    try:
        answer = base64.b64decode(stamp, validate=True)
    except ValueError as error:
        raise NotStamped('not base64') from error
    return _check(verifier, answer, hashlib.sha256(text).digest()).tst_info.gen_time


def _check(verifier: Verifier, answer: bytes, digest: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(_in_order(answer))
        verifier.verify(response, digest)
    except (VerificationError, ValueError) as error:
        raise NotStamped(str(error)[:200]) from error
    return response


def _in_order(answer: bytes) -> bytes:
    """Return an answer with its certificates in the order that DER asks for.

    Authorities that run OpenSSL send them in their own order, and a strict reader refuses that. No signature covers it.
    """
    try:
        token = _parts(answer, *_inside(answer, 0))[1]
        signed = _parts(answer, *_inside(answer, _parts(answer, *_inside(answer, token))[1]))[0]
        for at in _parts(answer, *_inside(answer, signed)):
            if answer[at] == CERTIFICATES:
                begin, end = _inside(answer, at)
                pieces = sorted(answer[one : _inside(answer, one)[1]] for one in _parts(answer, begin, end))
                return answer[:begin] + b''.join(pieces) + answer[end:]
    except IndexError:
        pass  # no such answer: the reader says so
    return answer


def _parts(der: bytes, begin: int, end: int) -> list[int]:
    """Return where the elements between two places begin."""
    found = []
    while begin < end:
        found.append(begin)
        begin = _inside(der, begin)[1]
    return found


def _inside(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the element at a place begins and ends. Raises IndexError."""
    first = der[at + 1]
    size = first & 0x7F if first & 0x80 else 0
    begin = at + 2 + size
    end = begin + (int.from_bytes(der[at + 2 : begin], 'big') if size else first)
    if end > len(der):
        raise IndexError
    return begin, end


async def _post(url: str, question: bytes) -> bytes:
    """Return the body of the answer, at most ``MOST`` bytes of it."""
    client = httpx.AsyncClient(verify=ssl.create_default_context(), trust_env=False, timeout=SECONDS)
    body = b''
    async with client, client.stream('POST', url, content=question, headers=_HEADERS) as response:
        if response.status_code != 200:
            raise NotStamped(f'HTTP {response.status_code}')
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > MOST:
                raise NotStamped('too large')
    return body


def _roots(file: Path | str) -> list[x509.Certificate]:
    """Return the certificates that the authority's must lead to."""
    try:
        return x509.load_pem_x509_certificates(Path(file).read_bytes())
    except (OSError, ValueError) as error:
        raise NotStamped(f'MOTCUA_TSA_CA: {type(error).__name__}') from error
