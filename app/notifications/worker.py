"""Empties the outbox: takes messages on lease, sends them outside any transaction, notes what became of them.

At least once: a message is marked after the server accepted it. A crash in between sends it again under the same
Message-ID. Two workers never hold the same lease.
"""

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import Update
from sqlmodel import col

from app import jobs
from app.clock import now
from app.db import after_commit, read, write
from app.log import incident
from app.notifications import facts
from app.notifications.channels.base import NotSent, Permanent, Unreachable, channels
from app.notifications.outbox import LOOP, announce, one_line
from app.notifications.render import render
from models import Message
from models.enums import MessageState

LEASE = timedelta(minutes=10)
"""A worker that died gives its messages back after this time."""
BATCH = 50
"""Messages that are taken at a time."""
BATCH_SECONDS = 240.0
"""After this time a worker gives back what it did not get to, well before its lease ends."""
NOTE_EVERY = 20
NOTE_SECONDS = 1.0
"""Outcomes are written in groups of at most so many, at most so late: a crash repeats no more than these."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
DETAIL = 200
_ADDRESS = re.compile(r'[^\s<>]+@[^\s<>]+')
"""Where the outbox keeps the recipient hidden, no address of the other side's words stays either."""


@dataclass(frozen=True)
class Outcome:
    """What became of one try. ``error`` None: accepted."""

    message: Message
    channel: str
    error: NotSent | None = None


@jobs.loop(every=timedelta(seconds=2), name=LOOP)
async def run_once() -> int:
    """Send everything that is due, then let go of the connections. Returns how many messages were handled."""
    handled = 0
    try:
        while (done := await drain(BATCH)) == BATCH:
            handled += done
        handled += done  # fewer: nothing else is due, and what came meanwhile has rung the bell
        if not handled:
            await _fail_unsendable()
    finally:
        for channel in channels.all().values():
            await channel.close()
    return handled


async def drain(limit: int = BATCH) -> int:
    """Handle up to ``limit`` due messages. Returns how many were taken."""
    if not (ready := _ready()):
        return 0
    batch = await _lease(limit, ready)
    if not batch:
        return 0
    async with read() as db:
        known = await facts.load(db, batch)
    noted = _Notes()
    loop = asyncio.get_running_loop()
    stop_at, down, left = loop.time() + BATCH_SECONDS, dict[str, NotSent](), list(batch)
    try:
        while left and loop.time() < stop_at:
            outcome = await _send(left[0], known[left[0].id], ready[left[0].channel], down)
            left.pop(0)
            await noted.add(outcome)
            if jobs.is_cancelled():
                raise asyncio.CancelledError
    finally:
        await noted.write(left)
    return len(batch)


def _ready() -> dict[str, str]:
    """Return which channel really takes the messages of each; those without one wait."""
    ready = {key: key for key, channel in channels.all().items() if channel.is_ready()}
    if 'page' in ready:
        ready.setdefault('email', 'page')
    return ready


async def _lease(limit: int, ready: dict[str, str]) -> Sequence[Message]:
    """Take messages that are due and not on lease. Each lease counts as one try."""
    moment = now()
    until = col(Message.leased_until)
    due = (
        select(col(Message.id))
        .where(col(Message.state) == MessageState.QUEUED, col(Message.next_try_at) <= moment)
        .where(until.is_(None) | (until < moment), col(Message.channel).in_(ready))
        .order_by(col(Message.next_try_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    changed = {'leased_until': moment + LEASE, 'attempts': col(Message.attempts) + 1}
    take = update(Message).where(col(Message.id).in_(due)).values(changed)
    async with write() as db:
        taken = (await db.execute(take.returning(Message))).scalars().all()
    return sorted(taken, key=lambda m: m.next_try_at)


async def _send(message: Message, known: facts.Facts, key: str, down: dict[str, NotSent]) -> Outcome:
    """Try one message, unless its channel was found to be down in this batch."""
    if key in down:
        return Outcome(message, key, down[key])
    try:
        await channels[key].send(render(message, known))
    except Unreachable as error:
        down[key] = error
        return Outcome(message, key, error)
    except NotSent as error:
        return Outcome(message, key, error)
    except Exception as error:
        broken = NotSent(incident(error, f'message {message.template}'))
        broken.kind = 'broken'
        return Outcome(message, key, broken)
    return Outcome(message, key)


class _Notes:
    """Outcomes that wait to be written, in small groups."""

    def __init__(self) -> None:
        self._waiting: list[Outcome] = []
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()

    async def add(self, outcome: Outcome) -> None:
        self._waiting.append(outcome)
        if len(self._waiting) >= NOTE_EVERY or self._loop.time() - self._since >= NOTE_SECONDS:
            await self.write()

    async def write(self, untouched: Sequence[Message] = ()) -> None:
        """Write what is known, and give back messages that were not tried."""
        waiting, self._waiting, self._since = self._waiting, [], self._loop.time()
        if not waiting and not untouched:
            return
        async with write() as db:
            for outcome in waiting:
                await _note(db, outcome)
            for message in untouched:
                await db.execute(_mine(message).values(leased_until=None, attempts=message.attempts - 1))
            after_commit(db, announce)


async def _note(db: AsyncSession, outcome: Outcome) -> None:
    """Write the outcome of one try."""
    message, error, moment = outcome.message, outcome.error, now()
    if error is None:
        # Sent is sent, whoever holds the lease by now.
        done = {'state': MessageState.SENT, 'channel': outcome.channel, 'sent_at': moment}
        await db.execute(_waiting(message).values(done | {'leased_until': None, 'last_error': None}))
        return
    has_failed = isinstance(error, Permanent) or moment >= message.give_up_at
    await db.execute(
        _mine(message).values(
            state=MessageState.FAILED if has_failed else MessageState.QUEUED,
            next_try_at=min(moment + wait_after(message.attempts), max(message.give_up_at, moment)),
            leased_until=None,
            last_error=_described(error, message.recipient),
        )
    )


def _mine(message: Message) -> Update:
    """A change that counts only while our lease is the last one: each lease has its own number of tries."""
    return _waiting(message).where(col(Message.attempts) == message.attempts)


def _waiting(message: Message) -> Update:
    return update(Message).where(col(Message.id) == message.id, col(Message.state) == MessageState.QUEUED)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: 1 minute doubling to 2 hours, up to a quarter more or less."""
    full = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    return full * random.uniform(0.75, 1.25)  # noqa: S311 - only spreads the load


async def _fail_unsendable() -> None:
    """Mail that no channel took until its time was over counts as failed, so that staff see it."""
    is_old = (col(Message.state) == MessageState.QUEUED) & (col(Message.give_up_at) < now())
    is_stuck = is_old & col(Message.channel).not_in(_ready())
    async with read() as db:
        if (await db.execute(select(col(Message.id)).where(is_stuck).limit(1))).first() is None:
            return
    async with write() as db:
        await db.execute(update(Message).where(is_stuck).values(state=MessageState.FAILED, last_error='no_server:'))
        after_commit(db, announce)


def _described(error: NotSent, recipient: str) -> str:
    """Return why and the other side's words, without the recipient's address."""
    detail = one_line(error.detail).replace(recipient, '<…>')
    detail = (detail if '@' in recipient else _ADDRESS.sub('<…>', detail))[:DETAIL]
    return f'{error.kind}:{detail}'
