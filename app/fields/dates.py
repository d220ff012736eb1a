"""Dates: a full one, and one of which only the month or the year may be known. Stored as ISO text."""

import re
from datetime import date
from typing import Any

from app import clock
from app.errors import Problem
from app.fields.base import Control, Example
from app.fields.common import BaseType, clean, refuse
from app.i18n import Words
from app.procedures.schema import FormField
from app.registry import FIELDS

_FIRST, _LAST = 1850, 2150


def _full(field: FormField, text: str) -> str | None:
    """Return ISO for ``dd/mm/yyyy`` (also with - or . or eight digits) or for ISO itself; None for another form."""
    found = re.fullmatch(r'(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})|(\d{2})(\d{2})(\d{4})', text, re.ASCII)
    iso = re.fullmatch(r'(\d{4})-(\d{2})-(\d{2})', text, re.ASCII)
    if found:
        day, month, year = (int(g) for g in found.groups() if g)
    elif iso:
        year, month, day = (int(g) for g in iso.groups())
    else:
        return None
    return _iso(field, year, month, day)


def _iso(field: FormField, year: int, month: int, day: int) -> str:
    if not _FIRST <= year <= _LAST:
        raise refuse(field, 'date_year', first=_FIRST, last=_LAST)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise refuse(field, 'date_none') from None


def written(value: str) -> str:
    """Write a stored, perhaps partial, date the Vietnamese way: ``05/10/2026``, ``10/2026`` or ``2026``."""
    return '/'.join(reversed(value.split('-')))


def _bound(rule: str, answers: dict[str, Any]) -> str | None:
    """Return the ISO day a rule means: ``today``, or the answer to another question (None: not answered)."""
    if rule == 'today':
        return clock.today().isoformat()
    value = answers.get(rule)
    return value if isinstance(value, str) else None


def date_problem(field: FormField, value: str, answers: dict[str, Any]) -> Problem | None:
    """Apply ``not_after``, ``not_before`` and ``min_age_years``; a partial date is compared as far as it is known."""
    rules = field.rules
    if rules.not_after and (last := _bound(rules.not_after, answers)) and value[: len(last)] > last[: len(value)]:
        key = 'date_future' if rules.not_after == 'today' else 'date_after'
        return Problem(f'fields.{key}', {'day': written(last)})
    if rules.not_before and (first := _bound(rules.not_before, answers)) and value[: len(first)] < first[: len(value)]:
        return Problem('fields.date_before', {'day': written(first)})
    if rules.min_age_years:
        today = clock.today()
        limit = f'{today.year - rules.min_age_years}-{today:%m-%d}'
        if value > limit[: len(value)]:
            return Problem('fields.too_young', {'years': rules.min_age_years})
    return None


class _Dates(BaseType):
    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Apply the rules about other days and age."""
        return date_problem(field, value, answers) if isinstance(value, str) else Problem('fields.date_form')

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Write ``05/10/2026``."""
        return written(str(value))


@FIELDS.register
class FullDate(_Dates):
    """A day: ``dd/mm/yyyy`` in, ISO stored."""

    key = 'date'
    EXAMPLES = (
        Example('5/10/2026', '2026-10-05'),
        Example('05-10-2026', '2026-10-05'),
        Example('05102026', '2026-10-05'),
        Example('2026-10-05', '2026-10-05'),
        Example('31/02/2026', problem='fields.date_none'),
        Example('05/10/26', problem='fields.date_form'),
        Example('01/01/0001', problem='fields.date_year'),
        Example('', None),
        Example(20261005, problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a masked date control."""
        own = 'bday' if field.prefill == 'birth_date' else None
        return Control(
            'date', inputmode='numeric', autocomplete=own, mask='##/##/####', maxlength=10, width='short',
            hint_key='fields.hint_date',
        )  # fmt: skip

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the ISO day. Raises Invalid."""
        text = clean(field, raw)
        if not text:
            return None
        if not (iso := _full(field, text)):
            raise refuse(field, 'date_form')
        return iso


@FIELDS.register
class PartialDate(_Dates):
    """A date of which the day, or the day and the month, may be unknown: ``dd/mm/yyyy``, ``mm/yyyy`` or ``yyyy``."""

    key = 'partial_date'
    EXAMPLES = (
        Example('1948', '1948'),
        Example('3/1948', '1948-03'),
        Example('02/09/1948', '1948-09-02'),
        Example('1948-03', '1948-03'),
        Example('13/1948', problem='fields.date_none'),
        Example('48', problem='fields.partial_date_form'),
        Example(None, None),
        Example({'year': 1948}, problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a short text control: no mask, as three forms are right."""
        return Control('text', inputmode='numeric', maxlength=10, width='short', hint_key='fields.hint_partial_date')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``. Raises Invalid."""
        text = clean(field, raw)
        if not text:
            return None
        if iso := _full(field, text):
            return iso
        found = re.fullmatch(r'(?:(\d{1,2})[/.\-])?(\d{4})|(\d{4})-(\d{2})', text, re.ASCII)
        if not found:
            raise refuse(field, 'partial_date_form')
        month, year = found[1] or found[4], found[2] or found[3]
        day = _iso(field, int(year), int(month or 1), 1)
        return day[:7] if month else day[:4]
