"""The calendar of record: days off, worked Saturdays, sessions of the day."""

from datetime import date, datetime, time

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.enums import DayKind, DayState
from models.types import enum, id_column, moment

_FOR_ALL = text('unit_id IS NULL')
"""SQL holds two NULLs for different: days of all units need an index of their own."""


class CalendarDay(SQLModel, table=True):
    """A day that is not what its weekday says. Without a unit it holds for all."""

    __tablename__ = 'calendar_day'
    __table_args__ = (
        UniqueConstraint('unit_id', 'day'),
        Index('uq_calendar_day_for_all', 'day', unique=True, sqlite_where=_FOR_ALL, postgresql_where=_FOR_ALL),
    )

    id: str = id_column()
    unit_id: str | None = Field(default=None, foreign_key='unit.id')
    day: date = Field(index=True)
    kind: DayKind = enum(DayKind)
    state: DayState = enum(DayState, default=DayState.CONFIRMED)
    reason: str
    decision: str | None = None
    source: str | None = None
    changed_at: datetime = moment()
    changed_by_id: str | None = Field(default=None, foreign_key='account.id')


class WorkSession(SQLModel, table=True):
    """Opening hours of one weekday (0 = Monday), between two dates. Without a unit they hold for all that have none of their own."""

    __tablename__ = 'work_session'

    id: str = id_column()
    unit_id: str | None = Field(default=None, foreign_key='unit.id', index=True)
    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_to: date | None = None


class CalendarVersion(SQLModel, table=True):
    """Each change of the calendar gets a number; a due date names the one it was computed with."""

    __tablename__ = 'calendar_version'

    number: int = Field(primary_key=True)
    changed_at: datetime = moment()
    changed_by_id: str | None = Field(default=None, foreign_key='account.id')
    summary: str
