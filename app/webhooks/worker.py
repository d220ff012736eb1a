"""Delivers: takes what is due on lease, sends it outside any transaction, notes what became of it.

At least once: marked after the other side took it. A crash in between sends it again under the same ``webhook-id``.
"""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import chain

from sqlalchemy import delete, select, update
from sqlalchemy.sql.dml import Update
from sqlmodel import col

from app import crypto, jobs
from app.clock import now
from app.db import read, write
from app.log import incident
from app.notifications import settings
from app.notifications.worker import wait_after
from app.webhooks.outbox import LOOP
from app.webhooks.sending import NotDelivered, deliver, packed
from models import Webhook, WebhookDelivery
from models.enums import MessageState

BATCH = 20
LEASE = timedelta(minutes=10)
"""A worker that died gives its deliveries back after this time; a batch takes at most half of it."""
KEPT = timedelta(days=90)
"""How long the log of deliveries stays."""
tls_context: ssl.SSLContext | None = None
"""None: the system's certificates."""
Outcome = tuple[WebhookDelivery, int | None, str | None]
"""A delivery, the status that was answered, and why it did not count."""


@jobs.loop(every=timedelta(seconds=5), name=LOOP)
async def run_once() -> int:
    """Deliver everything that is due. Returns how many were tried."""
    tried = 0
    while done := await drain():
        tried += done
    await _forget()
    return tried


async def drain() -> int:
    """Handle one batch: the systems side by side, each one's deliveries in order. Returns how many were taken."""
    batch = await _lease()
    if not batch:
        return 0
    async with read() as db:
        wanted = {one.webhook_id for one in batch}
        hooks = {h.id: h for h in (await db.execute(select(Webhook).where(col(Webhook.id).in_(wanted)))).scalars()}
    queues: dict[str, list[WebhookDelivery]] = defaultdict(list)
    for one in batch:
        queues[one.webhook_id].append(one)
    outcomes = await asyncio.gather(*(_empty(hooks[hook_id], queue) for hook_id, queue in queues.items()))
    async with write() as db:
        for outcome in chain.from_iterable(outcomes):
            await db.execute(_noted(*outcome))
    return len(batch)


async def _lease() -> Sequence[WebhookDelivery]:
    """Take what is due and not on lease. Each lease counts as one try."""
    moment = now()
    until = col(WebhookDelivery.leased_until)
    due = (
        select(col(WebhookDelivery.id))
        .where(col(WebhookDelivery.state) == MessageState.QUEUED, col(WebhookDelivery.next_try_at) <= moment)
        .where(until.is_(None) | (until < moment))
        .order_by(col(WebhookDelivery.next_try_at), col(WebhookDelivery.created_at))
        .limit(BATCH)
    )
    async with read() as db:
        if (await db.execute(due.limit(1))).first() is None:
            return ()
    changed = {'leased_until': moment + LEASE, 'attempts': col(WebhookDelivery.attempts) + 1}
    mine = col(WebhookDelivery.id).in_(due.with_for_update(skip_locked=True))
    async with write() as db:
        take = update(WebhookDelivery).where(mine).values(changed).returning(WebhookDelivery)
        taken = (await db.execute(take)).scalars().all()
    return sorted(taken, key=lambda one: one.created_at)


async def _empty(hook: Webhook, queue: list[WebhookDelivery]) -> list[Outcome]:
    """Try one system's deliveries in order; once it cannot be reached the others of the batch wait with it."""
    outcomes: list[Outcome] = []
    down: str | None = None
    for one in queue:
        outcome = (one, None, down) if down else await _try(hook, one)
        outcomes.append(outcome)
        if outcome[2] and outcome[1] is None:
            down = outcome[2]
    return outcomes


async def _try(hook: Webhook, one: WebhookDelivery) -> Outcome:
    try:
        secret = crypto.unseal(hook.secret, f'webhook.secret:{hook.id}')
        status = await deliver(settings(), hook.url, secret, one.id, packed(one.body), now(), tls_context)
    except NotDelivered as failed:
        return one, failed.status, failed.kind
    except Exception as error:
        incident(error, 'webhook')
        return one, None, 'broken'
    return one, status, None


def _noted(one: WebhookDelivery, status: int | None, error: str | None) -> Update:
    """Return the change that notes the outcome of a try; it counts while our lease is the last one."""
    moment = now()
    waiting = update(WebhookDelivery).where(
        col(WebhookDelivery.id) == one.id, col(WebhookDelivery.state) == MessageState.QUEUED
    )
    if error is None:
        sent = {'state': MessageState.SENT, 'sent_at': moment, 'status': status, 'error': None, 'leased_until': None}
        return waiting.values(sent)
    return waiting.where(col(WebhookDelivery.attempts) == one.attempts).values(
        state=MessageState.FAILED if moment >= one.give_up_at else MessageState.QUEUED,
        next_try_at=min(moment + wait_after(one.attempts), max(one.give_up_at, moment)),
        status=status,
        error=error,
        leased_until=None,
    )


async def _forget() -> None:
    """Let go of the log of long ago."""
    old = col(WebhookDelivery.created_at) < now() - KEPT
    done = old & (col(WebhookDelivery.state) != MessageState.QUEUED)
    async with read() as db:
        if (await db.execute(select(col(WebhookDelivery.id)).where(done).limit(1))).first() is None:
            return
    async with write() as db:
        await db.execute(delete(WebhookDelivery).where(done))
