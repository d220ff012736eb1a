"""Answers about what public pages show, given again while nothing of it has changed."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from app.clock import today
from app.db import public_changes

MOST = 400
"""Answers of one question; the oldest makes way."""
SECONDS = 10.0
"""No answer is older: another process that uses the same database tells nothing of its changes."""
_everything: list[OrderedDict[object, Any]] = []
P = ParamSpec('P')
R = TypeVar('R')


def remembered(ask: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Keep what a function answers, by its arguments, until a table of ``app.db.PUBLIC`` or the day changes.

    It must open its own ``read()`` and answer with what nobody alters. What it asks of other tables may be ten seconds old.
    """
    kept: OrderedDict[object, tuple[int, date, float, R]] = OrderedDict()
    _everything.append(kept)

    @wraps(ask)
    async def answer(*arguments: P.args, **named: P.kwargs) -> R:
        key = (arguments, tuple(sorted(named.items())))
        changes, day = public_changes(), today()
        known = kept.get(key)
        if known is not None and known[:2] == (changes, day) and time.monotonic() < known[2]:
            return known[3]
        found = await ask(*arguments, **named)
        kept[key] = (changes, day, time.monotonic() + SECONDS, found)
        kept.move_to_end(key)
        while len(kept) > MOST:
            kept.popitem(last=False)
        return found

    return answer


def forget() -> None:
    """Forget every answer: what may be ten seconds old is asked afresh."""
    for kept in _everything:
        kept.clear()
