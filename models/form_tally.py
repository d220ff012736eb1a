"""What became of the forms that were begun, and what they asked: counts without any person."""

from datetime import date

from sqlmodel import Field, SQLModel

WHOLE = ''
"""Stands for the whole form in a row; other rows are of the page on which it was left."""


class FormTally(SQLModel, table=True):
    """Forms of one procedure that ended in one month: sent, or run out on some page. No row says anything of a person."""

    __tablename__ = 'form_tally'
    __table_args__ = {'sqlite_with_rowid': False}

    month: date = Field(primary_key=True)
    """Its first day, in Vietnam."""
    procedure_id: str = Field(primary_key=True, max_length=22)
    page: str = Field(primary_key=True, max_length=80)
    sent: int = 0
    left: int = 0
    """Ran out without being sent."""
    answers: int = 0
    """Answers in what was sent, without those that the system computes or that merely stand as usual."""
    known: int = 0
    """Those of them that nobody had to type: from the profile, a database or an earlier dossier."""
    papers: int = 0
    """Files that were handed in."""
    papers_known: int = 0
    """Those of them that were used again or came from a database."""
