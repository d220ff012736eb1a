"""Signals to open screens."""

import asyncio
from collections.abc import Callable

import pytest

from app import live


async def until(true: Callable[[], object]) -> None:
    """Let the loop run until something holds."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_listener_hears_its_topics_and_no_others() -> None:
    heard: list[frozenset[str]] = []

    async def listen(topics: frozenset[str]) -> None:
        heard.append(topics)

    ear = live.listen(['dossier:1', 'queue:a'], listen)
    live.signal('dossier:2')
    live.signal('dossier:1', 'queue:a')
    await until(lambda: heard)
    ear.stop()
    assert heard == [frozenset({'dossier:1', 'queue:a'})]
    assert live.listeners() == 0


async def test_a_burst_becomes_one_call_and_a_later_change_another() -> None:
    calls = 0

    async def listen(_topics: frozenset[str]) -> None:
        nonlocal calls
        calls += 1

    ear = live.listen(['x'], listen)
    for _ in range(1000):
        live.signal('x')
    await until(lambda: calls)
    live.signal('x')
    await until(lambda: calls == 2)
    ear.stop()
    live.signal('x')
    await asyncio.sleep(2 * live.GAP)
    assert calls == 2


async def test_a_slow_listener_is_never_called_twice_at_a_time() -> None:
    running = most = calls = 0

    async def listen(_topics: frozenset[str]) -> None:
        nonlocal running, most, calls
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        live.signal('x') if calls < 3 else None
        calls += 1
        running -= 1

    ear = live.listen(['x'], listen)
    live.signal('x')
    await until(lambda: calls >= 3)
    ear.stop()
    assert most == 1


async def test_a_failing_listener_is_logged_and_hears_again(caplog: pytest.LogCaptureFixture) -> None:
    calls = 0

    async def listen(_topics: frozenset[str]) -> None:
        nonlocal calls
        calls += 1
        raise ValueError

    ear = live.listen(['x'], listen)
    live.signal('x')
    await until(lambda: calls == 1)
    live.signal('x')
    await until(lambda: calls == 2)
    ear.stop()
    assert 'unexpected error in live' in caplog.text


async def test_a_loop_over_changes_gathers_them_and_stops_listening_at_its_end() -> None:
    changes = live.subscribe(['x', 'y'])
    first = asyncio.ensure_future(anext(changes))
    await until(live.listeners)
    live.signal('x', 'y')
    assert await first == {'x', 'y'}
    await changes.aclose()
    assert live.listeners() == 0
