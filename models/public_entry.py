"""Lines of the registers that the law makes public."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel

from models.types import id_column, json, moment


class PublicEntry(SQLModel, table=True):
    """One issued result in a public register: made with the result, never changed. Whether it still stands is the document's to say."""

    __tablename__ = 'public_entry'
    __table_args__ = (Index('ix_public_entry_newest', 'book', 'issued_at'),)

    id: str = id_column()
    book: str = Field(max_length=40)
    """Key of ``app/public_registers/registers.yaml``."""
    document_id: str = Field(foreign_key='document.id', unique=True)
    unit_id: str = Field(foreign_key='unit.id')
    procedure_id: str = Field(foreign_key='procedure.id')
    number: str
    """The number on the result, or the dossier's code where it has none."""
    issued_at: datetime = moment()
    until: date
    """The last day on which it is shown."""
    facts: dict[str, Any] = json(default_factory=dict)
    """Key of a field of the register -> what the result says, in Vietnamese. No person."""
    search_text: str = ''
    """Number and facts, folded."""
