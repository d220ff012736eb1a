"""One request to another system: signed, to an address that was looked at before, and with nothing read of its answer.

The host name is resolved once; the connection goes to the very address that passed, so that a name which changes its
mind in between leads nowhere. Redirects are answers like any other that is not 2xx.
"""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import json
import ssl
from datetime import datetime
from socket import SOCK_STREAM, gaierror
from typing import Any

import httpx

from app.settings import Settings
from app.webhooks.allowed import Address, Network, Target, may_go, read_address, read_allow_list

SECONDS = 15.0
"""For everything: looking up, connecting, sending, the first line of the answer."""
PREFIX = 'whsec_'
KINDS = ('address', 'host', 'resolve', 'inner', 'connect', 'time', 'answer', 'broken')
"""Why a delivery did not count; each has a sentence ``webhooks.why_*``."""


class NotDelivered(Exception):
    """The other side did not take it. ``status`` is what it answered, if it did."""

    def __init__(self, kind: str, status: int | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status


def packed(body: dict[str, Any]) -> bytes:
    """Return a body as it goes over the wire: the same bytes at every try."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(',', ':')).encode()


def signature(secret: str, delivery_id: str, at: int, body: bytes) -> str:
    """Return the signature over id, time and body. Source: Standard Webhooks 1.0."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f'{delivery_id}.{at}.'.encode() + body
    return 'v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


async def deliver(
    settings: Settings,
    url: str,
    secret: str,
    delivery_id: str,
    body: bytes,
    moment: datetime,
    context: ssl.SSLContext | None = None,
) -> int:
    """Send one delivery and return the status of a 2xx answer. Raises NotDelivered."""
    target = read_address(url, allow_plain=settings.demo)
    if target is None:
        raise NotDelivered('address')
    allowed = read_allow_list(settings.webhook_hosts)
    if target.host not in allowed:
        raise NotDelivered('host')
    at = int(moment.timestamp())
    headers = {
        'Host': target.host if target.port in (80, 443) else f'{target.host}:{target.port}',
        'Content-Type': 'application/json',
        'User-Agent': 'Motcua-Webhooks/1',
        'webhook-id': delivery_id,
        'webhook-timestamp': str(at),
        'webhook-signature': signature(secret, delivery_id, at, body),
    }
    try:
        async with asyncio.timeout(SECONDS):
            address = await resolve(target, allowed[target.host])
            status = await _post(target, address, headers, body, context)
    except TimeoutError as error:
        raise NotDelivered('time') from error
    if not 200 <= status < 300:
        raise NotDelivered('answer', status)
    return status


async def resolve(target: Target, network: Network | None) -> Address:
    """Return the address to connect to. One address among several that may not be spoken to refuses them all.

    Raises:
        NotDelivered: there is none, or one that may not be spoken to.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(target.host, target.port, type=SOCK_STREAM)
    except (gaierror, UnicodeError) as error:
        raise NotDelivered('resolve') from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition('%')[0]) for entry in found]
    if network is not None:
        addresses = [one for one in addresses if one.version == network.version]
    if not addresses or not all(may_go(one, network) for one in addresses):
        raise NotDelivered('inner')
    return addresses[0]


async def _post(
    target: Target, address: Address, headers: dict[str, str], body: bytes, context: ssl.SSLContext | None
) -> int:
    """Post to the address itself; the certificate must be the host's. The answer's body is never read."""
    place = f'[{address}]' if address.version == 6 else str(address)
    url = f'{target.scheme}://{place}:{target.port}{target.path}'
    tls = context or ssl.create_default_context()
    client = httpx.AsyncClient(verify=tls, trust_env=False, follow_redirects=False, timeout=SECONDS)
    try:
        async with client:
            request = client.build_request(
                'POST', url, content=body, headers=headers, extensions={'sni_hostname': target.host}
            )
            answer = await client.send(request, stream=True)
            await answer.aclose()
    except httpx.TimeoutException as error:
        raise NotDelivered('time') from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise NotDelivered('connect') from error
    return answer.status_code
