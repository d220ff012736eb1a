"""What the timers have said: one row for each limit that came near, was reached or passed."""

from datetime import date, datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from models.enums import AlertKind
from models.types import enum, id_column, moment


class Alert(SQLModel, table=True):
    """One warning about one limit of one dossier. Unique, so that it is raised once whatever the clock does."""

    __tablename__ = 'alert'
    __table_args__ = (
        UniqueConstraint('dossier_id', 'kind', 'limit_at'),
        Index('ix_alert_unit', 'unit_id', 'kind'),
    )

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id')
    kind: AlertKind = enum(AlertKind)
    limit_at: datetime = moment()
    """The limit it is about. A dossier whose limit has moved since has nothing to do with it any more."""
    unit_id: str = Field(foreign_key='unit.id')
    """The unit whose people it concerns."""
    raised_at: datetime = moment()


class Digest(SQLModel, table=True):
    """One member of staff was told of one morning's work."""

    __tablename__ = 'digest'

    account_id: str = Field(primary_key=True, foreign_key='account.id', max_length=22)
    day: date = Field(primary_key=True)
    sent_at: datetime = moment()


class ApologyDraft(SQLModel, table=True):
    """The apology of one dossier (Mẫu số 04) before it is issued: drawn up by a timer, worded by officers, gone once it has no use.

    It stands for as long as ``limit_at`` is the promised date and the clock runs.
    """

    __tablename__ = 'apology_draft'

    dossier_id: str = Field(primary_key=True, foreign_key='dossier.id', max_length=22)
    limit_at: datetime = moment()
    """The promised date that will not be kept."""
    day: date
    """The new one."""
    delayed_by: str
    reason: str = ''
    """What the applicant will read. As it was typed, or drawn from what happened; empty where nothing explains it."""
    version: int = 1
    """Goes up with every change: nobody writes over words that they have not seen."""
    calendar_version: int
    drawn_at: datetime = moment()
    changed_at: datetime | None = moment(nullable=True)
    changed_by_id: str | None = Field(default=None, foreign_key='account.id')
    """Who worded it last; nobody: it says what was drawn up."""
