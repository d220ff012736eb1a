"""Register and end addresses, show that the way is open, send again. The secret is told once."""

import secrets
from base64 import b64encode
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto, jobs
from app.access import Actor, Permission
from app.accounts.proving import require_proof
from app.audit.record import record
from app.clock import now
from app.db import after_commit, write
from app.errors import AppError, Invalid, NotAllowed, NotFound, Problem, WrongState
from app.notifications import settings
from app.webhooks.allowed import read_address, read_allow_list
from app.webhooks.outbox import KEEP_TRYING, LOOP, add
from app.webhooks.rules import ACTS, PING
from app.webhooks.sending import PREFIX
from models import Unit, Webhook, WebhookDelivery
from models.enums import Authentication, MessageState

MANAGE = Permission.WEBHOOK_MANAGE
MOST = 20
"""Live webhooks of an installation: each act writes a row for each."""


@dataclass(frozen=True)
class Made:
    """A new webhook; ``secret`` checks the signatures and is shown once."""

    id: str
    secret: str


async def register(actor: Actor, name: str, url: str, *, unit_code: str, acts: list[str]) -> Made:
    """Register an address that is told of acts on dossiers of a unit and below; no acts named: of all.

    Raises:
        NotAllowed: not this actor's work.  ProofNeeded: a person shows first who they are.  Invalid: by question; a host
        that the installation does not allow, a unit out of reach.  WrongState: there are too many.
    """
    if not actor.may(MANAGE):
        raise NotAllowed()
    clean = _name(name)
    _refuse_address(url.strip())
    wanted = _acts(acts)
    if actor.authentication is not Authentication.TOKEN:
        require_proof(actor)
    secret = PREFIX + b64encode(secrets.token_bytes(32)).decode()
    async with write() as db:
        unit = (await db.execute(select(Unit).where(col(Unit.code) == unit_code.strip()))).scalar_one_or_none()
        if unit is None or not actor.may(MANAGE, unit.id):
            raise _wrong('unit', 'api.unit_unknown')
        live = (await db.execute(select(Webhook.id).where(col(Webhook.ended_at).is_(None)).limit(MOST))).all()
        if len(live) >= MOST:
            raise WrongState('webhooks.too_many', most=MOST)
        hook = Webhook(
            name=clean,
            url=url.strip(),
            unit_id=unit.id,
            acts=wanted,
            secret='',
            created_at=now(),
            created_by_id=actor.account_id,
        )
        hook.secret = crypto.seal(secret, f'webhook.secret:{hook.id}')
        db.add(hook)
        await db.flush()
        data = {'name': clean, 'url': hook.url, 'acts': wanted}
        await record(db, actor, 'webhook', hook.id, 'created', unit_id=unit.id, data=data)
    return Made(hook.id, secret)


async def end(actor: Actor, webhook_id: str) -> None:
    """End a webhook at once; what waits is not sent any more. Raises NotAllowed, NotFound."""
    async with write() as db:
        hook = await load_for(db, actor, webhook_id)
        hook.ended_at = now()
        waiting = update(WebhookDelivery).where(
            col(WebhookDelivery.webhook_id) == hook.id, col(WebhookDelivery.state) == MessageState.QUEUED
        )
        await db.execute(waiting.values(state=MessageState.CANCELLED, leased_until=None))
        await record(db, actor, 'webhook', hook.id, 'ended', unit_id=hook.unit_id)


async def ping(actor: Actor, webhook_id: str) -> str:
    """Send a delivery that tells nothing, and return its id. Raises NotAllowed, NotFound."""
    async with write() as db:
        hook = await load_for(db, actor, webhook_id)
        one = add(db, hook, PING, {'type': PING, 'timestamp': now().isoformat(), 'data': {}})
        await record(db, actor, 'webhook', hook.id, 'pinged', unit_id=hook.unit_id)
        return one.id


async def resend(actor: Actor, webhook_id: str, delivery_id: str) -> None:
    """Deliver again, or a waiting one now, under the same id: the other side knows it by that.

    Raises:
        NotAllowed, NotFound.  WrongState: it is being sent at this moment.
    """
    moment = now()
    async with write() as db:
        hook = await load_for(db, actor, webhook_id)
        one = await db.get(WebhookDelivery, delivery_id, with_for_update=True)
        if one is None or one.webhook_id != hook.id:
            raise NotFound()
        if one.leased_until is not None and one.leased_until > moment:
            raise WrongState()
        one.state, one.attempts, one.error, one.status, one.sent_at = MessageState.QUEUED, 0, None, None, None
        one.next_try_at, one.give_up_at = moment, moment + KEEP_TRYING
        await record(db, actor, 'webhook', hook.id, 'resend', unit_id=hook.unit_id, data={'delivery': one.id})
        after_commit(db, lambda: jobs.wake(LOOP))


async def load_for(db: AsyncSession, actor: Actor, webhook_id: str) -> Webhook:
    """Return a live webhook of the actor's units. Raises NotAllowed, NotFound."""
    units = actor.units(MANAGE)
    if not units:
        raise NotAllowed()
    hook = await db.get(Webhook, webhook_id)
    if hook is None or hook.ended_at is not None or hook.unit_id not in units:
        raise NotFound()
    return hook


def _name(name: str) -> str:
    clean = ' '.join(name.split())
    if not 1 <= len(clean) <= 80:
        raise _wrong('name', 'api.name_wrong')
    return clean


def _acts(acts: list[str]) -> list[str]:
    for act in acts:
        if act not in ACTS:
            raise _wrong('acts', 'webhooks.act_unknown', acts=', '.join(ACTS))
    return [act for act in ACTS if act in acts]


def _refuse_address(url: str) -> None:
    """Refuse what would never be sent to. Where the name leads is looked at again at each delivery."""
    chosen = settings()
    target = read_address(url, allow_plain=chosen.demo)
    if target is None:
        raise _wrong('url', 'webhooks.url_wrong')
    if target.host not in read_allow_list(chosen.webhook_hosts):
        raise _wrong('url', 'webhooks.host_not_allowed', host=target.host)


def _wrong(question: str, key: str, **values: object) -> AppError:
    return Invalid({question: Problem(key, values)}, key, **values)
