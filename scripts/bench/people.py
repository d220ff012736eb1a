"""Many people with an open form who answer a question now and then, while others open pages."""

import asyncio
import html
import json
import re
import time
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx
import socketio

from scripts.bench.load import spread
from scripts.bench.servers import Running

SLUG = 'khai-sinh'
EVERY = 5.0
"""Seconds between two answers of one person."""
ARRIVALS = 5.0
"""Pages a second that others open."""


@dataclass(frozen=True)
class Crowd:
    """What so many connected people came to."""

    people: int
    p50: float
    p95: float
    events: int
    page_p50: float
    memory: float
    """MB of the server while they are there."""
    each: float
    """MB for each of them."""


class Person:
    """A browser without a screen: one live page and its socket."""

    def __init__(self, server: Running, number: int) -> None:
        self.server, self.number = server, number
        self.socket = socketio.AsyncClient(reconnection=False)

    async def come(self, token: str) -> None:
        """Open the form of a draft and connect its socket."""
        own = {'X-Forwarded-For': f'10.9.{self.number // 200}.{self.number % 200}'}
        async with httpx.AsyncClient(base_url=self.server.url, headers=own, timeout=60) as http:
            answer = await http.get(f'/nop/{SLUG}/{token}')
            text, cookies = answer.raise_for_status().text, dict(http.cookies)
        packed = re.search(r'parseElements\(String\.raw`(.*?)`\)', text, re.DOTALL)
        client = re.search(r"""["']client_id["']:\s*["']([^"']+)""", text)
        if packed is None or client is None:
            raise RuntimeError('no live page')
        elements: dict[str, Any] = json.loads(html.unescape(packed[1]))
        self.message = _question(elements, client[1])
        query = f'client_id={client[1]}&tab_id={uuid.uuid4()}&document_id={uuid.uuid4()}&next_message_id=0'
        sent = {**own, 'Cookie': '; '.join(f'{key}={value}' for key, value in cookies.items())}
        url = f'{self.server.url}/?{query}&implicit_handshake=true'
        await self.socket.connect(
            url, socketio_path='/_nicegui_ws/socket.io', transports=['websocket'], headers=sent, wait_timeout=30
        )

    async def answer(self, number: int) -> float:
        """Answer a question; returns the seconds until the server has heard it and said so."""
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        message = {**self.message, 'args': [json.dumps(f'An {number}'), json.dumps(number)]}
        start = time.perf_counter()
        await self.socket.emit('event', message, callback=lambda *_: heard.set_result(None))
        await asyncio.wait_for(heard, 30)
        return time.perf_counter() - start

    async def go(self) -> None:
        """Close the socket."""
        await self.socket.disconnect()
        if self.socket.eio.http and not self.socket.eio.http.closed:
            await self.socket.eio.http.close()


def _question(elements: dict[str, Any], client_id: str) -> dict[str, Any]:
    """Return the message that answers the first question of a page."""
    for number, element in elements.items():
        for event in element.get('events', ()):
            if event['type'] == 'change':
                return {'id': int(number), 'client_id': client_id, 'listener_id': event['listener_id']}
    raise RuntimeError('no question on the page')


async def crowd(server: Running, people: int, seconds: float) -> Crowd:
    """Let people come, answer for some seconds while others open pages, and go."""
    before = server.memory()
    tokens = await _drafts(server, people)
    everybody = [Person(server, number) for number in range(people)]
    async with AsyncExitStack() as stack:
        for person, token in zip(everybody, tokens, strict=True):
            await person.come(token)
            stack.push_async_callback(person.go)
        there = server.memory()
        until = time.perf_counter() + seconds
        pages = asyncio.create_task(_arrivals(server, until))
        waits = await asyncio.gather(*(_answering(person, until) for person in everybody))
        opened = await pages
    times = [each for waited in waits for each in waited]
    p50, p95 = spread(times)
    return Crowd(people, p50, p95, len(times), spread(opened)[0], there, (there - before) / people)


async def _drafts(server: Running, count: int) -> list[str]:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        found: list[str] = []
        for number in range(count):
            own = {'X-Forwarded-For': f'10.8.{number // 200}.7'}
            made = await http.post('/api/v1/drafts', json={'procedure': SLUG}, headers=own)
            found.append(made.raise_for_status().json()['token'])
        return found


async def _answering(person: Person, until: float) -> list[float]:
    random = Random(person.number)  # noqa: S311
    found: list[float] = []
    await asyncio.sleep(random.uniform(0, EVERY))
    while time.perf_counter() < until:
        found.append(await person.answer(len(found)))
        await asyncio.sleep(EVERY * random.uniform(0.8, 1.2))
    return found


async def _arrivals(server: Running, until: float) -> list[float]:
    """Open live pages at a steady pace, whether or not the last one has come."""
    found: list[float] = []

    async def arrive(http: httpx.AsyncClient, number: int) -> None:
        start = time.perf_counter()
        answer = await http.get(f'/nop/{SLUG}', headers={'X-Forwarded-For': f'10.7.{number // 100}.7'})
        answer.raise_for_status()
        found.append(time.perf_counter() - start)

    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http, asyncio.TaskGroup() as group:
        number = 0
        while time.perf_counter() < until:
            group.create_task(arrive(http, number))
            number += 1
            await asyncio.sleep(1 / ARRIVALS)
    return found
