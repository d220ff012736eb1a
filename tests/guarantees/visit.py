"""Live pages held open by hand, and all that a server keeps, to be compared before and after an attack."""

import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import socketio

from tests.guarantees.attacker import Page, Server, connected, read_page, settle

MOVING = {'session': ('seen_at',)}
"""Columns that change by themselves while a page is open."""
READS = ('paper_read',)
"""Tables that note who looked at something."""
Rows = dict[str, list[tuple[Any, ...]]]
Kept = tuple[Rows, list[str]]


HERE = '127.0.0.1'


@dataclass
class Person:
    """Somebody with a session."""

    account_id: str
    cookies: dict[str, str]


@dataclass
class House:
    """The laboratory server with everything that it keeps."""

    server: Server
    folder: Path
    read_lines: int = 0
    address: str = HERE
    """Where we come from: everything that begins with 127 is this machine."""

    def http(self, cookies: dict[str, str] | None = None, **options: Any) -> httpx.AsyncClient:
        """Return a browser without a screen, with these cookies, that comes from our own pages."""
        own = {'Origin': self.server.url}
        url = self.server.url
        way = httpx.AsyncHTTPTransport(verify=False, local_address=self.address)
        return httpx.AsyncClient(
            base_url=url, cookies=cookies, headers=own, transport=way, **{'timeout': 30, **options}
        )

    async def ask(self, path: str) -> dict[str, Any]:
        """Open one of the laboratory's doors."""
        async with self.http() as http:
            return dict((await http.get(f'/lab{path}')).raise_for_status().json() or {})

    async def person(self, path: str) -> Person:
        """Make somebody who is signed in: ``officer/intake/H55.242`` or ``citizen``."""
        async with self.http() as http:
            made = (await http.get(f'/lab/{path}')).raise_for_status().json()
            return Person(made['account_id'], dict(http.cookies))

    def rows(self) -> Rows:
        """Return every row of every table."""
        with closing(sqlite3.connect(f'file:{self.folder / "motcua.db"}?mode=ro', uri=True)) as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: _table(db, name) for name in sorted(names) if name not in READS}

    def one(self, query: str, *values: object) -> Any:
        """Return the first value that a query finds, None for nothing."""
        with closing(sqlite3.connect(f'file:{self.folder / "motcua.db"}?mode=ro', uri=True)) as db:
            row = db.execute(query, values).fetchone()
        return row[0] if row else None

    async def received(self) -> int:
        """Return how many events have come in."""
        return int((await self.ask('/counts')).get('received', 0))

    def files(self) -> list[str]:
        """Return what lies in the folder of files."""
        return sorted(str(file) for file in (self.folder / 'files').rglob('*') if file.is_file())

    def kept(self) -> 'Kept':
        """Return everything that lasts."""
        return self.rows(), self.files()

    def incidents(self) -> list[str]:
        """Return the lines of the log since the last time that tell of an unexpected error."""
        lines = self.server.logged().splitlines()
        new, self.read_lines = lines[self.read_lines :], len(lines)
        return [line for line in new if '"level": "error"' in line or 'Traceback' in line]


def _table(db: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in db.execute(f'PRAGMA table_info("{name}")')]
    wanted = ', '.join(f'"{column}"' for column in columns if column not in MOVING.get(name, ()))
    return sorted(db.execute(f'SELECT {wanted} FROM "{name}"'), key=repr)


def changed(before: Rows, after: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows that one has and the other has not, by table: what a failing test should show."""
    tables = before.keys() | after.keys()
    found = {t: [r for r in after.get(t, []) if r not in before.get(t, [])] for t in tables}
    gone = {f'{t} (gone)': [r for r in before.get(t, []) if r not in after.get(t, [])] for t in tables}
    return {table: rows for table, rows in {**found, **gone}.items() if rows}


def unchanged(house: House, before: Kept) -> None:
    """Assert that rows and files are what they were."""
    rows, files = house.kept()
    assert not changed(before[0], rows)
    assert files == before[1]


@dataclass(frozen=True)
class Listener:
    """Something on a page that hears events."""

    element: int
    kind: str
    id: str


@dataclass
class Visit:
    """A live page that follows what the server draws."""

    house: House
    page: Page
    socket: socketio.AsyncClient
    heard: list[str] = field(default_factory=list)
    """Everything that the server said, as text."""

    @property
    def elements(self) -> dict[int, dict[str, Any]]:
        """The elements as they are now."""
        return self.page.elements

    def listeners(self) -> list[Listener]:
        """Return all that hears events now."""
        return [
            Listener(number, event['type'], event['listener_id'])
            for number, element in self.elements.items()
            for event in element.get('events', ())
        ]

    def message(self, listener: Listener, *args: object, client_id: str | None = None) -> dict[str, Any]:
        """Return the message by which a browser would report an event; a text in ``Raw`` goes as it is."""
        texts = [arg.text if isinstance(arg, Raw) else json.dumps(arg) for arg in args]
        owner = client_id or self.page.client_id
        return {'id': listener.element, 'client_id': owner, 'listener_id': listener.id, 'args': texts}

    async def send(self, listener: Listener, *args: object) -> None:
        """Report an event and wait until it is handled."""
        await self.emit(listener, *args)
        await self.quiet()

    async def emit(self, listener: Listener, *args: object) -> None:
        """Report an event and go on at once."""
        await self.socket.emit('event', self.message(listener, *args))

    async def quiet(self) -> None:
        """Wait until everything that was sent is handled and its effect was heard."""
        await settle(self.socket)
        await self.house.ask('/quiet')
        await settle(self.socket)

    def inside(self, number: int) -> Iterator[int]:
        """Yield an element and everything that lies in it."""
        yield number
        element = self.elements.get(number, {})
        slots = [child for slot in element.get('slots', {}).values() for child in slot.get('ids', ())]
        for child in (*element.get('children', ()), *slots):
            yield from self.inside(child)

    def find(self, kind: str, label: str | None = None, *, within: int | None = None, **props: object) -> Listener:
        """Return the listener of an event on an element with this label and these properties. Raises LookupError."""
        wanted = {**({'label': label} if label else {}), **props}
        among = None if within is None else set(self.inside(within))
        for listener in self.listeners():
            own = self.elements[listener.element].get('props', {})
            is_there = among is None or listener.element in among
            if is_there and listener.kind == kind and all(own.get(name) == value for name, value in wanted.items()):
                return listener
        raise LookupError(f'{kind} {wanted}')

    def questions(self, within: int = 0) -> list[Listener]:
        """Return what can be answered inside an element; on the whole page by default."""
        among = set(self.inside(within)) if within else self.elements.keys()
        return [each for each in self.listeners() if each.kind == 'change' and each.element in among]

    def said(self, words: str) -> bool:
        """Tell whether the server has said these words since the page was opened."""
        return any(words in text for text in self.heard[1:])

    def dialog(self) -> int:
        """Return the dialog that is open. Raises LookupError."""
        for number, element in self.elements.items():
            if 'heading' in element.get('props', {}) and any(e['type'] == 'dismiss' for e in element.get('events', ())):
                return number
        raise LookupError('no dialog is open')

    async def press(self, label: str, *, within: int | None = None) -> None:
        """Press a button."""
        await self.send(self.find('press', label, within=within))

    async def answer(self, name: str, value: object, *, within: int = 0) -> None:
        """Answer a question; in a dialog its name stands behind that of the act."""
        wanted = [q for q in self.questions(within) if self.props(q)['name'].rpartition('.')[2] == name]
        await self.send(wanted[0], value, 1)

    def props(self, listener: Listener) -> dict[str, Any]:
        """Return the properties of a listener's element."""
        return dict(self.elements[listener.element].get('props', {}))

    def _drawn(self, data: dict[str, Any]) -> None:
        for key, element in data.items():
            if key == '_id':
                continue
            if element is None:
                self.elements.pop(int(key), None)
            else:
                self.elements[int(key)] = element


@dataclass(frozen=True)
class Raw:
    """A text to send as it is, where JSON is expected."""

    text: str


@asynccontextmanager
async def visiting(house: House, path: str, cookies: dict[str, str] | None = None) -> AsyncIterator[Visit]:
    """Open a page and keep it open, as the browser that has these cookies."""
    sent = dict(cookies or {})
    async with house.http(sent) as http:
        response = await http.get(path)
        response.raise_for_status()
        page = Page(house.server, *read_page(response.text), {**sent, **dict(http.cookies)})
    heard: list[str] = [response.text]
    visits: list[Visit] = []
    waiting: list[dict[str, Any]] = []

    def drawn(data: dict[str, Any]) -> None:
        visits[0]._drawn(data) if visits else waiting.append(data)

    async def all_else(event: str, data: object = None) -> None:
        heard.append(json.dumps([event, data], ensure_ascii=False))
        if event == 'update' and isinstance(data, dict):
            drawn(data)

    async with connected(page, on={'*': all_else}) as socket:
        visit = Visit(house, page, socket, heard)
        visits.append(visit)
        for data in waiting:
            visit._drawn(data)
        yield visit
