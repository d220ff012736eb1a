"""Buckets for working minutes: exact up to an hour, beyond it each three per cent wider than the one before.

A percentile read from them is off by at most one and a half per cent (half a bucket), however many dossiers are counted.
"""

from collections.abc import Mapping
from math import ceil, exp, floor, log

EXACT = 60
"""Minutes up to which each has a bucket of its own."""
_WIDTH = log(1.03)
MOST = 700
"""The last bucket: more than any term."""


def bucket_of(minutes: int) -> int:
    """Return the bucket of so many working minutes."""
    if minutes < EXACT:
        return max(0, minutes)
    return min(MOST, EXACT + floor(log(minutes / EXACT) / _WIDTH + 1e-9))


def minutes_of(bucket: int) -> float:
    """Return the minutes that stand for a bucket: its (geometric) middle."""
    return float(bucket) if bucket < EXACT else EXACT * exp((bucket - EXACT + 0.5) * _WIDTH)


def percentile(buckets: Mapping[int, int], share: float) -> float | None:
    """Return the working minutes within which this share of the dossiers was resolved; None without any."""
    whole = sum(buckets.values())
    rank, seen = max(1, ceil(whole * share)), 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if whole > 0 and seen >= rank:
            return minutes_of(bucket)
    return None
