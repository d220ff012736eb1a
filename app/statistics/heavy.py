"""Reading that looks at each dossier of a period: two at a time, so that it never takes the readers everybody else needs.

At a large municipality it takes seconds. It runs in the database's own thread: the event loop goes on meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from app.db import read

AT_ONCE = 2
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@asynccontextmanager
async def read_much() -> AsyncIterator[AsyncSession]:
    """Give a session that only reads, once at most one other reads much; in the order of asking."""
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)), read() as db:
        yield db
