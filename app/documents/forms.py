"""The official forms by code and version: which one is valid on a day, and where its layout lies."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

HERE = Path(__file__).parent
LAYOUTS = HERE / 'forms'


class Form(BaseModel):
    """One version of one official form. Days of effect are inclusive."""

    model_config = ConfigDict(extra='forbid', frozen=True)

    code: str
    version: str
    number: str
    """Mẫu số."""
    title: str
    size: Literal['a4', 'a5']
    symbol: str
    signer: Literal['officer', 'leader'] | None = None
    """Who signs it: the officer whom it names, or a leader; None: nobody, it is drawn anew each time."""
    sealed: Literal['at_once', 'after'] | None = None
    """When the agency's digital seal is set."""
    valid_from: date
    valid_to: date | None = None
    source: str
    mark: Literal['A', 'B', 'C']

    @property
    def layout(self) -> Path:
        """Return the file of its layout."""
        return LAYOUTS / self.version / f'{self.number}.typ'


@cache
def forms() -> dict[str, tuple[Form, ...]]:
    """Return the versions of every form, the oldest first."""
    raw = yaml.safe_load((HERE / 'forms.yaml').read_text('utf-8'))
    return {
        code: tuple(sorted((Form(code=code, **row) for row in rows), key=lambda form: form.valid_from))
        for code, rows in raw.items()
    }


def form_on(code: str, day: date) -> Form:
    """Return the version that is valid on a day; before the first one was, the first one. Raises KeyError for an unknown code."""
    versions = forms()[code]
    return next((form for form in reversed(versions) if form.valid_from <= day), versions[0])


def form_of(code: str, version: str) -> Form:
    """Return one version of a form, valid today or not. Raises KeyError when there is none."""
    found = next((form for form in forms().get(code, ()) if form.version == version), None)
    if found is None:
        raise KeyError(f'{code} {version}')
    return found
