"""Full collections wait for a quiet moment."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from pages.hardening import memory, sockets


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    sockets.last_event = 0.0
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_lives_for_ever_is_set_aside_and_the_oldest_generation_left_to_us() -> None:
    memory.settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[2] == 1_000


async def test_a_collection_waits_until_no_event_came_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, collected = asyncio.get_running_loop(), 0.0
    monkeypatch.setattr(memory, 'QUIET', 1.0)

    def collect() -> None:
        nonlocal collected
        collected = loop.time()

    monkeypatch.setattr(memory.gc, 'collect', collect)
    sockets.last_event = loop.time()
    task = asyncio.ensure_future(memory.collect())
    await asyncio.sleep(0.1)
    last = sockets.last_event = loop.time()
    await task
    assert collected - last >= 1.0


async def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(memory, 'PATIENCE', 0.0)
    monkeypatch.setattr(memory.gc, 'collect', lambda: calls.append(1))
    sockets.last_event = asyncio.get_running_loop().time() + 3600
    await memory.collect()
    assert calls == [1]
