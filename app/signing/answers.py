"""What authorities answer when they are asked of one certificate, at this moment: whether they have revoked it (OCSP).

An answer is younger than any list, and small. Only a certificate that leads to a believed root sends us anywhere, and only
by the rules of ``fetching``. Source: RFC 6960; RFC 5019.
"""

import asyncio
import base64
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import ocsp

from app.clock import now
from app.log import log
from app.settings import Settings
from app.signing import fetching, trust
from app.signing.fetching import Question

LARGEST = 100_000
"""Bytes of an answer."""
MOST, KEPT = 8, 500
"""Questions that one paper makes us ask; answers that are kept."""
LONGEST, AGAIN = timedelta(minutes=30), timedelta(minutes=5)
"""How long an answer counts here at most, and when one that did not come is asked for again."""
OLDEST, AHEAD = timedelta(days=1), timedelta(minutes=10)
"""How old an answer without an end may be, and how far ahead its clock."""
MEDIA_TYPE = 'application/ocsp-request'


@dataclass(frozen=True)
class _Kept:
    content: bytes
    """Empty: it did not come."""
    until: datetime


_kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()


async def answers_to(asks: Sequence[Mapping[str, str]]) -> tuple[bytes, ...]:
    """Return the answers to questions (``url``, ``request`` in base64), as DER; one that cannot be had is left out.

    Whether they hold is for who reads them to say.
    """
    settings = trust.settings()
    if settings is None or settings.revocation_lists == 'off':
        return ()
    different = list(dict.fromkeys((one['url'], one['request']) for one in asks))[:MOST]
    found = await asyncio.gather(*(_answer(settings, *one) for one in different))
    return tuple(content for content in found if content)


def forget() -> None:
    """Let go of all answers."""
    _kept.clear()


async def _answer(settings: Settings, url: str, request: str) -> bytes:
    known = _kept.get((url, request))
    if known is not None and known.until > now():
        return known.content
    try:
        async with asyncio.timeout(fetching.SECONDS):
            question = Question(base64.b64decode(request), MEDIA_TYPE)
            content, until = _read(await fetching.fetched(settings, url, LARGEST, question))
    except (*fetching.TROUBLE, LookupError, AttributeError) as error:
        log.warning(
            'an authority did not answer whether a certificate was revoked', extra={'why': type(error).__name__}
        )
        content, until = b'', now() + AGAIN
    _kept.pop((url, request), None)
    _kept[url, request] = _Kept(content, until)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return content


def _read(content: bytes) -> tuple[bytes, datetime]:
    """Return an answer and until when it counts here. Raises ValueError: it is none, or it is not of these days."""
    answer = ocsp.OCSPResponse.load(content, strict=True)
    if answer['response_status'].native != 'successful':
        raise ValueError('no answer')
    until = now() + LONGEST
    for one in answer.response_data['responses']:
        made, ends = one['this_update'].native, one['next_update'].native
        if made > now() + AHEAD or (ends or made + OLDEST) <= now():
            raise ValueError('of another time')
        until = min(until, ends or until)
    return content, until
