"""Deliveries are written in the transaction of the act they tell of, or not at all."""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.clock import now
from app.db import after_commit
from app.units.queries import tree
from app.webhooks.rules import body_of
from models import Dossier, Event, Webhook, WebhookDelivery

LOOP = 'webhooks'
"""The background loop that delivers."""
KEEP_TRYING = timedelta(hours=72)
_LIVE = select(Webhook).where(Webhook.ended_at.is_(None))
"""Asked in every act: made once."""


async def tell(db: AsyncSession, event: Event, dossier: Dossier) -> int:
    """Write one delivery for each webhook that this act concerns. Returns how many."""
    hooks = (await db.execute(_LIVE)).scalars().all()
    if not hooks:
        return 0
    units = await tree(db)
    told = 0
    for hook in hooks:
        reach = units.reach(hook.unit_id)
        if (not hook.acts or event.action in hook.acts) and reach & {
            dossier.receiving_unit_id,
            dossier.resolving_unit_id,
        }:
            add(db, hook, str(event.action), body_of(event, dossier))
            told += 1
    return told


def add(db: AsyncSession, hook: Webhook, kind: str, body: dict[str, Any]) -> WebhookDelivery:
    """Put one delivery into the caller's transaction; the commit wakes who delivers it."""
    moment = now()
    one = WebhookDelivery(
        webhook_id=hook.id,
        kind=kind,
        body=body,
        created_at=moment,
        next_try_at=moment,
        give_up_at=moment + KEEP_TRYING,
    )
    db.add(one)
    after_commit(db, partial(jobs.wake, LOOP))
    return one
