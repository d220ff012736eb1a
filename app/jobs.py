"""Background loops of the process: started when the database is open, stopped with it, retried when they fail."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from app.log import incident, log

Work = Callable[[], Awaitable[object]]
AnyWork = TypeVar('AnyWork', bound=Work)
LONGEST_WAIT = 300.0
"""Seconds between tries of a loop that keeps failing."""


@dataclass
class Loop:
    """One piece of work, done again and again."""

    name: str
    work: Work
    every: float
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0

    async def run(self) -> None:
        """Work, then wait for the interval or the bell; after a failure wait longer each time."""
        while not is_cancelled():
            self.bell.clear()
            try:
                await self.work()
                self.failures = 0
            except Exception as error:
                self.failures += 1
                incident(error, f'loop {self.name}')
            await self._wait()

    async def _wait(self) -> None:
        if self.failures:
            await asyncio.sleep(min(self.every * 2 ** min(self.failures, 10), max(LONGEST_WAIT, self.every)))
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.bell.wait(), self.every)


def is_cancelled() -> bool:
    """Tell whether this task was told to stop.

    Before Python 3.12 ``asyncio.wait_for`` loses a cancellation that comes together with the answer.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


LOOPS: dict[str, Loop] = {}
_running: list[asyncio.Task[None]] = []


def loop(*, every: timedelta, name: str = '') -> Callable[[AnyWork], AnyWork]:
    """Register an async function without arguments to be run every so often while the service is up."""

    def register(work: AnyWork) -> AnyWork:
        key = name or getattr(work, '__name__', '')
        LOOPS[key] = Loop(key, work, every.total_seconds())
        return work

    return register


def wake(name: str) -> None:
    """Run a loop now, for example the mail worker right after a commit. A name that is not running is nothing."""
    if name in LOOPS:
        LOOPS[name].bell.set()


def start() -> None:
    """Start all registered loops on the running event loop."""
    for each in LOOPS.values():
        each.bell = asyncio.Event()
        each.failures = 0
        _running.append(asyncio.create_task(each.run(), name=f'loop {each.name}'))
    log.info('background loops started', extra={'loops': sorted(LOOPS)})


async def stop() -> None:
    """Cancel all loops and wait until each has ended."""
    for task in _running:
        task.cancel()
    await asyncio.gather(*_running, return_exceptions=True)
    _running.clear()
