"""One look at a place that a certificate names: of its authority's lists, or of who answers for it at this moment.

What comes is signed by the authority, so it may come over plain HTTP. Where it comes from is in a certificate, so the rules
of webhooks hold: public addresses on the usual ports, or a host whose inner network was named; the connection goes to the
very address that was looked at; no redirect is followed.
"""

import contextlib
import ssl
from dataclasses import dataclass

import httpx

from app.settings import Settings
from app.webhooks.allowed import Network, Target, read_address, read_allow_list
from app.webhooks.sending import NotDelivered, resolve

SECONDS = 8.0
"""For everything about one place."""
PORTS = frozenset({80, 443})
TROUBLE = (NotDelivered, TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TypeError)
"""What may come of it instead of an answer."""


@dataclass(frozen=True)
class Question:
    """What is posted to a place, and as what."""

    content: bytes
    media_type: str


async def fetched(settings: Settings, place: str, largest: int, question: Question | None = None) -> bytes:
    """Return what lies at a place, or its answer to a question. Raises one of ``TROUBLE``; ValueError: too much."""
    target = read_address(place, allow_plain=True)
    if target is None:
        raise NotDelivered('address')
    named = read_allow_list(settings.revocation_hosts)
    if target.host not in named and target.port not in PORTS:
        raise NotDelivered('host')
    return await _got(target, named.get(target.host), largest, question)


async def _got(target: Target, network: Network | None, largest: int, question: Question | None) -> bytes:
    address = await resolve(target, network)
    host = f'[{address}]' if address.version == 6 else str(address)
    headers = {
        'Host': target.host if target.port in PORTS else f'{target.host}:{target.port}',
        'User-Agent': 'Motcua/1',
        'Accept-Encoding': 'identity',
        **({'Content-Type': question.media_type} if question else {}),
    }
    url, content = f'{target.scheme}://{host}:{target.port}{target.path}', b''
    client = httpx.AsyncClient(
        verify=ssl.create_default_context(), trust_env=False, follow_redirects=False, timeout=SECONDS
    )
    async with client, contextlib.AsyncExitStack() as stack:
        request = client.build_request(
            'POST' if question else 'GET', url, content=question.content if question else None, headers=headers,
            extensions={'sni_hostname': target.host},
        )  # fmt: skip
        answer = await client.send(request, stream=True)
        stack.push_async_callback(answer.aclose)
        if answer.status_code != 200:
            raise NotDelivered('answer', answer.status_code)
        async for piece in answer.aiter_raw():
            content += piece
            if len(content) > largest:
                raise ValueError('too large')
    return content
