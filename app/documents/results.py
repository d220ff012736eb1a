"""Which results can be drawn up from a dossier, and what goes into each."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from app.documents.forms import LAYOUTS

FILE = Path(__file__).parent / 'results.yaml'
LAYOUT = LAYOUTS / 'results' / 'result.typ'


class Part(BaseModel):
    """Base of all parts: an unknown key is a mistake in the file."""

    model_config = ConfigDict(extra='forbid', frozen=True)


class Group(Part):
    """Some answers under a heading, by the ids of their questions."""

    title: str
    fields: tuple[str, ...]


class SamePerson(Part):
    """When the applicant is the person concerned, unasked answers about them are those about the applicant."""

    when: dict[str, Any]
    prefix: str
    other: str


class ResultForm(Part):
    """The result of one procedure."""

    title: str
    check: str
    """The official form that the draft is to be compared with."""
    statement: str
    """What the authority itself says, written by the officer."""
    mark: Literal['A', 'B', 'C']
    groups: tuple[Group, ...]
    same_person: SamePerson | None = None


@cache
def result_forms() -> dict[str, ResultForm]:
    """Return the results that can be drawn up, by the id of the procedure."""
    raw = yaml.safe_load(FILE.read_text('utf-8'))
    return {procedure: ResultForm.model_validate(one) for procedure, one in raw.items()}
