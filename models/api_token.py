"""Tokens by which programs act for an account."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import id_column, json, moment


class ApiToken(SQLModel, table=True):
    """A secret that a program sends with each request; only its hash is kept. It never carries more than its account's grants."""

    __tablename__ = 'api_token'

    id: str = id_column()
    token_hash: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=80)
    """Which program has it."""
    account_id: str = Field(foreign_key='account.id', index=True)
    scopes: list[str] = json()
    """Permissions that the token may use, where its account holds them."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    seen_at: datetime | None = moment(nullable=True)
    revoked_at: datetime | None = moment(nullable=True)
