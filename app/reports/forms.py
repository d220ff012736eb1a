"""The forms of the reports as data: which version holds on a day, its columns, the sums that must hold in it."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from app.procedures.schema import Mark, Part, Text

FILE = Path(__file__).with_name('forms.yaml')


class Column(Part):
    """One column of figures. ``added``: the portal shows it beside the form."""

    key: str
    label: Text
    group: str
    number: str = ''
    """As the form numbers it: ``(7)``."""
    added: bool = False


class Form(Part):
    """One version of one report. Days of effect are inclusive."""

    code: str
    version: str
    number: str
    title: Text
    valid_from: date
    valid_to: date | None = None
    source: str
    mark: Mark
    rows: Literal['field', 'unit', 'agency', ''] = ''
    outside: tuple[str, ...] = ()
    """Outcomes that stand in no sum."""
    columns: tuple[Column, ...] = ()
    equal: tuple[dict[str, tuple[str, ...]], ...] = ()
    parts: tuple[str, ...] = ()
    """Codes of the reports that it is put together from."""


@cache
def forms() -> dict[str, tuple[Form, ...]]:
    """Return the versions of every report, the oldest first."""
    raw = yaml.safe_load(FILE.read_text('utf-8'))
    return {
        code: tuple(sorted((Form(code=code, **row) for row in rows), key=lambda form: form.valid_from))
        for code, rows in raw.items()
    }


def form_on(code: str, day: date) -> Form:
    """Return the version that holds on a day; before the first one, the first one. Raises KeyError for an unknown code."""
    versions = forms()[code]
    return next((form for form in reversed(versions) if form.valid_from <= day), versions[0])
