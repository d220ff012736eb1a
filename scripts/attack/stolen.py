"""Somebody knows the id of a page that is not theirs: it must be worth nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import socketio

from scripts.attack.client import (
    ARGUMENTS,
    EVIL,
    SETTLED,
    Attack,
    Cookies,
    Ear,
    Wire,
    lets_in,
    opened,
)
from tests.guarantees.attacker import Page, connected

Thief = Callable[[Attack, Page, str], AbstractAsyncContextManager[socketio.AsyncClient]]


@asynccontextmanager
async def _without_cookies(_attack: Attack, victim: Page, _path: str) -> AsyncIterator[socketio.AsyncClient]:
    async with connected(victim, cookies={}, handshake=False) as socket:
        yield socket


@asynccontextmanager
async def _other_browser(attack: Attack, _victim: Page, _path: str) -> AsyncIterator[socketio.AsyncClient]:
    async with connected(await opened(attack, '/nop')) as socket:
        yield socket


@asynccontextmanager
async def _other_page(attack: Attack, victim: Page, path: str) -> AsyncIterator[socketio.AsyncClient]:
    async with connected(await opened(attack, path, victim.cookies)) as socket:
        yield socket


THIEVES: dict[str, Thief] = {
    'a socket without cookies that never shook hands': _without_cookies,
    "another browser's socket": _other_browser,
    'the socket of another page of the same browser': _other_page,
}


async def stolen_events(attack: Attack, path: str, wire: Wire, cookies: Cookies | None = None) -> None:
    """Send events of somebody's page from elsewhere; each time the same event of its own browser then has its effect."""
    attack.group = 'Stolen events'
    for how, thief in THIEVES.items():
        came, answered = await _steal(attack, path, await opened(attack, path, cookies), wire, thief)
        detail = f'{came} messages to the page; {answered} when its own browser sends the same'
        attack.tell(f'`{path}`: an event sent by {how} does nothing', came == 0 < answered, detail)
    await _sockets(attack, path, await opened(attack, path, cookies))


async def _steal(attack: Attack, path: str, victim: Page, wire: Wire, thief: Thief) -> tuple[int, int]:
    """Return how many messages the victim's page got for a stolen event, and then for the same one of its own."""
    ear, message = Ear(), wire.message(victim, ARGUMENTS[wire.kind])
    async with connected(victim, on=ear.on()) as own:
        await asyncio.sleep(SETTLED)
        async with thief(attack, victim, path) as stranger:
            came = await ear.after(stranger, message)
        return came, await ear.after(own, message)


async def _sockets(attack: Attack, path: str, page: Page) -> None:
    shut = {
        'without its cookies': await lets_in(page, cookies={}),
        'with an invented cookie': await lets_in(page, cookies={'motcua_visit': 'x' * 32}),
        "to another site's script": await lets_in(page, headers={'Origin': EVIL}),
    }
    own = await lets_in(page, headers={'Origin': attack.server.url})
    for whom, given in shut.items():
        attack.tell(
            f'`{path}`: no socket is given {whom}', own and not given, 'its own browser gets one' if own else ''
        )
