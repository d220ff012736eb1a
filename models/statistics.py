"""What has been counted: one row for each slice, kept in the transaction of the act. No row says anything of a person."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

DAY, MONTH = 0, 1
"""Grains of a row."""
ALL = ''
"""Stands for all units, or all procedures, in a slice."""


class Tally(SQLModel, table=True):
    """Acts of one slice: day or month, a unit or all, a procedure or all. Meaning of the counts: ``app.statistics.measures``."""

    __tablename__ = 'tally'
    __table_args__ = {'sqlite_with_rowid': False}

    grain: int = Field(primary_key=True, sa_column_kwargs={'autoincrement': False})
    unit_id: str = Field(primary_key=True, max_length=22)
    """The resolving unit."""
    procedure_id: str = Field(primary_key=True, max_length=22)
    start: date = Field(primary_key=True)
    """The day, or the first day of the month, in Vietnam."""
    received_online: int = 0
    received_counter: int = 0
    received_post: int = 0
    reused: int = 0
    accepted: int = 0
    refused: int = 0
    junk: int = 0
    replaced: int = 0
    withdrawn: int = 0
    stopped: int = 0
    kept: int = 0
    missed: int = 0
    asked: int = 0
    apologies: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    unlimited: int = 0
    electronic: int = 0
    returned: int = 0
    revoked: int = 0
    corrected: int = 0
    very_satisfied: int = 0
    satisfied: int = 0
    unsatisfied: int = 0
    reception_rated: int = 0
    reception_unsatisfied: int = 0
    handling_rated: int = 0
    handling_unsatisfied: int = 0
    handover_rated: int = 0
    handover_unsatisfied: int = 0
    minutes: int = Field(default=0, sa_type=BigInteger)
    """Working minutes of what was resolved, without the waiting."""


class TallyMinutes(SQLModel, table=True):
    """How many dossiers of a slice took about so many working minutes; ``bucket`` as in ``app.statistics.buckets``."""

    __tablename__ = 'tally_minutes'
    __table_args__ = {'sqlite_with_rowid': False}

    grain: int = Field(primary_key=True, sa_column_kwargs={'autoincrement': False})
    unit_id: str = Field(primary_key=True, max_length=22)
    procedure_id: str = Field(primary_key=True, max_length=22)
    start: date = Field(primary_key=True)
    bucket: int = Field(primary_key=True, sa_column_kwargs={'autoincrement': False})
    number: int = 0
