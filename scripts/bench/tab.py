"""A browser's tab without a screen: one live page and its socket, following what the server draws."""

import asyncio
import html
import json
import re
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import socketio

from scripts.bench.servers import Running

PATIENCE = 60.0
"""Seconds that the server may take for whatever is waited for."""
T = TypeVar('T')
Element = dict[str, Any]


class Tab:
    """One live page of one visitor with an address of their own."""

    def __init__(self, server: Running, address: str) -> None:
        self.server, self.own = server, {'X-Forwarded-For': address}
        self.elements: dict[int, Element] = {}
        self.cookies: dict[str, str] = {}
        self.said: list[str] = []
        """What the server had the browser do, as code."""
        self._drawn = asyncio.Event()
        self._answered: dict[str, int] = {}
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on('update', self._update)
        self.socket.on('run_javascript', self._say)

    def http(self) -> httpx.AsyncClient:
        """Return what the same browser fetches with."""
        return httpx.AsyncClient(base_url=self.server.url, headers=self.own, cookies=self.cookies, timeout=PATIENCE)

    async def open(self, path: str) -> None:
        """Fetch a live page and connect its socket."""
        async with self.http() as http:
            answer = await http.get(path)
            text, self.cookies = answer.raise_for_status().text, dict(http.cookies)
        packed = re.search(r'parseElements\(String\.raw`(.*?)`\)', text, re.DOTALL)
        client = re.search(r"""["']client_id["']:\s*["']([^"']+)""", text)
        if packed is None or client is None:
            raise RuntimeError('no live page')
        self.client_id = client[1]
        self.elements = {int(number): each for number, each in json.loads(html.unescape(packed[1])).items()}
        query = f'client_id={self.client_id}&tab_id={uuid.uuid4()}&document_id={uuid.uuid4()}&next_message_id=0'
        sent = {**self.own, 'Cookie': '; '.join(f'{key}={value}' for key, value in self.cookies.items())}
        url = f'{self.server.url}/?{query}&implicit_handshake=true'
        how = {'socketio_path': '/_nicegui_ws/socket.io', 'transports': ['websocket'], 'wait_timeout': 30}
        await self.socket.connect(url, headers=sent, **how)

    async def close(self) -> None:
        """Go away without a word, as people do."""
        await self.socket.disconnect()
        if self.socket.eio.http and not self.socket.eio.http.closed:
            await self.socket.eio.http.close()

    def find(self, event: str, **props: object) -> int | None:
        """Return the first element that hears an event and has these properties."""
        for number, element in self.elements.items():
            own = element.get('props', {})
            hears = any(each['type'] == event for each in element.get('events', ()))
            if hears and all(own.get(name) == value for name, value in props.items()):
                return number
        return None

    async def emit(self, number: int, event: str, *args: object) -> None:
        """Report an event, and wait until the server has heard it."""
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        listener = next(e['listener_id'] for e in self.elements[number]['events'] if e['type'] == event)
        message = {'id': number, 'client_id': self.client_id, 'listener_id': listener, 'args': [json.dumps(arg) for arg in args]}  # fmt: skip
        await self.socket.emit('event', message, callback=lambda *_: heard.set_result(None))
        await asyncio.wait_for(heard, PATIENCE)

    async def answer(self, name: str, value: object) -> None:
        """Answer a question, and wait until the server says that it is kept."""
        self._answered[name] = number = self._answered.get(name, 0) + 1
        question = self.find('change', name=name)
        if question is None:
            raise LookupError(name)
        kept = f'{json.dumps(name)}, {number}'
        await self.emit(question, 'change', value, number)
        await self.until(lambda: any('saved' in code and kept in code for code in self.said))

    async def until(self, wanted: Callable[[], T]) -> T:
        """Wait until something is so, looking whenever the server has drawn or said something; return what it is."""
        async with asyncio.timeout(PATIENCE):
            while not (found := wanted()):
                self._drawn.clear()
                await self._drawn.wait()
        return found

    def _update(self, data: dict[str, Any]) -> None:
        for number, element in data.items():
            if number.isdigit() and element is None:
                self.elements.pop(int(number), None)
            elif number.isdigit():
                self.elements[int(number)] = element
        self._drawn.set()

    def _say(self, data: dict[str, Any]) -> None:
        self.said.append(str(data.get('code')))
        self._drawn.set()
