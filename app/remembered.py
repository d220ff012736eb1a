"""Answers about what public pages show, given again while nothing of it has changed."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import today
from app.db import public_changes, public_state

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


def remembered_within(ask: Callable[[AsyncSession], Awaitable[R]]) -> Callable[[AsyncSession], Awaitable[R]]:
    """Keep what a function answers within the caller's session, as long as that session sees the same public tables.

    It must ask of nothing else. Where other processes may write, it is asked each time.
    """
    kept: OrderedDict[object, R] = OrderedDict()
    _everything.append(kept)

    @wraps(ask)
    async def answer(db: AsyncSession) -> R:
        state = public_state(db)
        if state is None:
            return await ask(db)
        if state not in kept:
            found = await ask(db)
            kept.clear()
            kept[state] = found
        return kept[state]

    return answer


def forget() -> None:
    """Forget every answer: what may be ten seconds old is asked afresh."""
    for kept in _everything:
        kept.clear()
