"""Units, people, grants, sessions and one-time links."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.enums import AccountKind, Authentication, LinkPurpose, Role, SessionKind
from models.types import enum, id_column, json, moment


class Unit(SQLModel, table=True):
    """An agency or one of its parts, with the dates between which it exists."""

    __tablename__ = 'unit'

    id: str = id_column()
    code: str = Field(unique=True, max_length=40)
    """Electronic identifier of the agency (QĐ 20/2020/QĐ-TTg), prefix of its official codes: ``H55.242``."""
    parent_id: str | None = Field(default=None, foreign_key='unit.id', index=True)
    name: str
    name_en: str | None = None
    is_one_stop: bool = False
    """Receives dossiers for the units beside it."""
    letterhead: dict[str, Any] = json(default_factory=dict)
    """parent_name, place, address, phone, email, hours_text: what is printed above and below documents."""
    valid_from: date
    valid_to: date | None = None
    version: int = 1


class Account(SQLModel, table=True):
    """A citizen, a business or a member of staff."""

    __tablename__ = 'account'

    id: str = id_column()
    kind: AccountKind = enum(AccountKind)
    email: str = Field(unique=True, max_length=254)
    """Lower case; what a person signs in with."""
    full_name: str
    phone: str | None = None
    personal_id_sealed: str | None = None
    personal_id_index: str | None = Field(default=None, index=True)
    profile_sealed: str | None = None
    """JSON of what fills forms: birth_date, gender, address, organisation, tax_code ..."""
    password_hash: str | None = None
    totp_sealed: str | None = None
    totp_confirmed_at: datetime | None = moment(nullable=True)
    totp_last_step: int | None = None
    """The last accepted time step: one code opens once."""
    email_verified_at: datetime | None = moment(nullable=True)
    lang: str = 'vi'
    is_active: bool = True
    title: str | None = None
    """Position of a member of staff."""
    created_at: datetime = moment()
    changed_at: datetime = moment()
    version: int = 1


class Grant(SQLModel, table=True):
    """A role within a unit (and the units below it), from one day to another."""

    __tablename__ = 'account_grant'

    id: str = id_column()
    account_id: str = Field(foreign_key='account.id', index=True)
    role: Role = enum(Role)
    unit_id: str = Field(foreign_key='unit.id', index=True)
    valid_from: date
    valid_to: date | None = None
    granted_by_id: str | None = Field(default=None, foreign_key='account.id')
    created_at: datetime = moment()


class Session(SQLModel, table=True):
    """A cookie that is known here; only the hash of its token is kept."""

    __tablename__ = 'session'

    id: str = id_column()
    token_hash: str = Field(unique=True, max_length=64)
    kind: SessionKind = enum(SessionKind)
    account_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    authentication: Authentication = enum(Authentication)
    device: str | None = None
    """Browser and system in words, for the list of sessions."""
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)
    proved_at: datetime | None = moment(nullable=True)
    """When the person last showed who they are: by signing in, or by a password or code since."""


class OneTimeLink(SQLModel, table=True):
    """A link that works once, consumed by a POST; only the hash of its token is kept."""

    __tablename__ = 'one_time_link'

    id: str = id_column()
    token_hash: str = Field(unique=True, max_length=64)
    purpose: LinkPurpose = enum(LinkPurpose)
    account_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)


class Setting(SQLModel, table=True):
    """A choice of the installation that an administrator changes while it runs."""

    __tablename__ = 'setting'

    key: str = Field(primary_key=True, max_length=60)
    value: Any = json()
    changed_at: datetime = moment()
    changed_by_id: str | None = Field(default=None, foreign_key='account.id')


class Counter(SQLModel, table=True):
    """The last number given in a series, for example the official codes of one unit on one day. Never goes back."""

    __tablename__ = 'counter'

    series: str = Field(primary_key=True, max_length=80)
    value: int = 0
