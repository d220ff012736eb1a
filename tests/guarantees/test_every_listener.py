"""Malformed events into every listener of every screen, as everybody who may open it: no incident, no illegal state."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.access import GRANTS, Permission
from app.i18n import words
from models.enums import Role
from pages import collect
from pages.shell import Route
from tests.guarantees.conftest import HOME
from tests.guarantees.invariants import BROKEN
from tests.guarantees.recording import FULL, Guarantee, dose, say
from tests.guarantees.test_bad_input import Forms
from tests.guarantees.test_handmade_events import NO_TEXTS, TEXTS
from tests.guarantees.visit import House, Listener, Person, Visit, visiting

PROMISE = 'G11'
KINDS = ('guest', 'opener', 'citizen', *Role)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=20), inner, max_size=5),
    max_leaves=20,
)


CHANCE = random.Random() if FULL else random.Random(8)
"""A small dose is the same every time; what a whole one finds is told by the incident's place in the log."""
ENVELOPES: tuple[Any, ...] = (None, -1, 10**15, True, '', 'x' * 5_000, [], [7], ['{'], {}, {'id': {}})


def invented(count: int) -> list[Any]:
    """Return so many JSON values that nobody thought of."""
    found: list[Any] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(JSON)
    def gather(value: Any) -> None:
        found.append(value)

    gather()
    return found


PAPER, SIGN = 'a-paper', [role for role in Role if Permission.PAPER_SIGN in GRANTS[role]]
"""Stands for a paper that waits for whoever opens it, one of those who sign."""
NAMED = {'/can-bo/phan-anh/{id}': ('id', 'feedback'), '/can-bo/danh-gia/{dossier_id}': ('dossier_id', 'rated')}
"""Screens whose gap holds something else than others of that name."""


def addresses(route: Route, ids: dict[str, str]) -> list[str]:
    """Return the addresses of a screen with what is there in its gaps; a form has several stops."""
    gap, other = NAMED.get(route.path, ('', ''))
    path = route.path.format(**{**ids, gap: ids.get(other, '')})
    stops = ('applicant', 'giay-to', 'xem-lai') if '{token}' in route.path else ()
    return [f'{path}?trang={stop}' for stop in stops] or [path]


@asynccontextmanager
async def opened(house: House, path: str, cookies: dict[str, str]) -> AsyncIterator[Visit | None]:
    """Open a screen; None where this person is not let in. How many pages one address may open is tried elsewhere."""
    await house.ask('/forget')
    house.address = f'127.0.{CHANCE.randrange(250)}.{CHANCE.randrange(1, 250)}'
    async with house.http(cookies) as http:
        answer = await http.get(path)
    if answer.status_code != 200 or 'parseElements' not in answer.text:
        assert answer.status_code in (303, 401, 403, 404), f'{path}: {answer.status_code}'
        yield None
        return
    async with visiting(house, path, cookies) as visit:
        yield visit


async def somebody(house: House, kind: str, dossier: dict[str, str]) -> Person:
    """Make somebody new of this kind."""
    if kind == 'guest':
        return Person('', {})
    if kind == 'opener':
        await house.ask('/forget')
        async with house.http() as http:
            form = await Forms.of(http, '/tra-cuu')
            await form.send(ma=dossier['number'], khoa=dossier['secret'])
            return Person('', dict(http.cookies))
    return await house.person('citizen' if kind == 'citizen' else HOME.format(kind))


async def with_paper(house: House, path: str, kind: str, person: Person) -> str:
    """Return the address of a paper that waits for this person, where one is asked for and they may sign."""
    if PAPER not in path or kind not in SIGN:
        return path
    await house.ask('/forget')
    return path.replace(PAPER, (await house.ask(f'/papers/{person.account_id}'))['document_id'])


async def flood(visit: Visit, values: list[Any], each: int) -> tuple[int, int]:
    """Send malformed events into every listener, then into those that appeared. Returns listeners and events."""
    known: set[Listener] = set()
    sent = 0
    for _ in range(2):
        new = [listener for listener in visit.listeners() if listener not in known]
        known |= set(new)
        for listener in new:
            for _ in range(each):
                await one_event(visit, listener, CHANCE.choice(values))
            sent += each
        await visit.quiet()
    return len(known), sent


async def one_event(visit: Visit, listener: Listener, value: Any) -> None:
    """Send one event; every fifth has a broken envelope as well."""
    message = visit.message(listener, *CHANCE.choice(((value,), (value, 1), (value, value, value), ())))
    if CHANCE.random() < 0.2:
        message[CHANCE.choice(tuple(message))] = CHANCE.choice(ENVELOPES)
    await visit.socket.emit('event', message)


@pytest.mark.timeout(300)
async def test_no_listener_of_any_screen_is_brought_down(
    house: House, dossier: dict[str, str], guarantee: Guarantee
) -> None:
    values = [*invented(dose(100, 2000)), *NO_TEXTS, *TEXTS]
    routes, seen, counts = collect().routes, set[str](), Counter[str]()
    before, shown = await house.ask('/counts'), await house.ask('/shown')
    kinds = KINDS if dose(0, 1) else ('guest', 'opener', 'admin', 'intake')
    for kind in kinds:
        draft = await house.ask('/draft')
        ids = {
            'slug': 'cap-giay-thu',
            'token': draft['token'],
            'id': dossier['id'],
            'dossier_id': dossier['id'],
            'document_id': PAPER,
            **shown,
        }
        for route in routes:
            for place in addresses(route, ids):
                person = await somebody(house, kind, dossier)
                path = await with_paper(house, place, kind, person)
                async with opened(house, path, person.cookies) as visit:
                    if visit is None:
                        continue
                    if path != place:
                        visit.find(
                            'press', words('vi')('signing.sign_paper')
                        )  # it is the paper that is open, not the list
                    listeners, events = await flood(visit, values, dose(1, 12))
                seen.add(route.path)
                counts.update(screens=1, listeners=listeners, events=events)
                say(f'{kind} {path}: {listeners} listeners, {counts["events"]} events so far')
        async with house.http(timeout=httpx.Timeout(30)) as http:
            assert (await http.get('/readyz')).status_code == 200
    found = house.incidents()
    assert not found, '\n'.join(found)
    assert {what for what, query in BROKEN.items() if house.one(query)} == set()
    if dose(0, 1):
        assert seen == {route.path for route in routes}, 'a screen that nobody could open was not tried'
    after = await house.ask('/counts')
    reached = after['accepted'] - before.get('accepted', 0)
    assert after['received'] - before.get('received', 0) >= counts['events']
    guarantee(
        PROMISE,
        happened=counts['events'],
        unit=f'events into {counts["listeners"]} listeners',
        fault=f'invented JSON and broken envelopes, on {counts["screens"]} screens as {len(kinds)} kinds of people; '
        f'{reached} were taken to be events at all',
        outcome='0 incidents, 0 rows in an illegal state, the service answers',
    )
