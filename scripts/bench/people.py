"""Many people with an open form who answer a question now and then, while others open pages."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random

import httpx

from scripts.bench.load import spread
from scripts.bench.servers import Running
from scripts.bench.tab import Tab

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
    """Somebody who has the form of a draft open."""

    def __init__(self, server: Running, number: int) -> None:
        self.number, self.tab = number, Tab(server, f'10.9.{number // 200 % 250}.{number % 200}')

    async def come(self, token: str) -> None:
        """Open the form of a draft; the page may come before its content."""
        await self.tab.open(f'/nop/{SLUG}/{token}')
        self.question = await self.tab.until(lambda: self.tab.find('change') or 0)

    async def answer(self, number: int) -> float:
        """Answer a question; returns the seconds until the server has heard it and said so."""
        start = time.perf_counter()
        await self.tab.emit(self.question, 'change', f'An {number}', number)
        return time.perf_counter() - start

    async def go(self) -> None:
        """Go away."""
        await self.tab.close()


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


async def _drafts(server: Running, count: int, first: int = 0) -> list[str]:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        found: list[str] = []
        for number in range(first, first + count):
            own = {'X-Forwarded-For': f'10.8.{number // 20 % 250}.7'}
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


async def waves(server: Running, people: int, many: int, rest: float) -> list[float]:
    """Let so many people come, answer twice and go, wave after wave; returns the memory after each wave in MB."""
    found = []
    for wave in range(many):
        tokens = await _drafts(server, people, wave * people)
        async with AsyncExitStack() as stack:
            for number, token in enumerate(tokens):
                person = Person(server, wave * people + number)
                await person.come(token)
                stack.push_async_callback(person.go)
                for turn in (1, 2):
                    await person.answer(turn)
        await asyncio.sleep(rest)
        found.append(server.memory())
    return found
