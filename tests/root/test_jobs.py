"""Background loops."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app import jobs


@pytest.fixture(autouse=True)
async def only_our_loops(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(jobs, 'LOOPS', {})
    yield
    await jobs.stop()


async def test_a_loop_runs_at_the_start_and_again_when_woken() -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()

    @jobs.loop(every=timedelta(hours=1), name='mail')
    async def work() -> None:
        await runs.put(1)

    jobs.start()
    await asyncio.wait_for(runs.get(), 5)
    jobs.wake('mail')
    await asyncio.wait_for(runs.get(), 5)


async def test_waking_while_it_works_makes_it_work_once_more() -> None:
    begun, go_on, runs = asyncio.Event(), asyncio.Event(), 0

    @jobs.loop(every=timedelta(hours=1), name='mail')
    async def work() -> None:
        nonlocal runs
        runs += 1
        begun.set()
        await go_on.wait()

    jobs.start()
    await begun.wait()
    begun.clear()
    jobs.wake('mail')
    go_on.set()
    await asyncio.wait_for(begun.wait(), 5)
    assert runs == 2


async def test_a_loop_runs_again_after_its_interval() -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()

    @jobs.loop(every=timedelta(milliseconds=10))
    async def work() -> None:
        await runs.put(1)

    jobs.start()
    for _ in range(3):
        await asyncio.wait_for(runs.get(), 5)


async def test_a_failing_loop_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()

    @jobs.loop(every=timedelta(milliseconds=5), name='breaks')
    async def work() -> None:
        await runs.put(1)
        raise ValueError

    jobs.start()
    for _ in range(3):
        await asyncio.wait_for(runs.get(), 5)
    assert caplog.text.count('unexpected error in loop breaks') >= 2


async def test_it_waits_longer_after_each_failure_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    each = jobs.Loop('x', work=asyncio.Event().wait, every=2.0)
    monkeypatch.setattr(jobs.asyncio, 'sleep', sleep)
    for failures in (1, 2, 3, 50):
        each.failures = failures
        await each._wait()
    assert waits == [4, 8, 16, jobs.LONGEST_WAIT]


async def test_stopping_ends_every_loop() -> None:
    ended = asyncio.Event()

    @jobs.loop(every=timedelta(hours=1))
    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    jobs.start()
    await asyncio.sleep(0)
    await jobs.stop()
    assert ended.is_set()
    assert not jobs._running


def test_waking_what_does_not_run_is_nothing() -> None:
    jobs.wake('no such loop')


async def test_a_loop_whose_work_lost_the_cancellation_still_ends() -> None:
    runs, is_working = 0, asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        is_working.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    task = asyncio.create_task(jobs.Loop('stubborn', work, 0.001).run())
    await is_working.wait()
    task.cancel()
    await asyncio.wait_for(task, 5)
    assert runs == 1
