"""Answers picked from a list: one, several, a tick, an ethnic group, a nationality."""

from typing import Any, ClassVar

from app.errors import Problem
from app.fields.base import Control, Example
from app.fields.common import BaseType, choices, clean, label_of, refuse, table
from app.i18n import Words
from app.procedures.schema import FormField, Option
from app.registry import FIELDS

_AB = {'options': [{'value': 'a', 'label': {'vi': 'A'}}, {'value': 'b', 'label': {'vi': 'B'}}]}
_RADIOS = 7
"""Up to this many options all are shown at once."""
_TICKED = {True: True, 'true': True, 'on': True, '1': True, 'yes': True}
_NOT_TICKED = {False: False, 'false': False, 'off': False, '0': False, 'no': False}


@FIELDS.register
class Choice(BaseType):
    """One of the options of the question."""

    key = 'choice'
    EXAMPLES: ClassVar[tuple[Example, ...]] = (
        Example('a', 'a', field=_AB),
        Example('c', problem='fields.unknown_option', field=_AB),
        Example('', None, field=_AB),
        Example(['a'], problem='fields.not_text', field=_AB),
    )

    def _options(self, field: FormField) -> tuple[Option, ...]:
        return field.options

    def control(self, field: FormField, t: Words) -> Control:
        """Describe radio buttons, or a list to choose from when there are many."""
        options = self._options(field)
        return Control('radio' if len(options) <= _RADIOS else 'select', options=choices(options, t))

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the option's value. Raises Invalid for an unknown one."""
        value = clean(field, raw)
        if value and all(o.value != value for o in self._options(field)):
            raise refuse(field, 'unknown_option')
        return value or None

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Refuse a value that the list no longer has."""
        known = any(o.value == value for o in self._options(field))
        return None if known else Problem('fields.unknown_option')

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Return the option's label."""
        return label_of(self._options(field), value, t)


@FIELDS.register
class Ethnicity(Choice):
    """One of the 54 ethnic groups, a foreigner, or not known."""

    key = 'ethnicity'
    EXAMPLES = (Example('01', '01'), Example('unknown', 'unknown'), Example('99', problem='fields.unknown_option'))

    def _options(self, field: FormField) -> tuple[Option, ...]:
        return table('ethnic_groups')


@FIELDS.register
class Nationality(Choice):
    """A nationality by its ISO code, Viet Nam first."""

    key = 'nationality'
    EXAMPLES = (Example('VN', 'VN'), Example('vn', problem='fields.unknown_option'), Example('', None))

    def _options(self, field: FormField) -> tuple[Option, ...]:
        return table('nationalities')


@FIELDS.register
class MultiChoice(BaseType):
    """Several of the options, in the order of the list."""

    key = 'multi_choice'
    EXAMPLES = (
        Example(['b', 'a', 'b'], ['a', 'b'], field=_AB),
        Example('a', ['a'], field=_AB),
        Example([], None, field=_AB),
        Example(['a', 'z'], problem='fields.unknown_option', field=_AB),
        Example([{'a': 1}], problem='fields.not_text', field=_AB),
        Example({'a': True}, problem='fields.not_list', field=_AB),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a group of tick boxes."""
        return Control('checkboxes', options=choices(field.options, t))

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the chosen values in the list's order. Raises Invalid."""
        if raw is None or raw == '':
            return None
        if isinstance(raw, str):
            raw = [raw]
        if not isinstance(raw, list | tuple) or len(raw) > 2 * len(field.options) + 10:
            raise refuse(field, 'not_list')
        wanted = {clean(field, item) for item in raw}
        if wanted - {o.value for o in field.options}:
            raise refuse(field, 'unknown_option')
        return [o.value for o in field.options if o.value in wanted] or None

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Refuse values that the list no longer has."""
        known = isinstance(value, list) and all(any(item == o.value for o in field.options) for item in value)
        return None if known else Problem('fields.unknown_option')

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Return the labels, separated by semicolons."""
        return '; '.join(label_of(field.options, item, t) for item in value) if isinstance(value, list) else str(value)


@FIELDS.register
class Checkbox(BaseType):
    """A tick: true or false. A required one must be ticked."""

    key = 'checkbox'
    EXAMPLES = (
        Example(True, True),
        Example('on', True),
        Example('false', False),
        Example(None, None),
        Example('', None),
        Example('có lẽ', problem='fields.not_tick'),
        Example([True], problem='fields.not_tick'),
        Example(1e308, problem='fields.not_tick'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a tick box."""
        return Control('checkbox')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return True or False. Raises Invalid."""
        if raw is None or raw == '':
            return None
        answer = {**_TICKED, **_NOT_TICKED}.get(raw) if isinstance(raw, bool | str) else None
        if answer is None:
            raise refuse(field, 'not_tick')
        return answer

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Refuse what is not a tick."""
        return None if isinstance(value, bool) else Problem('fields.not_tick')

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Write yes or no."""
        return t('fields.yes' if value is True else 'fields.no')
