"""The attacker's hands: pages read without a browser, sockets spoken to by hand, and an ear for what the server answers."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import socketio
from socketio.exceptions import ConnectionError as Refused

from tests.guarantees.attacker import Page, Server, connected, read_page, settle

EVIL = 'https://evil.example'
SETTLED = 1.0
"""Seconds in which a page that was just opened has said all it has to say."""
SILENCE = 2.5
"""Seconds without a message after which an event is taken to have had no effect; one that has answers in milliseconds."""
PATIENCE = 10.0
ARGUMENTS = {'find': 'khai sinh', 'pick': 'all'}
"""Events that are harmless and change what a page shows, and what they carry."""
Cookies = dict[str, str]


@dataclass(frozen=True)
class Check:
    """One thing that was tried."""

    group: str
    what: str
    held: bool
    detail: str


@dataclass
class Attack:
    """The server that is attacked, and what was found so far."""

    server: Server
    pid: int
    group: str = ''
    checks: list[Check] = field(default_factory=list)

    def tell(self, what: str, held: bool, detail: str = '') -> None:
        """Print one check and keep it."""
        self.checks.append(Check(self.group, what, held, detail))
        print('held  ' if held else 'BROKEN', what, f'({detail})' if detail else '', flush=True)

    def http(self, cookies: Cookies | None = None) -> httpx.AsyncClient:
        """Return a client that keeps cookies as a browser does, and follows no redirect."""
        return httpx.AsyncClient(base_url=self.server.url, cookies=cookies, timeout=60)

    def memory(self) -> int:
        """Return the server's resident memory in MB."""
        found = re.search(r'VmRSS:\s+(\d+)', Path(f'/proc/{self.pid}/status').read_text('utf-8'))
        return int(found[1]) // 1024 if found else 0


@dataclass(frozen=True)
class Wire:
    """An event of one element, the same on each page that is drawn from the same address."""

    number: int
    kind: str

    def message(self, page: Page, value: object) -> dict[str, Any]:
        """Return the message by which a browser would report this event of a page."""
        events = page.elements[self.number]['events']
        listener_id = next(each['listener_id'] for each in events if each['type'] == self.kind)
        return _message(page, self.number, listener_id, value)


class Ear:
    """Hears what the server sends to a page: ``connected(page, on=ear.on())``."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._came = asyncio.Event()

    def on(self) -> dict[str, Callable[..., Any]]:
        """Return the handler for messages of every kind."""

        async def hear(event: str, *_: object) -> None:
            self.heard.append(event)
            self._came.set()

        return {'*': hear}

    async def after(self, sender: socketio.AsyncClient, message: dict[str, Any], patience: float = SILENCE) -> int:
        """Send an event and return how many messages the page got for it: waits for the first, or for silence."""
        self.heard.clear()
        self._came.clear()
        await sender.emit('event', message)
        await settle(sender)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._came.wait(), patience)
        return len(self.heard)

    async def quiet(self) -> None:
        """Wait until the page has had all that is on its way."""
        while self.heard:
            self.heard.clear()
            await asyncio.sleep(SETTLED)


def _message(page: Page, number: int, listener_id: str, value: object) -> dict[str, Any]:
    return {'id': number, 'client_id': page.client_id, 'listener_id': listener_id, 'args': [json.dumps(value)]}


def wires(page: Page) -> Iterator[Wire]:
    """Return each event that an element of a page listens to."""
    for number, element in page.elements.items():
        for event in element.get('events', ()):
            yield Wire(number, event['type'])


async def opened(attack: Attack, path: str, cookies: Cookies | None = None) -> Page:
    """Open a live page as the browser that has these cookies, or as a new one."""
    async with attack.http(cookies) as http:
        response = await http.get(path)
        response.raise_for_status()
        return Page(attack.server, *read_page(response.text), (cookies or {}) | dict(http.cookies))


async def lets_in(page: Page, **how: Any) -> bool:
    """Tell whether the server gives a socket to a page."""
    try:
        async with connected(page, **how):
            return True
    except Refused:
        return False


async def wire_with_effect(attack: Attack, path: str, cookies: Cookies | None = None) -> Wire:
    """Return an event whose effect the page's own browser sees: only such a one shows that a stolen one has none.

    Raises LookupError when there is none.
    """
    page, ear = await opened(attack, path, cookies), Ear()
    async with connected(page, on=ear.on()) as own:
        await asyncio.sleep(SETTLED)
        for wire in wires(page):
            if wire.kind in ARGUMENTS and await ear.after(own, wire.message(page, ARGUMENTS[wire.kind]), PATIENCE):
                return wire
    raise LookupError(f'no event has an effect on {path}')


async def drawn_form(http: httpx.AsyncClient, path: str) -> str:
    """Open a page with a form and return the value of its hidden field."""
    found = re.search(r'name="csrf" value="([^"]+)"', (await http.get(path)).text)
    if found is None:
        raise LookupError(f'no form on {path}')
    return found[1]


async def sign_in(attack: Attack, person: str, after: str = '/') -> tuple[Cookies, str]:
    """Sign in as somebody of the demonstration; return the cookies and where the server leads next."""
    async with attack.http() as http:
        fields = {'csrf': await drawn_form(http, '/dang-nhap'), 'person': person, 'next': after}
        answer = await http.post('/dang-nhap/trinh-dien', data=fields, headers={'Origin': attack.server.url})
        if answer.status_code != 303:
            raise RuntimeError(f'{person} could not sign in: {answer.status_code}. Is this the demonstration?')
        return dict(http.cookies), answer.headers['location']
