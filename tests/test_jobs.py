"""Background loops end when they are told to."""

import asyncio
import contextlib

from app.jobs import Loop


async def test_a_loop_whose_work_lost_the_cancellation_still_ends() -> None:
    runs, is_working = 0, asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        is_working.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    task = asyncio.create_task(Loop('stubborn', work, 0.001).run())
    await is_working.wait()
    task.cancel()
    await asyncio.wait_for(task, 5)
    assert runs == 1
