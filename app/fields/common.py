"""What most types of questions share: refusing, cleaning hostile text, length and pattern rules, lists of options."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from app.errors import Invalid, Problem
from app.fields.base import Control, Example
from app.i18n import Words
from app.procedures.schema import FormField, Option, Text

HARD_LIMIT = 20_000
"""Characters; nothing longer is even looked at."""
_DATA = Path(__file__).parent / 'data'


def refuse(field: FormField, key: str, **values: Any) -> Invalid:
    """Return the refusal of one answer, to be raised."""
    return Invalid({field.id: Problem(f'fields.{key}', values)})


def clean(field: FormField, raw: Any, *, lines: bool = False) -> str:
    """Return one NFC text without invisible or control characters, spaces collapsed; '' for an empty answer.

    Lone surrogates, NUL and direction marks go: they cannot be stored, or make a text read differently than it is.
    Raises Invalid for anything that is not a text.
    """
    if raw is None:
        return ''
    if not isinstance(raw, str):
        raise refuse(field, 'not_text')
    if len(raw) > HARD_LIMIT:
        raise refuse(field, 'too_long', max=field.rules.max_length or HARD_LIMIT)
    text = unicodedata.normalize('NFC', raw.replace('\r\n', '\n'))
    kept = (c if c == '\n' and lines else ' ' if unicodedata.category(c) in ('Cc', 'Zl', 'Zp') else c for c in text)
    text = ''.join(c for c in kept if unicodedata.category(c) not in ('Cf', 'Cs'))
    if not lines:
        return ' '.join(text.split())
    return '\n'.join(' '.join(line.split()) for line in text.split('\n')).strip()


@cache
def table(name: str) -> tuple[Option, ...]:
    """Return a long list of options from ``app/fields/data``: provinces, ethnic_groups, nationalities."""
    rows = yaml.safe_load((_DATA / f'{name}.yaml').read_text('utf-8'))
    return tuple(Option(value=value, label=Text(**label)) for value, label in rows.items())


def label_of(options: tuple[Option, ...], value: Any, t: Words) -> str:
    """Return an option's label, or the value itself when the list no longer has it."""
    return next((t.pick(o.label) for o in options if o.value == value), str(value))


def choices(options: tuple[Option, ...], t: Words) -> tuple[tuple[str, str], ...]:
    """Return (value, label) pairs for a control."""
    return tuple((o.value, t.pick(o.label)) for o in options)


class BaseType:
    """A type whose value is shown as it is stored; the others override what differs."""

    key: ClassVar[str]
    sensitive: ClassVar[bool] = False
    EXAMPLES: ClassVar[tuple[Example, ...]] = ()

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a one-line text control."""
        return Control('text', maxlength=field.rules.max_length)

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the cleaned text, None for an empty answer. Raises Invalid."""
        return clean(field, raw) or None

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Apply the length and pattern rules to a text."""
        return text_problem(field, value) if isinstance(value, str) else Problem('fields.not_text')

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Return the value as it is stored."""
        return str(value)


def text_problem(field: FormField, value: str) -> Problem | None:
    """Apply ``min_length``, ``max_length`` and ``pattern`` (the whole text must match)."""
    rules = field.rules
    if rules.min_length and len(value) < rules.min_length:
        return Problem('fields.too_short', {'min': rules.min_length})
    if rules.max_length and len(value) > rules.max_length:
        return Problem('fields.too_long', {'max': rules.max_length})
    if rules.pattern and not re.fullmatch(rules.pattern, value):
        return custom(field) or Problem('fields.wrong_form')
    return None


def custom(field: FormField) -> Problem | None:
    """Return the procedure's own message for this question, in both languages."""
    message = field.rules.message
    return Problem('fields.custom', {'vi': message.vi, 'en': message.en or message.vi}) if message else None
