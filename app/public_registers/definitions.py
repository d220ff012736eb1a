"""What each public register tells. Read from ``registers.yaml``; what is about a person is refused."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field

from app.procedures.schema import FormField, Mark, Part, ProcedureSpec, Slug, Text

FILE = Path(__file__).parent / 'registers.yaml'
TOLD_TYPES = frozenset({'choice', 'multi_choice', 'number', 'area', 'address', 'text', 'date', 'checkbox'})
"""Types of questions whose answers may be told. Names, numbers of papers, telephones and long free text are not among them."""


class Basis(Part):
    """The law that makes it public."""

    citation: str
    instrument: Slug | None = None
    mark: Mark


class Told(Part):
    """One content of a result that is told."""

    key: str
    label: Text
    sources: tuple[str, ...] = Field(alias='from')
    """Questions of the procedures; the first that was answered counts."""
    mark: Mark


class PublicRegister(Part):
    """One register."""

    title: Text
    about: Text
    basis: Basis
    months: int = Field(ge=1)
    checked: bool
    procedures: tuple[Slug, ...]
    fields: tuple[Told, ...]


@cache
def registers() -> dict[str, PublicRegister]:
    """Return every register by the word in its address."""
    raw = yaml.safe_load(FILE.read_text('utf-8'))
    return {key: PublicRegister.model_validate(one) for key, one in raw.items()}


def register_of(spec: ProcedureSpec) -> str | None:
    """Return the register that results of a procedure go into. A sensitive procedure has none."""
    if spec.sensitive:
        return None
    return next((key for key, one in registers().items() if spec.id in one.procedures), None)


def may_be_told(field: FormField) -> bool:
    """Tell whether an answer is about the matter, not about a person: whatever a profile fills in is a person's."""
    return field.type in TOLD_TYPES and not field.sensitive and not field.prefill
