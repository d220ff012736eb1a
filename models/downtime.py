"""When the portal does not work: announced before, or written down afterwards."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import id_column, moment


class Downtime(SQLModel, table=True):
    """One stretch of time in which nobody can file or work here."""

    __tablename__ = 'downtime'

    id: str = id_column()
    begins_at: datetime = moment(index=True)
    ends_at: datetime = moment()
    reason: str
    instead: str
    """What people do meanwhile: the counter, the national portal, the post."""
    is_planned: bool
    """It was announced as early as the law asks."""
    announced_at: datetime = moment()
    announced_by_id: str = Field(foreign_key='account.id')
    cancelled_at: datetime | None = moment(nullable=True)
