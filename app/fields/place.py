"""An address in the two-tier country: province, commune and the rest; another country when the question allows it."""

from typing import Any

from app.errors import Problem
from app.fields.base import Control, Example
from app.fields.common import BaseType, choices, clean, label_of, refuse, table
from app.i18n import Words
from app.procedures.schema import FormField
from app.registry import FIELDS

HOME = 'VN'
PARTS = ('province', 'commune', 'detail')
"""The default parts. ``country`` in ``rules.parts`` adds a country, which stands first."""
_ABROAD = {'rules': {'parts': ['country', 'province', 'commune', 'detail']}}


def parts_of(field: FormField) -> tuple[str, ...]:
    """Return which parts the question asks for, in order."""
    return field.rules.parts or PARTS


def missing_parts(field: FormField, value: dict[str, Any]) -> list[str]:
    """Return the parts still empty: abroad only the detail is needed, at home province and commune."""
    if value.get('country', HOME) != HOME:
        needed: tuple[str, ...] = ('detail',)
    else:
        needed = tuple(p for p in ('province', 'commune') if p in parts_of(field))
    return [p for p in needed if not value.get(p)]


@FIELDS.register
class Address(BaseType):
    """An address, stored as ``{country?, province, commune, detail}``: two codes, the rest as text."""

    key = 'address'
    EXAMPLES = (
        Example(
            {'province': '01', 'commune': ' Phường  Hoàn Kiếm', 'detail': '', 'x': 1},
            {'province': '01', 'commune': 'Phường Hoàn Kiếm'},
        ),
        Example({'country': 'FR', 'detail': 'Paris'}, {'country': 'FR', 'detail': 'Paris'}, field=_ABROAD),
        Example({'country': 'FR', 'detail': 'Paris'}, {'detail': 'Paris'}),
        Example({}, None),
        Example('', None),
        Example('Hà Nội', problem='fields.not_address'),
        Example({'province': 'Hà Tây', 'commune': 'X'}, problem='fields.unknown_option'),
        Example({'province': ['01']}, problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe the group; ``options`` are the provinces."""
        return Control('address', maxlength=200, options=choices(table('provinces'), t), hint_key='fields.hint_address')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the parts that were filled in, None when none was. Raises Invalid."""
        if raw is None or raw == '':
            return None
        if not isinstance(raw, dict):
            raise refuse(field, 'not_address')
        value = {part: text for part in parts_of(field) if (text := self._part(field, part, raw.get(part)))}
        if value.get('country', HOME) != HOME:
            value = {part: value[part] for part in value if part in ('country', 'detail')}
        return None if set(value) <= {'country'} else value

    def _part(self, field: FormField, part: str, raw: Any) -> str:
        text = clean(field, raw)
        if len(text) > 200:
            raise refuse(field, 'too_long', max=200)
        lists = {'country': 'nationalities', 'province': 'provinces'}
        if text and part in lists and all(o.value != text for o in table(lists[part])):
            raise refuse(field, 'unknown_option')
        return text

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Ask for what is missing."""
        if not isinstance(value, dict):
            return Problem('fields.not_address')
        missing = missing_parts(field, value)
        return Problem(f'fields.address_{missing[0]}') if missing else None

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Write it from the smallest part to the largest."""
        if not isinstance(value, dict):
            return str(value)
        lists = {'country': 'nationalities', 'province': 'provinces'}
        texts = [
            label_of(table(lists[part]), value[part], t) if part in lists else str(value[part])
            for part in ('detail', 'commune', 'province', 'country')
            if value.get(part) and not (part == 'country' and value[part] == HOME)
        ]
        return ', '.join(texts)
