"""Keeps the garbage collector from stopping everybody: a full collection costs a millisecond for each open page."""

import asyncio
import gc
import time
from datetime import timedelta

from app import jobs
from pages.hardening import sockets

QUIET = 0.5
"""Seconds without an event that count as a quiet moment."""
PATIENCE = 120.0
"""Seconds after which a collection is due even if it is never quiet."""


def settle() -> None:
    """Set aside what lives as long as the process, and collect the oldest generation only when we choose to."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 1_000)
    gc.enable()


@jobs.loop(every=timedelta(seconds=60), name='memory')
async def collect() -> None:
    """Collect everything once a minute, waiting up to two minutes for a quiet moment."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        quiet_for = asyncio.get_running_loop().time() - sockets.last_event
        if quiet_for >= QUIET:
            break
        await asyncio.sleep(QUIET - quiet_for)
    gc.collect()
