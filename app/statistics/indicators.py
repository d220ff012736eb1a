"""THE list of figures that are told, in their order: how each follows from the counts, and where its rule is explained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.statistics.present import Present
from app.statistics.published import FEWEST
from app.statistics.queries import Figures

Value = int | float | None


@dataclass(frozen=True)
class Indicator:
    """One figure. ``kind``: count, percent (whole, never rounded up) or minutes. ``main``: shown large."""

    key: str
    kind: str
    value: Callable[[Figures], Value]
    rule: str
    """Part of the page that explains it."""
    main: bool = False


def share(part: int, whole: int) -> int | None:
    """Return a whole percentage, never rounded up; None of too few to say."""
    return 100 * part // whole if whole >= FEWEST else None


def _count(name: str) -> Callable[[Figures], Value]:
    return lambda f: f.counts[name]


def _share(*parts: str, of: Callable[[Figures], int]) -> Callable[[Figures], Value]:
    return lambda f: share(sum(f.counts[name] for name in parts), of(f))


NOT_YET = frozenset({'paid_online'})
"""Figures of what the service does not do yet: said so, never told as nought."""
INDICATORS = (
    Indicator('received', 'count', lambda f: f.counts.received, 'tiep-nhan', main=True),
    Indicator('resolved', 'count', lambda f: f.counts.resolved, 'giai-quyet', main=True),
    Indicator('in_time', 'percent', _share('early', 'on_time', of=lambda f: f.counts.judged), 'dung-han', main=True),
    Indicator('answered', 'percent', _share('kept', of=lambda f: f.counts['kept'] + f.counts['missed']), 'gio-tiep-nhan', main=True),
    Indicator('median', 'minutes', lambda f: f.median, 'thoi-gian', main=True),
    Indicator('ninetieth', 'minutes', lambda f: f.ninetieth, 'thoi-gian'),
    Indicator('online', 'percent', _share('received_online', of=lambda f: f.counts.received), 'truc-tuyen', main=True),
    Indicator('electronic', 'percent', _share('electronic', of=lambda f: f.counts.resolved), 'dien-tu'),
    Indicator('reused', 'percent', _share('reused', of=lambda f: f.counts.received), 'dung-lai'),
    Indicator('paid_online', 'percent', lambda _f: None, 'thanh-toan'),
    Indicator('accepted', 'count', _count('accepted'), 'tiep-nhan'),
    Indicator('asked', 'count', _count('asked'), 'bo-sung'),
    Indicator('refused', 'count', _count('refused'), 'ket-thuc'),
    Indicator('withdrawn', 'count', _count('withdrawn'), 'ket-thuc'),
    Indicator('stopped', 'count', _count('stopped'), 'ket-thuc'),
    Indicator('returned', 'count', _count('returned'), 'giai-quyet'),
    Indicator('apologies', 'count', _count('apologies'), 'xin-loi'),
    Indicator('corrected', 'count', _count('corrected'), 'giai-quyet'),
    Indicator('revoked', 'count', _count('revoked'), 'giai-quyet'),
)  # fmt: skip


def values(found: Figures) -> Mapping[str, Value]:
    """Return every figure by its key."""
    return {one.key: one.value(found) for one in INDICATORS}


def standing(now: Present) -> Mapping[str, int]:
    """Return how the work stands now, by key."""
    return {'open': now.open, 'waiting': now.waiting, 'processing': now.processing, 'paused': now.paused, 'overdue': now.overdue}  # fmt: skip
