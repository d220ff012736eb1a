"""Lists of revoked certificates, fetched from the places that certificates of believed authorities name, and kept for a while.

A list is signed by its authority, so it may come over plain HTTP. Where it comes from is in a certificate, so the rules of
webhooks hold: public addresses on the usual ports, or a host whose inner network was named; the connection goes to the
very address that was looked at; no redirect is followed. Source: RFC 5280, 4.2.1.13 and 5.
"""

import asyncio
import contextlib
import ssl
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from asn1crypto import crl, pem

from app.clock import now
from app.log import log
from app.settings import Settings
from app.signing import trust
from app.webhooks.allowed import Network, Target, read_address, read_allow_list
from app.webhooks.sending import NotDelivered, resolve

SECONDS = 8.0
"""For everything about one list."""
LARGEST, ALL = 10 * 2**20, 40 * 2**20
"""Bytes of a list, and of all that are kept."""
TOGETHER = 32 * 2**20
"""Bytes of the lists for one paper."""
MOST = 6
"""Lists that one paper makes us look at."""
LONGEST, AGAIN = timedelta(hours=6), timedelta(minutes=5)
"""How long a list counts at most, and when one that did not come is asked for again."""
PORTS = frozenset({80, 443})


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
        async with asyncio.timeout(SECONDS):
            content, until = _read(await _fetched(settings, place))
    except (NotDelivered, TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TypeError) as error:
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


async def _fetched(settings: Settings, place: str) -> bytes:
    """Return what lies at a place. Raises NotDelivered, httpx.HTTPError, ValueError: too much."""
    target = read_address(place, allow_plain=True)
    if target is None:
        raise NotDelivered('address')
    named = read_allow_list(settings.revocation_hosts)
    if target.host not in named and target.port not in PORTS:
        raise NotDelivered('host')
    return await _got(target, named.get(target.host))


async def _got(target: Target, network: Network | None) -> bytes:
    address = await resolve(target, network)
    host = f'[{address}]' if address.version == 6 else str(address)
    headers = {
        'Host': target.host if target.port in PORTS else f'{target.host}:{target.port}',
        'User-Agent': 'Motcua/1',
        'Accept-Encoding': 'identity',
    }
    url, content = f'{target.scheme}://{host}:{target.port}{target.path}', b''
    client = httpx.AsyncClient(
        verify=ssl.create_default_context(), trust_env=False, follow_redirects=False, timeout=SECONDS
    )
    async with client, contextlib.AsyncExitStack() as stack:
        request = client.build_request('GET', url, headers=headers, extensions={'sni_hostname': target.host})
        answer = await client.send(request, stream=True)
        stack.push_async_callback(answer.aclose)
        if answer.status_code != 200:
            raise NotDelivered('answer', answer.status_code)
        async for piece in answer.aiter_raw():
            content += piece
            if len(content) > LARGEST:
                raise ValueError('too large')
    return content
