"""The forms of rating: levels, parts, reasons and terms, as data with their source and date."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from app.clock import today
from app.procedures.schema import Text

FOLDER = Path(__file__).parent
UNHAPPY = 1
"""The level that has to be answered."""


class _Data(BaseModel):
    model_config = ConfigDict(extra='forbid', frozen=True)


class Level(_Data):
    level: int
    label: Text


class Choice(_Data):
    """A part that is rated, or a reason to tick."""

    key: str
    label: Text


class Form(_Data):
    """What is asked from a day on."""

    number: int
    valid_from: date = Field(alias='from')
    levels: tuple[Level, ...]
    parts: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    source: Text
    open_days: int
    change_hours: int
    answer_working_days: int

    @property
    def change_for(self) -> timedelta:
        """How long a rating can be changed."""
        return timedelta(hours=self.change_hours)

    @property
    def open_for(self) -> timedelta:
        """How long after the result a rating can be given."""
        return timedelta(days=self.open_days)

    def level_name(self, level: int) -> Text:
        """Return a level in words."""
        return next(one.label for one in self.levels if one.level == level)


class Points(_Data):
    points: int
    label: Text


class Indicator(_Data):
    """One thing that a head judges; ``indicator`` is its number among the nine."""

    key: str
    indicator: int
    label: Text
    points: tuple[Points, ...]


@cache
def forms() -> tuple[Form, ...]:
    """Return every form, the newest last."""
    rows = yaml.safe_load((FOLDER / 'form.yaml').read_text('utf-8'))
    return tuple(sorted((Form.model_validate(row) for row in rows), key=lambda form: form.valid_from))


def form_of(number: int) -> Form:
    """Return the form that a rating was given on."""
    return next(form for form in forms() if form.number == number)


def current() -> Form:
    """Return the form that holds today."""
    return next(form for form in reversed(forms()) if form.valid_from <= today())


@cache
def indicators() -> tuple[Indicator, ...]:
    """Return what heads judge of a dossier."""
    rows = yaml.safe_load((FOLDER / 'inner.yaml').read_text('utf-8'))
    return tuple(Indicator.model_validate(row) for row in rows)
