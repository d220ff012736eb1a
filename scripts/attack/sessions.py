"""An officer's own page asks for what it was not given, or goes on after its session has ended."""

import asyncio

import socketio
from socketio.exceptions import SocketIOError

from scripts.attack.client import (
    ARGUMENTS,
    PATIENCE,
    SETTLED,
    SILENCE,
    Attack,
    Cookies,
    Ear,
    Wire,
    drawn_form,
    lets_in,
    opened,
    wires,
)
from tests.guarantees.attacker import Page, connected

DESK = '/can-bo'
LED_AWAY = 'open'
"""The one message that a page gets after its session: where to go."""


async def rows_not_given(attack: Attack, cookies: Cookies) -> None:
    """Ask a list of dossiers for rows that it does not show; a row that it shows opens."""
    attack.group = 'Rows that were not given'
    page, ear = await opened(attack, DESK, cookies), Ear()
    wire = next(each for each in wires(page) if each.kind == 'open')
    given = page.elements[wire.number]['props']['rows'][0]['id']
    async with connected(page, on=ear.on()) as own:
        await asyncio.sleep(SETTLED)
        answered = await ear.after(own, wire.message(page, given), PATIENCE)
        attack.tell('a row that is shown opens its dossier', answered > 0)
        for name, value in _rows(given).items():
            await ear.quiet()
            came = await ear.after(own, wire.message(page, value))
            attack.tell(f'{name} opens nothing', came == 0 < answered, f'{came} messages to the page')


def _rows(given: str) -> dict[str, object]:
    return {
        'an invented id': 'x' * 22,
        'a path': '../../x',
        'an id in a mapping': {'id': given},
        'an id in a list': [given],
        'an id with a blank': f'{given} ',
        'a number': 7,
        'nothing at all': None,
    }


async def after_sign_out(attack: Attack, wire: Wire, cookies: Cookies) -> None:
    """Sign out in one tab: the page in another takes no event, and nothing opens with the old cookie."""
    attack.group = 'After signing out'
    page, ear = await opened(attack, DESK, cookies), Ear()
    async with connected(page, on=ear.on()) as own:
        await asyncio.sleep(SETTLED)
        before = await ear.after(own, wire.message(page, ARGUMENTS[wire.kind]), PATIENCE)
        attack.tell('before it, an event has an effect', before > 0)
        await ear.quiet()
        await _sign_out(attack, cookies)
        sent = await _everything(own, page)
        await asyncio.sleep(SILENCE)
        came = [each for each in ear.heard if each != LED_AWAY]
        attack.tell(
            'a page that was open answers no event', sent > 0 and not came, f'{sent} events sent, {len(came)} answers'
        )
    async with attack.http(cookies) as http:
        answer = await http.get(DESK)
    attack.tell('the old cookie opens no page', answer.status_code == 303, f'{answer.status_code}')
    attack.tell('the old page gets no socket', not await lets_in(page))


async def _sign_out(attack: Attack, cookies: Cookies) -> None:
    async with attack.http(cookies) as http:
        fields = {'csrf': await drawn_form(http, '/tai-khoan')}
        answer = await http.post('/dang-xuat', data=fields, headers={'Origin': attack.server.url})
    attack.tell('the officer signs out', answer.status_code == 303, f'{answer.status_code}')


async def _everything(own: socketio.AsyncClient, page: Page) -> int:
    """Send each event of a page and return how many went before the socket was shut."""
    sent = 0
    for wire in wires(page):
        try:
            await own.emit('event', wire.message(page, ARGUMENTS.get(wire.kind)))
        except SocketIOError:
            break
        sent += 1
    return sent
