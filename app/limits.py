"""Limits against guessing and flooding: so many tries in so many minutes, counted in a moving window."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from app import crypto
from app.clock import now
from app.errors import TooMany

SWEEP = 60.0
"""Seconds between two looks for tries that count no more."""


@dataclass
class _Window:
    """The tries of one key that count, the oldest first."""

    seconds: float
    tries: deque[float] = field(default_factory=deque)

    def drop_old(self, moment: float) -> None:
        while self.tries and self.tries[0] < moment - self.seconds:
            self.tries.popleft()


_windows: dict[str, _Window] = {}
_swept = 0.0


async def hit(name: str, *keys: str | None, times: int, minutes: int) -> None:
    """Count one try of ``name`` by whoever the keys say (an address, an account); they are kept as a keyed hash only.

    Raises:
        TooMany: this would be one more than ``times`` in the last ``minutes``; it says how long to wait.
    """
    if wait := _counted(_key(name, keys), times, minutes * 60):
        raise TooMany(minutes=min(max(ceil(wait / 60), 1), minutes))


async def within(name: str, *keys: str | None, limits: Sequence[tuple[int, int]]) -> bool:
    """Count one ``name`` and tell whether it stays within all limits (times, minutes): for what is put off, not refused."""
    return not any(_counted(_key(f'{name}:{minutes}', keys), times, minutes * 60) for times, minutes in limits)


def _counted(key: str, times: int, seconds: float) -> float:
    """Count one try and return 0; where it would be one too many, return how many seconds until it would not."""
    moment = now().timestamp()
    _sweep(moment)
    window = _windows.setdefault(key, _Window(seconds))
    window.drop_old(moment)
    if len(window.tries) >= times:
        return max(window.tries[0] + seconds - moment, 1.0)
    window.tries.append(moment)
    return 0.0


def _sweep(moment: float) -> None:
    """Forget those of whom no try counts any more, so that many who come once fill no memory."""
    global _swept
    if abs(moment - _swept) < SWEEP:
        return
    _swept = moment
    for key, window in list(_windows.items()):
        window.drop_old(moment)
        if not window.tries:
            del _windows[key]


async def clear(name: str, *keys: str | None) -> None:
    """Forget the tries of ``name``: the right person came."""
    _windows.pop(_key(name, keys), None)


async def forget_all() -> None:
    """Forget every try: the demonstration and the tests start anew."""
    _windows.clear()


def _key(name: str, keys: tuple[str | None, ...]) -> str:
    return crypto.mac('limit', name, *(key or '' for key in keys))
