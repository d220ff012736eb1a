"""Webhooks: addresses that are told of acts on dossiers, and the log of what was delivered."""

from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from app.webhooks import commands, queries
from app.webhooks.allowed import LONGEST
from pages.api.below import below
from pages.api.caller import Officer
from pages.api.catalogue import Page
from pages.api.values import ID, Body, Key, Line
from pages.api.webhook_shapes import DeliveryLog, NewWebhook, Pinged, Webhook, WebhookList

routes = below('/webhooks', 'webhooks')
WebhookId = Annotated[str, Path(pattern=ID)]
DeliveryId = Annotated[str, Path(pattern=ID)]


class NewAddress(Body):
    name: Line
    """Which system is behind it."""
    url: Annotated[str, Field(max_length=LONGEST)]
    """https, a host that the installation allows, no number in its place."""
    unit: Line
    """Code of the unit whose dossiers it is told of, with the units below."""
    acts: list[Key] = Field(default_factory=list, max_length=100)
    """Kinds of acts (`submit`, `accept` …); none: all."""


@routes.get('')
async def list_webhooks(actor: Officer) -> WebhookList:
    """Read the webhooks of the units within reach, and the hosts that are allowed. Scope: `webhook:manage`."""
    found = await queries.webhooks(actor)
    return WebhookList(items=tuple(Webhook.of(one) for one in found), hosts=queries.allowed_hosts(actor))


@routes.post('', status_code=201)
async def register_webhook(actor: Officer, body: NewAddress) -> NewWebhook:
    """Register an address. The secret that its deliveries are signed with is shown now and never again.

    Scope: `webhook:manage`.
    """
    made = await commands.register(actor, body.name, body.url, unit_code=body.unit, acts=list(body.acts))
    return NewWebhook.of(made)


@routes.get('/{webhook_id}')
async def read_webhook(actor: Officer, webhook_id: WebhookId) -> Webhook:
    """Read one webhook. Scope: `webhook:manage`."""
    return Webhook.of(await queries.webhook(actor, webhook_id))


@routes.delete('/{webhook_id}', status_code=204)
async def end_webhook(actor: Officer, webhook_id: WebhookId) -> Response:
    """End a webhook at once; what waits is not sent any more. Scope: `webhook:manage`."""
    await commands.end(actor, webhook_id)
    return Response(status_code=204)


@routes.post('/{webhook_id}/ping', status_code=201)
async def ping_webhook(actor: Officer, webhook_id: WebhookId) -> Pinged:
    """Send a delivery of type `ping` that tells nothing; its outcome stands in the log. Scope: `webhook:manage`."""
    return Pinged(delivery_id=await commands.ping(actor, webhook_id))


@routes.get('/{webhook_id}/deliveries')
async def read_deliveries(actor: Officer, webhook_id: WebhookId, page: Page = 1) -> DeliveryLog:
    """Read one page of the log, the newest first. Scope: `webhook:manage`."""
    return DeliveryLog.of(await queries.deliveries(actor, webhook_id, page))


@routes.post('/{webhook_id}/deliveries/{delivery_id}/resend', status_code=204)
async def resend_delivery(actor: Officer, webhook_id: WebhookId, delivery_id: DeliveryId) -> Response:
    """Deliver again, or a waiting one now, under the same `webhook-id`. Scope: `webhook:manage`."""
    await commands.resend(actor, webhook_id, delivery_id)
    return Response(status_code=204)
