"""Addresses of other systems that are told of what happens, and every telling of it."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel

from models.enums import MessageState
from models.types import enum, id_column, json, moment


class Webhook(SQLModel, table=True):
    """One address, and what it is told: acts on dossiers of a unit and the units below it."""

    __tablename__ = 'webhook'

    id: str = id_column()
    name: str = Field(max_length=80)
    """Which system is behind it."""
    url: str = Field(max_length=500)
    unit_id: str = Field(foreign_key='unit.id', index=True)
    acts: list[str] = json()
    """Kinds of acts; empty: all."""
    secret: str
    """Sealed: deliveries are signed with it."""
    created_at: datetime = moment()
    created_by_id: str | None = Field(default=None, foreign_key='account.id')
    ended_at: datetime | None = moment(nullable=True)


class WebhookDelivery(SQLModel, table=True):
    """One telling of one act, written in its transaction. ``body`` holds ids, codes and statuses, nothing of a person."""

    __tablename__ = 'webhook_delivery'
    __table_args__ = (
        Index('ix_webhook_delivery_due', 'state', 'next_try_at'),
        Index('ix_webhook_delivery_log', 'webhook_id', 'created_at'),
    )

    id: str = id_column()
    webhook_id: str = Field(foreign_key='webhook.id')
    kind: str = Field(max_length=40)
    body: dict[str, Any] = json()
    state: MessageState = enum(MessageState, default=MessageState.QUEUED)
    attempts: int = 0
    created_at: datetime = moment()
    next_try_at: datetime = moment()
    give_up_at: datetime = moment()
    leased_until: datetime | None = moment(nullable=True)
    sent_at: datetime | None = moment(nullable=True)
    status: int | None = None
    """What the other side answered last."""
    error: str | None = Field(default=None, max_length=40)
    """Why the last try did not count."""
