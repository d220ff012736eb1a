"""Lists of revoked certificates, fetched from the places that certificates of believed authorities name, and kept for a while.

Source: RFC 5280, 4.2.1.13 and 5.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import crl, pem

from app.clock import now
from app.log import log
from app.settings import Settings
from app.signing import fetching, trust

LARGEST, ALL = 10 * 2**20, 40 * 2**20
"""Bytes of a list, and of all that are kept."""
TOGETHER = 32 * 2**20
"""Bytes of the lists for one paper."""
MOST = 6
"""Lists that one paper makes us look at."""
LONGEST, AGAIN = timedelta(hours=6), timedelta(minutes=5)
"""How long a list counts at most, and when one that did not come is asked for again."""


@dataclass(frozen=True)
class _Kept:
    content: bytes
    """Empty: it did not come."""
    until: datetime


_kept: OrderedDict[str, _Kept] = OrderedDict()


async def lists_of(places: Sequence[str]) -> tuple[bytes, ...]:
    """Return the lists of some places, as DER; one that cannot be had is left out."""
    settings = trust.settings()
    if settings is None or settings.revocation_lists == 'off':
        return ()
    found = await asyncio.gather(*(_list(settings, place) for place in list(dict.fromkeys(places))[:MOST]))
    taken: list[bytes] = []
    for content in found:  # a paper and its lists go through the workshop together
        if content and sum(map(len, taken)) + len(content) <= TOGETHER:
            taken.append(content)
    return tuple(taken)


def forget() -> None:
    """Let go of all lists."""
    _kept.clear()


async def _list(settings: Settings, place: str) -> bytes:
    known = _kept.get(place)
    if known is not None and known.until > now():
        return known.content
    try:
        async with asyncio.timeout(fetching.SECONDS):
            content, until = _read(await fetching.fetched(settings, place, LARGEST))
    except fetching.TROUBLE as error:
        log.warning('a list of revoked certificates did not come', extra={'why': type(error).__name__})
        content, until = b'', now() + AGAIN
    _keep(place, _Kept(content, until))
    return content


def _keep(place: str, one: _Kept) -> None:
    _kept.pop(place, None)
    _kept[place] = one
    while sum(len(each.content) for each in _kept.values()) > ALL or len(_kept) > 1000:
        _kept.popitem(last=False)


def _read(content: bytes) -> tuple[bytes, datetime]:
    """Return a list as DER, and until when it counts here. Raises ValueError: it is none, or its time is over."""
    der = pem.unarmor(content)[2] if pem.detect(content) else content
    listed = crl.CertificateList.load(der, strict=True)['tbs_cert_list']
    until, latest = listed['next_update'].native, now() + LONGEST
    if until is not None and until <= now():
        raise ValueError('over')
    return der, min(until, latest) if until else latest
