"""A visitor who does not use a browser: reads a live page's HTML and speaks to its socket by hand."""

import asyncio
import html
import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import socketio

from tests.support.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    """A laboratory server in a process of its own."""

    url: str
    log: Path

    def logged(self) -> str:
        """Return all that the server wrote so far."""
        return self.log.read_text('utf-8')


@contextmanager
def lab(kind: str, folder: Path, module: str = 'tests.guarantees.lab', door: str = '/hits') -> Iterator[Server]:
    """Run a laboratory until the block ends; that of the attacks is ``guarded`` or ``bare``. ``door`` says that it is up."""
    port = free_port()
    log = folder / f'{kind}.log'
    command = [sys.executable, '-m', module, str(port), kind, str(folder / kind)]
    with log.open('w') as out, subprocess.Popen(command, cwd=REPOSITORY, stdout=out, stderr=out) as process:
        server = Server(f'http://127.0.0.1:{port}', log)
        try:
            _wait_until_up(server, process, door)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_up(server: Server, process: 'subprocess.Popen[bytes]', door: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            httpx.get(server.url + door, timeout=2).raise_for_status()
            return
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(server.logged()) from None
            time.sleep(0.1)


@dataclass
class Page:
    """A live page as its HTML tells it."""

    server: Server
    client_id: str
    elements: dict[int, dict[str, Any]]
    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def open(cls, server: Server, path: str = '/nop', **headers: str) -> Self:
        """Fetch a page as a new visitor."""
        async with httpx.AsyncClient(base_url=server.url) as http:
            response = await http.get(path, headers=headers)
            response.raise_for_status()
            return cls(server, *read_page(response.text), dict(http.cookies))

    def listener(self, name: str, event: str) -> tuple[int, str]:
        """Return the ids that an event of the element marked ``data-lab=name`` is sent with."""
        for number, element in self.elements.items():
            if element.get('props', {}).get('data-lab') == name:
                found = next(each for each in element['events'] if each['type'] == event)
                return number, found['listener_id']
        raise LookupError(name)

    def message(self, name: str, event: str, *args: object) -> dict[str, Any]:
        """Return the message by which a browser would report an event."""
        number, listener_id = self.listener(name, event)
        texts = [json.dumps(arg) for arg in args]
        return {'id': number, 'client_id': self.client_id, 'listener_id': listener_id, 'args': texts}


def read_page(text: str) -> tuple[str, dict[int, dict[str, Any]]]:
    """Return the client id and the elements that a page's HTML holds."""
    packed = re.search(r'parseElements\(String\.raw`(.*?)`\)', text, re.DOTALL)
    client = re.search(r"""["']client_id["']:\s*["']([^"']+)""", text)
    assert packed, 'no live page'
    assert client, 'no live page'
    return client[1], {int(key): value for key, value in json.loads(html.unescape(packed[1])).items()}


@asynccontextmanager
async def connected(
    page: Page,
    *,
    cookies: dict[str, str] | None = None,
    handshake: bool = True,
    headers: dict[str, str] | None = None,
    on: dict[str, Callable[..., Any]] | None = None,
) -> AsyncIterator[socketio.AsyncClient]:
    """Open a socket for a page; by default as its own browser would. ``on`` hears what the server says, by event.

    Raises ConnectionError when it is refused.
    """
    sent = page.cookies if cookies is None else cookies
    text = f'client_id={page.client_id}&tab_id={uuid.uuid4()}&document_id={uuid.uuid4()}&next_message_id=0'
    text += '&implicit_handshake=true' if handshake else ''
    client = socketio.AsyncClient(reconnection=False)
    for event, handler in (on or {}).items():
        client.on(event, handler)
    cookie = {'Cookie': '; '.join(f'{key}={value}' for key, value in sent.items())} if sent else {}
    try:
        await client.connect(
            f'{page.server.url}/?{text}',
            socketio_path='/_nicegui_ws/socket.io',
            transports=['websocket'],
            headers=cookie | (headers or {}),
            wait_timeout=60,
        )
        yield client
        await settle(client)
    finally:
        await client.disconnect()
        if client.eio.http and not client.eio.http.closed:
            await client.eio.http.close()


async def settle(client: socketio.AsyncClient) -> None:
    """Wait until the server has handled what was sent so far: it takes messages in order and answers this one."""
    answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    nothing = {'client_id': 'nobody', 'next_message_id': 0}
    await client.emit('ack', nothing, callback=lambda *_: answered.set_result(None))
    await asyncio.wait_for(answered, 60)


async def hits(server: Server) -> dict[str, Any]:
    """Return what reached the server's handlers."""
    async with httpx.AsyncClient() as http:
        return dict((await http.get(server.url + '/hits')).json())
