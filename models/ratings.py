"""What applicants and heads say of how a dossier was dealt with. Who rated stands in the audit alone."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, Index, SQLModel

from models.types import id_column, json, moment

_WAITS = text('answer_due_at IS NOT NULL AND answered_at IS NULL')


class Rating(SQLModel, table=True):
    """The one rating of a dossier by its applicant. Levels: 3 very satisfied, 2 satisfied, 1 not satisfied; None: does not apply."""

    __tablename__ = 'rating'
    __table_args__ = (
        Index('ix_rating_unit', 'unit_id', 'rated_at'),
        Index('ix_rating_waits', 'unit_id', 'answer_due_at', sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: str = id_column()
    dossier_id: str = Field(unique=True, foreign_key='dossier.id')
    event_id: str = Field(unique=True, foreign_key='event.id')
    """The event of the rating: the day it counts for. A change counts for the same day."""
    unit_id: str = Field(foreign_key='unit.id')
    """The resolving unit."""
    procedure_id: str = Field(foreign_key='procedure.id')
    form: int
    """Number of the form (``app/ratings/form.yaml``) that was shown."""
    level: int
    reception: int | None = None
    handling: int | None = None
    handover: int | None = None
    reasons: list[str] = json(default_factory=list)
    words: str | None = None
    """Sealed: for the heads of the unit, never for the public."""
    via: str = Field(max_length=10)
    """account, secret, link or counter."""
    received_by_id: str | None = Field(default=None, foreign_key='account.id')
    handled_by_id: str | None = Field(default=None, foreign_key='account.id')
    returned_by_id: str | None = Field(default=None, foreign_key='account.id')
    rated_at: datetime = moment()
    changed_at: datetime | None = moment(nullable=True)
    answer_due_at: datetime | None = moment(nullable=True)
    """Until when the unit has to answer; None: nobody is dissatisfied."""
    answered_at: datetime | None = moment(nullable=True)
    answer_event_id: str | None = Field(default=None, foreign_key='event.id')
    """Its note is the answer."""


class InnerRating(SQLModel, table=True):
    """What a head found of how a dossier was dealt with inside, in points 0 to 2. Source: TT 01/2018/TT-VPCP Điều 13 to 15."""

    __tablename__ = 'inner_rating'
    __table_args__ = (Index('ix_inner_rating_unit', 'unit_id', 'rated_at'),)

    dossier_id: str = Field(primary_key=True, foreign_key='dossier.id', max_length=22)
    unit_id: str = Field(foreign_key='unit.id')
    account_id: str | None = Field(default=None, foreign_key='account.id')
    """Who dealt with it."""
    contacts: int
    agencies: int
    attitude: int
    note: str | None = None
    rated_by_id: str = Field(foreign_key='account.id')
    rated_at: datetime = moment()
