"""What the API answers about webhooks. These shapes are a promise, as all of v1."""

from datetime import datetime

from pydantic import BaseModel

from models.enums import MessageState
from pages.api.shapes import Shape


class Webhook(Shape):
    """``acts`` empty: all. ``waiting`` and ``failed`` count its deliveries."""

    id: str
    name: str
    url: str
    unit_code: str
    unit_name: str
    acts: tuple[str, ...]
    created_at: datetime
    waiting: int
    failed: int


class WebhookList(BaseModel):
    """``hosts``: the only ones that whoever runs the installation allows."""

    items: tuple[Webhook, ...]
    hosts: tuple[str, ...]


class NewWebhook(Shape):
    """``secret`` (`whsec_…`) checks the signatures; it is shown once."""

    id: str
    secret: str


class Pinged(BaseModel):
    delivery_id: str


class Delivery(Shape):
    """``id`` is the ``webhook-id`` that was sent. ``status``: what was answered last; ``error``: why it did not count."""

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


class DeliveryLog(Shape):
    items: tuple[Delivery, ...]
    page: int
    pages: int
    total: int
