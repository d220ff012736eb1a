"""Procedures, their versions and the legal instruments they rest on."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.types import id_column, json, moment


class Instrument(SQLModel, table=True):
    """A law, decree, circular or decision with the dates between which it is in force (both inclusive)."""

    __tablename__ = 'instrument'

    id: str = Field(primary_key=True, max_length=80)
    number: str
    kind: str
    title: str
    issuer: str | None = None
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = Field(default=None, index=True)
    replaced_by: list[str] = json(default_factory=list)
    detail: dict[str, Any] = json(default_factory=dict)
    """amends, amended_by, partial_expiry, scheduled_end, marks and notes as in the catalogue file."""


class Procedure(SQLModel, table=True):
    """What stays the same over all versions of a procedure, and what the installation decides about it."""

    __tablename__ = 'procedure'

    id: str = id_column()
    slug: str = Field(unique=True, max_length=80)
    code: str | None = Field(default=None, index=True, max_length=40)
    """National code (mã TTHC)."""
    is_enabled: bool = True
    guest_filing: bool | None = None
    """The installation's own switch; None follows the version."""
    account_filing: bool | None = None
    popular: int = 0
    """Place among the procedures shown first; 0 = not among them."""


class ProcedureVersion(SQLModel, table=True):
    """An immutable version. A dossier stays pinned to the one it was filed under."""

    __tablename__ = 'procedure_version'
    __table_args__ = (UniqueConstraint('procedure_id', 'number'),)

    id: str = id_column()
    procedure_id: str = Field(foreign_key='procedure.id', index=True)
    number: int
    valid_from: date
    valid_to: date | None = None
    sector_key: str = Field(index=True, max_length=120)
    sector: str
    name: str
    name_en: str | None = None
    level: str
    applicants: list[str] = json(default_factory=list)
    checked: bool = False
    search_text: str = ''
    """Name, code, sector and result, folded (no accents, đ = d), for the search."""
    spec: dict[str, Any] = json()
    """``app.procedures.schema.ProcedureSpec`` as JSON."""
    spec_hash: str = Field(max_length=64)
    loaded_at: datetime = moment()


class CouncilFee(SQLModel, table=True):
    """What the provincial People's Council decided that a procedure costs, from one day until its next decision."""

    __tablename__ = 'council_fee'

    id: str = id_column()
    procedure_id: str = Field(foreign_key='procedure.id', index=True)
    amount: int
    """Đồng."""
    decision: str
    """Number of the resolution."""
    valid_from: date
    entered_at: datetime = moment()
    entered_by_id: str | None = Field(default=None, foreign_key='account.id')
    withdrawn_at: datetime | None = moment(nullable=True)
    """It was entered by mistake; it stays to be seen."""
    withdrawn_by_id: str | None = Field(default=None, foreign_key='account.id')


class ProcedureBasis(SQLModel, table=True):
    """Which version rests on which instrument, so that an expiring law finds its procedures."""

    __tablename__ = 'procedure_basis'

    version_id: str = Field(foreign_key='procedure_version.id', primary_key=True)
    position: int = Field(primary_key=True)
    instrument_id: str | None = Field(default=None, foreign_key='instrument.id', index=True)
    citation: str
