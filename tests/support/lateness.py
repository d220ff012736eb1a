"""By how much an event loop stands still, told apart from a machine that has more to do than it can."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Lateness:
    """By how much the event loop was late at worst, and beside it a thread that has nothing to do with it."""

    loop: float = 0.0
    beside: float = 0.0
    ended: bool = False

    @property
    def own(self) -> float:
        """What is not the machine's: on one with more to do than it can everything is late."""
        return max(0.0, self.loop - self.beside)


@asynccontextmanager
async def watching_the_loop() -> AsyncIterator[Lateness]:
    """Note by how much the event loop is late."""
    late = Lateness()

    async def watch() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.02)
            late.loop = max(late.loop, time.perf_counter() - begun - 0.02)

    def beside() -> None:
        while not late.ended:
            begun = time.perf_counter()
            time.sleep(0.02)
            late.beside = max(late.beside, time.perf_counter() - begun - 0.02)

    thread, task = threading.Thread(target=beside), asyncio.create_task(watch())
    thread.start()
    try:
        yield late
    finally:
        late.ended = True
        task.cancel()
        thread.join()
