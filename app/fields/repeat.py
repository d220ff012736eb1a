"""A group of questions that is answered several times: members of a household, goods, signers."""

from typing import Any

from app.errors import Invalid, Problem
from app.fields.base import Control, Example
from app.fields.common import BaseType, refuse
from app.i18n import Words
from app.procedures.schema import FormField
from app.registry import FIELDS

MOST = 100
"""Entries, when the question sets no limit of its own."""
_NAMES = {'fields': [{'id': 'name', 'type': 'text', 'label': {'vi': 'Tên'}}]}


@FIELDS.register
class Repeat(BaseType):
    """A list of entries, each a mapping from the questions of the group to their answers."""

    key = 'repeat'
    EXAMPLES = (
        Example([{'name': ' An '}, {'name': 'Bình', 'x': 1}], [{'name': 'An'}, {'name': 'Bình'}], field=_NAMES),
        Example([{'name': ''}, {}], None, field=_NAMES),
        Example([{'name': ''}, {'name': 'An'}, {}], [{}, {'name': 'An'}], field=_NAMES),
        Example('An', problem='fields.not_list', field=_NAMES),
        Example(['An'], problem='fields.not_list', field=_NAMES),
        Example([{}] * 101, problem='fields.too_many', field=_NAMES),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe the group; its questions are ``field.fields``."""
        return Control('repeat')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the entries up to the last that holds anything: an empty one before it keeps its place, and so all their numbers.

        Raises Invalid with a problem for each wrong answer in them.
        """
        if raw is None or raw == '':
            return None
        most = field.rules.max_items or MOST
        if not isinstance(raw, list | tuple) or not all(isinstance(item, dict) for item in raw):
            raise refuse(field, 'not_list')
        if len(raw) > most:
            raise refuse(field, 'too_many', max=most)
        problems: dict[str, Problem] = {}
        items = [self._item(field, index, item, problems) for index, item in enumerate(raw)]
        if problems:
            raise Invalid(problems)
        while items and not items[-1]:
            items.pop()
        return items or None

    def _item(self, field: FormField, index: int, raw: dict[str, Any], problems: dict[str, Problem]) -> dict[str, Any]:
        item: dict[str, Any] = {}
        for inner in field.fields:
            try:
                value = FIELDS[inner.type].parse(inner, raw.get(inner.id))
            except Invalid as error:
                problems |= {f'{field.id}[{index}].{key}': problem for key, problem in error.problems.items()}
                continue
            if value is not None:
                item[inner.id] = value
        return item

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Apply ``min_items`` and ``max_items``; the answers inside are checked by ``app.procedures.validation``."""
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            return Problem('fields.not_list')
        count = sum(1 for item in value if item)
        if field.rules.min_items and count < field.rules.min_items:
            return Problem('fields.too_few', {'min': field.rules.min_items})
        if count > (field.rules.max_items or MOST):
            return Problem('fields.too_many', {'max': field.rules.max_items or MOST})
        return None

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Write one line an entry."""
        lines = []
        for item in value if isinstance(value, list) else []:
            if not isinstance(item, dict) or not item:
                continue
            texts = [FIELDS[f.type].format(f, item[f.id], t) for f in field.fields if item.get(f.id) is not None]
            lines.append(' · '.join(texts))
        return '\n'.join(lines)
