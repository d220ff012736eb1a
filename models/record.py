"""What happened: events (append-only, chained), reads of papers, and messages that go out."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel

from models.enums import Authentication, Channel, MessageState
from models.types import enum, id_column, json, moment


class Event(SQLModel, table=True):
    """One act. Rows are never changed or removed; what may have to be erased stands in ``event_text``."""

    __tablename__ = 'event'
    __table_args__ = (Index('ix_event_dossier', 'dossier_id', 'sequence'),)

    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, max_length=22)
    subject: str = Field(max_length=20)
    """dossier, account, grant, calendar, procedure, setting ..."""
    subject_id: str = Field(max_length=80)
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id')
    action: str = Field(max_length=40)
    happened_at: datetime = moment()
    recorded_at: datetime = moment()
    actor_id: str | None = Field(default=None, foreign_key='account.id')
    actor_kind: str
    authentication: Authentication = enum(Authentication)
    channel: Channel = enum(Channel)
    unit_id: str | None = Field(default=None, foreign_key='unit.id')
    version_id: str | None = Field(default=None, foreign_key='procedure_version.id')
    from_status: int | None = None
    to_status: int | None = None
    payload_hash: str = Field(max_length=64)
    """HMAC of the row's text under its salt: the text can be erased, the chain still holds."""
    chain: str = Field(max_length=64)
    """HMAC over the previous value and this row."""


class EventText(SQLModel, table=True):
    """The words and data of an event; may be erased by law without breaking the chain."""

    __tablename__ = 'event_text'

    event_id: str = Field(primary_key=True, foreign_key='event.id', max_length=22)
    salt: str = Field(max_length=44)
    note: str | None = None
    data: dict[str, Any] = json(default_factory=dict)
    public: bool = False
    """The applicant may read ``note``."""


class PaperRead(SQLModel, table=True):
    """Somebody opened a personal paper; a chain of its own. Rows are never changed or removed."""

    __tablename__ = 'paper_read'

    sequence: int | None = Field(default=None, primary_key=True)
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    attachment_id: str | None = Field(default=None, foreign_key='attachment.id')
    account_id: str | None = Field(default=None, foreign_key='account.id')
    actor_kind: str
    purpose: str
    read_at: datetime = moment()
    chain: str = Field(max_length=64)
    """HMAC over the previous value and this row."""


class Anchor(SQLModel, table=True):
    """The heads of both chains at one moment, to be kept outside: what is cut off later is missed then."""

    __tablename__ = 'anchor'

    number: int = Field(primary_key=True, sa_column_kwargs={'autoincrement': False})
    made_at: datetime = moment()
    events: int
    events_chain: str = Field(max_length=64)
    reads: int
    reads_chain: str = Field(max_length=64)
    previous: str = Field(max_length=64)
    """Seal of the anchor before."""
    seal: str = Field(max_length=64)
    """HMAC over all of the above."""
    stamp: str | None = None
    """Answer of the time-stamping authority over the anchor's text: DER in base64. Source: RFC 3161."""
    stamped_at: datetime | None = moment(nullable=True)


class Message(SQLModel, table=True):
    """One message to one person through one channel: the transactional outbox. Holds no secret and no link token."""

    __tablename__ = 'message'
    __table_args__ = (Index('ix_message_due', 'state', 'next_try_at'),)

    id: str = id_column()
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    account_id: str | None = Field(default=None, foreign_key='account.id')
    event_id: str | None = Field(default=None, max_length=22)
    document_id: str | None = Field(default=None, foreign_key='document.id')
    """Waits for this paper."""
    channel: str = 'email'
    recipient: str
    template: str
    lang: str = 'vi'
    data: dict[str, Any] = json(default_factory=dict)
    """What the template needs; links are made when it is sent."""
    state: MessageState = enum(MessageState, default=MessageState.QUEUED)
    message_id: str = Field(unique=True, max_length=120)
    """RFC 5322 Message-ID, the same at every try."""
    attempts: int = 0
    created_at: datetime = moment()
    next_try_at: datetime = moment()
    give_up_at: datetime = moment()
    leased_until: datetime | None = moment(nullable=True)
    sent_at: datetime | None = moment(nullable=True)
    last_error: str | None = None
