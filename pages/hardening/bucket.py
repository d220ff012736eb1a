"""A token bucket: so many at once, so many a second after that."""

import time
from collections import OrderedDict

KEPT = 20_000
"""Addresses remembered; the one seen longest ago is forgotten first."""


class Bucket:
    """Room for ``burst`` at once, refilled with ``rate`` a second. ``debt`` more may wait for their turn."""

    def __init__(self, rate: float, burst: float, debt: float = 0) -> None:
        self.rate, self.burst, self.debt = rate, burst, debt
        self.room = burst
        self.seen = time.monotonic()

    def take(self) -> float | None:
        """Return the seconds to wait for a turn (0 at once), or None when even the queue is full."""
        now = time.monotonic()
        self.room = min(self.burst, self.room + (now - self.seen) * self.rate)
        self.seen = now
        if self.room - 1 < -self.debt:
            return None
        self.room -= 1
        return max(0.0, -self.room / self.rate)


class Buckets:
    """One bucket for each address."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def allow(self, address: str) -> bool:
        """Count one for the address and tell whether it still has room."""
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = self._buckets[address] = Bucket(self.rate, self.burst)
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(address)
        return bucket.take() is not None
