"""Numbers: plain ones, areas, money in đồng. Vietnamese writing: a dot groups thousands, a comma marks decimals."""

import re
from typing import Any, ClassVar

from app.errors import Problem
from app.fields.base import Control, Example
from app.fields.common import BaseType, clean, custom, refuse
from app.i18n import Words
from app.procedures.schema import FormField
from app.registry import FIELDS

_LIMIT = 10**15


def read_number(field: FormField, raw: Any, *, whole: bool) -> int | float | None:
    """Return the number a person wrote.

    ``1.250`` is 1250 where only whole numbers make sense; elsewhere it could mean two things and is refused.
    Raises Invalid.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _bounded(field, raw, whole)
    text = clean(field, raw).replace(' ', '')
    if not text:
        return None
    if re.fullmatch(r'-?[1-9]\d{0,2}(\.\d{3})+(,\d{1,6})?', text, re.ASCII):
        if not whole and text.count('.') == 1 and ',' not in text:
            raise refuse(field, 'number_two_ways', thousands=text.replace('.', ''), decimals=text.replace('.', ','))
        text = text.replace('.', '').replace(',', '.')
    elif re.fullmatch(r'-?\d{1,20}([.,]\d{1,6})?', text, re.ASCII):
        text = text.replace(',', '.')
    else:
        raise refuse(field, 'number_form')
    return _bounded(field, float(text) if '.' in text else int(text), whole)


def _bounded(field: FormField, number: int | float, whole: bool) -> int | float:
    if not -_LIMIT <= number <= _LIMIT:  # also catches infinity and nan
        raise refuse(field, 'number_size')
    if number == int(number):
        return int(number)
    if whole:
        raise refuse(field, 'number_whole')
    return number


def _show(value: Any, t: Words) -> str:
    value = round(value, 6) if isinstance(value, float) else value  # a sum of areas carries noise
    text = f'{value:,}' if isinstance(value, int | float) else str(value)
    return text.translate({ord(','): '.', ord('.'): ','}) if t.lang == 'vi' else text


@FIELDS.register
class Number(BaseType):
    """A number; whole when the rule ``integer`` says so."""

    key = 'number'
    least: ClassVar[float | None] = None
    EXAMPLES: ClassVar[tuple[Example, ...]] = (
        Example('3,5', 3.5),
        Example('3.5', 3.5),
        Example('-0,45', -0.45),
        Example('1.250', problem='fields.number_two_ways'),
        Example('1.250', 1250, field={'rules': {'integer': True}}),
        Example('1.250.000', 1250000),
        Example('2,5', problem='fields.number_whole', field={'rules': {'integer': True}}),
        Example(1e308, problem='fields.number_size'),
        Example(float('nan'), problem='fields.number_size'),
        Example('ba', problem='fields.number_form'),
        Example(True, problem='fields.not_text'),
        Example('', None),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a number control with its unit."""
        mode = 'numeric' if field.rules.integer else 'decimal'
        return Control('number', inputmode=mode, maxlength=24, width='short', suffix=self._unit(field, t))

    def _unit(self, field: FormField, t: Words) -> str | None:
        return t.pick(field.unit) if field.unit else None

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return an int or a float. Raises Invalid."""
        return read_number(field, raw, whole=field.rules.integer)

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Apply ``min`` and ``max``."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Problem('fields.number_form')
        least = field.rules.min if field.rules.min is not None else self.least
        if least is not None and value < least:
            return custom(field) or Problem('fields.number_min', {'min': f'{least:g}'})
        if field.rules.max is not None and value > field.rules.max:
            return custom(field) or Problem('fields.number_max', {'max': f'{field.rules.max:g}'})
        return None

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Write ``1.250,5 m``."""
        unit = self._unit(field, t)
        return f'{_show(value, t)} {unit}' if unit else _show(value, t)


@FIELDS.register
class Area(Number):
    """An area in square metres, above zero."""

    key = 'area'
    least = 0.01
    EXAMPLES = (
        Example('85,5', 85.5),
        Example('1.250', problem='fields.number_two_ways'),
        Example('m2', problem='fields.number_form'),
    )

    def _unit(self, field: FormField, t: Words) -> str | None:
        return t.pick(field.unit) if field.unit else 'm²'


@FIELDS.register
class Money(Number):
    """An amount of đồng, whole and not negative."""

    key = 'money'
    least = 0
    EXAMPLES = (
        Example('200.000.000', 200000000),
        Example('500000', 500000),
        Example('1,5', problem='fields.number_whole'),
        Example([1], problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a money control."""
        return Control(
            'number',
            inputmode='numeric',
            mask='#.###',
            maxlength=24,
            width='medium',
            suffix='đ',
            hint_key='fields.hint_money',
        )

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return whole đồng. Raises Invalid."""
        return read_number(field, raw, whole=True)

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Write ``200.000.000 đ``."""
        return t.money(value) if isinstance(value, int) else str(value)
