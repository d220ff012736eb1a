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
_HEADERS = {'Content-Type': 'application/timestamp-query', 'Accept': 'application/timestamp-reply'}


class NotStamped(Exception):
    """The authority did not answer, or its answer does not hold."""


async def ask(settings: Settings, text: bytes) -> tuple[str, datetime]:
    """Return the authority's answer over a text, in base64, and its moment; only one that holds under our own roots.

    Raises:
        NotStamped: no answer, or one that is not over this text, not to this question, or not signed by the authority.
    """
    question = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        async with asyncio.timeout(SECONDS):
            answer = await _post(settings.tsa_url, question.as_bytes())
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise NotStamped(type(error).__name__) from error
    verifier = VerifierBuilder(roots=_roots(settings.tsa_ca), nonce=question.nonce).build()
    return base64.b64encode(answer).decode(), _check(verifier, answer, text).tst_info.gen_time


def moment_of(settings: Settings, stamp: str, text: bytes) -> datetime:
    """Return when a kept answer was given. Raises NotStamped when it does not hold over this text."""
    verifier = VerifierBuilder(roots=_roots(settings.tsa_ca)).build()
    try:
        answer = base64.b64decode(stamp, validate=True)
    except ValueError as error:
        raise NotStamped('not base64') from error
    return _check(verifier, answer, text).tst_info.gen_time


def _check(verifier: Verifier, answer: bytes, text: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
        verifier.verify(response, hashlib.sha256(text).digest())
    except (VerificationError, ValueError) as error:
        raise NotStamped(str(error)[:200]) from error
    return response


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
