"""Counts of this process for whoever watches it: requests, how long they took, lag of the event loop. Nothing of a person."""

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from app import jobs

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends in seconds, as Prometheus' own libraries have them."""
PROBE = 0.25
"""Seconds between two looks at the event loop."""


@dataclass
class Histogram:
    """How often something took how long."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds

    def lines(self, name: str) -> Iterable[str]:
        """Write it in the text format of Prometheus, buckets summed up."""
        sum_ = 0
        for end, count in zip((*map(str, BUCKETS), '+Inf'), self.counts, strict=True):
            sum_ += count
            yield f'{name}_bucket{{le="{end}"}} {sum_}'
        yield f'{name}_sum {self.total:.6f}'
        yield f'{name}_count {sum_}'


@dataclass
class Meter:
    """What was counted since the start."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By method and class of the answer: GET and 2xx."""
    seconds: Histogram = field(default_factory=Histogram)
    lag: Histogram = field(default_factory=Histogram)
    last_lag: float = 0.0
    leftovers: int = 0
    """Files removed that a kill had left behind."""

    def answered(self, method: str, status: int, seconds: float) -> None:
        """Count one request; methods that nobody uses count as one, so that nobody can fill the memory with names."""
        known = method if method in ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') else 'OTHER'
        self.requests[known, f'{status // 100}xx'] += 1
        self.seconds.add(seconds)


meter = Meter()


@jobs.loop(every=timedelta(seconds=PROBE), name='lag')
async def probe() -> None:
    """Measure how much later than asked for the event loop comes back."""
    loop = asyncio.get_running_loop()
    asked = loop.time()
    await asyncio.sleep(PROBE)
    meter.last_lag = max(0.0, loop.time() - asked - PROBE)
    meter.lag.add(meter.last_lag)
