"""Messages that no browser sends: they are dropped without an incident, and the page goes on."""

import asyncio
from collections.abc import Iterator
from typing import Any

from scripts.attack.client import ARGUMENTS, PATIENCE, SETTLED, Attack, Cookies, Ear, Wire, opened, wires
from tests.guarantees.attacker import Page, connected, settle

VALUES: tuple[object, ...] = (
    {'a': 1},
    [1],
    'x' * 200_000,
    1e308,
    -1,
    True,
    None,
    {'value': -1},
    '../../etc/passwd',
    {'value': 10**9, 'label': 'c'},
)
"""What each listener of a page is given."""
KINDS = ('event', 'ack', 'javascript_response', 'log', 'handshake')
FORGED = 'forged: administrator signed in'
TOO_FAST = 'faster than anybody can'
"""In the log when events were dropped unseen: then nothing is shown."""


def _shapes(good: dict[str, Any]) -> Iterator[object]:
    yield from (None, 7, 'x', [], {})
    wrong: dict[str, tuple[object, ...]] = {
        'id': ('x', True),
        'client_id': (['x'],),
        'listener_id': ({},),
        'args': (['{'], ['[' * 50 + ']' * 50], ['1'] * 99),
    }
    for name, values in wrong.items():
        yield from (good | {name: value} for value in values)


def _messages(page: Page) -> Iterator[tuple[str, object]]:
    for wire in wires(page):
        fits = str if wire.kind in ARGUMENTS else ()  # a search takes any text and may lead to another screen
        yield from (('event', wire.message(page, value)) for value in VALUES if not isinstance(value, fits))
    good = next(wires(page)).message(page, 'x')
    yield from ((kind, shape) for shape in _shapes(good) for kind in KINDS)
    yield 'log', {'client_id': page.client_id, 'level': 'warning', 'message': FORGED}


async def malformed_messages(attack: Attack, path: str, wire: Wire, cookies: Cookies | None = None) -> None:
    """Send everything wrong to every listener of a page, then something right."""
    attack.group = 'Malformed messages'
    before = attack.server.logged()
    page, ear = await opened(attack, path, cookies), Ear()
    messages = list(_messages(page))
    async with connected(page, on=ear.on()) as own:
        await asyncio.sleep(SETTLED)
        for kind, message in messages:
            await own.emit(kind, message)
        await settle(own)
        await ear.quiet()
        answered = await ear.after(own, wire.message(page, ARGUMENTS[wire.kind]), PATIENCE)
    _judge(attack, path, len(messages), answered, attack.server.logged().removeprefix(before))


def _judge(attack: Attack, path: str, sent: int, answered: int, said: str) -> None:
    incidents = said.count('unexpected error') + said.count('Traceback')
    attack.tell(f'`{path}`: after {sent} malformed messages the page still answers', answered > 0)
    attack.tell(f'`{path}`: none of them is an incident in the log', incidents == 0 and TOO_FAST not in said)
    attack.tell(f'`{path}`: a browser writes no line of the log', FORGED not in said)


def log_is_read(attack: Attack) -> None:
    """Make sure that the log is this server's own: else no incident would be seen in it."""
    attack.group = 'Malformed messages'
    said = attack.server.logged()
    attack.tell('the log that is searched is that of this server', 'serving' in said and attack.server.url in said)
