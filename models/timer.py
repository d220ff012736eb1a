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
