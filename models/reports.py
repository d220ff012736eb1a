"""Official reports: which are made by themselves and for whom, and each one that was made, as it was."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from models.types import id_column, json, moment


class ReportSchedule(SQLModel, table=True):
    """One report of one unit that is made after each month or quarter. A change ends it and begins another."""

    __tablename__ = 'report_schedule'

    id: str = id_column()
    unit_id: str = Field(foreign_key='unit.id', index=True)
    report: str = Field(max_length=40)
    """Code of the form in ``app/reports/forms.yaml``."""
    kind: str = Field(max_length=10)
    """``thang`` or ``quy``, as in addresses."""
    day: int
    """The day of the month after the period on which it is made."""
    recipients: list[str] = json(default_factory=list)
    """Accounts of staff; who may not read reports any more when it is made gets nothing."""
    created_at: datetime = moment()
    created_by_id: str | None = Field(default=None, foreign_key='account.id')
    ended_at: datetime | None = moment(nullable=True)


class ReportRun(SQLModel, table=True):
    """One report as it was made for its period; later changes of the figures do not touch it."""

    __tablename__ = 'report_run'
    __table_args__ = (UniqueConstraint('schedule_id', 'first'),)

    id: str = id_column()
    schedule_id: str = Field(foreign_key='report_schedule.id')
    unit_id: str = Field(foreign_key='unit.id', index=True)
    first: date
    last: date
    data: dict[str, Any] = json(default_factory=dict)
    """``app.reports.shapes.Report`` as JSON."""
    is_sound: bool = True
    """All sums agreed when it was made."""
    made_at: datetime = moment()


class IndicatorEntry(SQLModel, table=True):
    """A figure of an index or target that the service cannot count: entered by hand. The newest counts; none is changed."""

    __tablename__ = 'indicator_entry'
    __table_args__ = (Index('ix_indicator_entry_place', 'unit_id', 'table_key', 'first'),)

    id: str = id_column()
    unit_id: str = Field(foreign_key='unit.id')
    table_key: str = Field(max_length=20)
    """index766, evaluation or targets."""
    criterion: str = Field(max_length=40)
    first: date
    last: date
    part: int
    whole: int
    source: str = Field(max_length=300)
    """Where the figure comes from, in words."""
    entered_at: datetime = moment()
    entered_by_id: str = Field(foreign_key='account.id')
