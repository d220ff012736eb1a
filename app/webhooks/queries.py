"""Webhooks and the log of what was delivered, for those who manage them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import Actor
from app.db import read
from app.errors import NotAllowed
from app.notifications import settings
from app.webhooks.allowed import read_allow_list
from app.webhooks.commands import MANAGE, load_for
from models import Unit, Webhook, WebhookDelivery
from models.enums import MessageState

PAGE = 30
_OPEN = (MessageState.QUEUED, MessageState.FAILED)


@dataclass(frozen=True)
class WebhookRow:
    """One webhook; ``acts`` empty: all. ``waiting`` and ``failed`` count its deliveries."""

    id: str
    name: str
    url: str
    unit_code: str
    unit_name: str
    acts: tuple[str, ...]
    created_at: datetime
    waiting: int
    failed: int


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery; ``status``: what was answered last; ``error``: why it did not count (``webhooks.why_*``)."""

    id: str
    kind: str
    cursor: int | None
    state: MessageState
    attempts: int
    created_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    status: int | None
    error: str | None


@dataclass(frozen=True)
class DeliveryLog:
    """One page of the log, the newest first."""

    items: tuple[DeliveryRow, ...]
    page: int
    pages: int
    total: int


async def webhooks(actor: Actor) -> tuple[WebhookRow, ...]:
    """Return the live webhooks of the actor's units, the oldest first. Raises NotAllowed."""
    units = actor.units(MANAGE)
    if not units:
        raise NotAllowed()
    query = select(Webhook, Unit).join(Unit, col(Unit.id) == col(Webhook.unit_id))
    mine = query.where(col(Webhook.ended_at).is_(None), col(Webhook.unit_id).in_(units))
    async with read() as db:
        rows = (await db.execute(mine.order_by(col(Webhook.created_at), col(Webhook.id)))).all()
        return tuple([await _row(db, row.Webhook, row.Unit) for row in rows])


async def webhook(actor: Actor, webhook_id: str) -> WebhookRow:
    """Return one live webhook of the actor's units. Raises NotAllowed, NotFound."""
    async with read() as db:
        hook = await load_for(db, actor, webhook_id)
        return await _row(db, hook, await db.get_one(Unit, hook.unit_id))


async def deliveries(actor: Actor, webhook_id: str, page: int = 1) -> DeliveryLog:
    """Return one page of a webhook's log. Raises NotAllowed, NotFound."""
    mine = col(WebhookDelivery.webhook_id) == webhook_id
    async with read() as db:
        await load_for(db, actor, webhook_id)
        total = (await db.execute(select(func.count()).select_from(WebhookDelivery).where(mine))).scalar_one()
        pages = max(1, -(-total // PAGE))
        number = min(max(page, 1), pages)
        newest = select(WebhookDelivery).where(mine).order_by(col(WebhookDelivery.created_at).desc())
        found = (await db.execute(newest.limit(PAGE).offset((number - 1) * PAGE))).scalars().all()
    return DeliveryLog(tuple(_delivery(one) for one in found), number, pages, total)


def allowed_hosts(actor: Actor) -> tuple[str, ...]:
    """Return the hosts that whoever runs the installation allows. Raises NotAllowed."""
    if not actor.may(MANAGE):
        raise NotAllowed()
    return tuple(read_allow_list(settings().webhook_hosts))


async def _row(db: AsyncSession, hook: Webhook, unit: Unit) -> WebhookRow:
    state = col(WebhookDelivery.state)
    query = select(state, func.count()).where(col(WebhookDelivery.webhook_id) == hook.id, state.in_(_OPEN))
    counts = {key: count for key, count in (await db.execute(query.group_by(state))).all()}  # noqa: C416
    return WebhookRow(
        id=hook.id,
        name=hook.name,
        url=hook.url,
        unit_code=unit.code,
        unit_name=unit.name,
        acts=tuple(hook.acts),
        created_at=hook.created_at,
        waiting=counts.get(MessageState.QUEUED, 0),
        failed=counts.get(MessageState.FAILED, 0),
    )


def _delivery(one: WebhookDelivery) -> DeliveryRow:
    return DeliveryRow(
        id=one.id,
        kind=one.kind,
        cursor=one.body['data'].get('cursor'),
        state=one.state,
        attempts=one.attempts,
        created_at=one.created_at,
        next_try_at=one.next_try_at if one.state is MessageState.QUEUED else None,
        sent_at=one.sent_at,
        status=one.status,
        error=one.error,
    )
