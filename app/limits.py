"""Limits against guessing and flooding: so many tries in so many minutes, counted in a moving window."""

import asyncio
from collections.abc import Sequence
from math import ceil

from limits.aio.storage import MemoryStorage

from app import crypto
from app.clock import now
from app.errors import TooMany

_counts = MemoryStorage()
_loop: asyncio.AbstractEventLoop | None = None


def _ours() -> MemoryStorage:
    """Return the counts for the running event loop: locks of one that has ended are let go of."""
    global _loop
    if (running := asyncio.get_running_loop()) is not _loop:
        _counts.locks.clear()
        _loop = running
    return _counts


async def hit(name: str, *keys: str | None, times: int, minutes: int) -> None:
    """Count one try of ``name`` by whoever the keys say (an address, an account); they are kept as a keyed hash only.

    Raises:
        TooMany: this would be one more than ``times`` in the last ``minutes``; it says how long to wait.
    """
    key, seconds = _key(name, keys), minutes * 60
    if await _ours().acquire_entry(key, times, seconds):
        return
    first, _ = await _ours().get_moving_window(key, times, seconds)
    left = ceil((first + seconds - now().timestamp()) / 60)
    raise TooMany(minutes=min(max(left, 1), minutes))


async def within(name: str, *keys: str | None, limits: Sequence[tuple[int, int]]) -> bool:
    """Count one ``name`` and tell whether it stays within all limits (times, minutes): for what is put off, not refused."""
    for times, minutes in limits:
        if not await _ours().acquire_entry(_key(f'{name}:{minutes}', keys), times, minutes * 60):
            return False
    return True


async def clear(name: str, *keys: str | None) -> None:
    """Forget the tries of ``name``: the right person came."""
    _counts.events[_key(name, keys)] = []  # emptied, not taken out: what tidies up in the background may be at this key


async def forget_all() -> None:
    """Forget every try: the demonstration and the tests start anew."""
    for key in list(_counts.events):
        _ours().events[key] = []


def _key(name: str, keys: tuple[str | None, ...]) -> str:
    return crypto.mac('limit', name, *(key or '' for key in keys))
