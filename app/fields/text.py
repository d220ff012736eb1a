"""Free text: one line, several lines, and a person's name."""

from typing import Any

from app.errors import Problem
from app.fields.base import Control, Example
from app.fields.common import BaseType, clean, refuse, text_problem
from app.i18n import Words
from app.procedures.schema import FormField
from app.registry import FIELDS

LINE = 300
TEXT = 4_000


@FIELDS.register
class LineText(BaseType):
    """One line of text."""

    key = 'text'
    EXAMPLES = (
        Example('  12   Trần Phú ', '12 Trần Phú'),
        Example('', None),
        Example('\x00\u202e \ud800', None),
        Example({'a': 1}, problem='fields.not_text'),
        Example('x' * 301, problem='fields.too_long'),
        Example('12/1990', '12/1990', field={'rules': {'max_length': 10}}),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a one-line control."""
        limit = field.rules.max_length or LINE
        suffix = t.pick(field.unit) if field.unit else None
        return Control('text', maxlength=limit, width='medium' if limit <= 40 else 'full', suffix=suffix)

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return one clean line. Raises Invalid when it is longer than a line may be."""
        text = clean(field, raw)
        if len(text) > (field.rules.max_length or LINE):
            raise refuse(field, 'too_long', max=field.rules.max_length or LINE)
        return text or None


@FIELDS.register
class LongText(BaseType):
    """Several lines of text; line breaks are kept."""

    key = 'textarea'
    EXAMPLES = (
        Example('Dòng một \r\n  Dòng hai', 'Dòng một\nDòng hai'),
        Example('  \n ', None),
        Example('x' * 4_001, problem='fields.too_long'),
        Example(['a'], problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a control of several lines."""
        return Control('textarea', maxlength=field.rules.max_length or TEXT)

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return clean lines. Raises Invalid when there is too much."""
        text = clean(field, raw, lines=True)
        if len(text) > (field.rules.max_length or TEXT):
            raise refuse(field, 'too_long', max=field.rules.max_length or TEXT)
        return text or None


@FIELDS.register
class PersonName(BaseType):
    """A person's full name as papers write it: at least two letters, no digits."""

    key = 'person_name'
    EXAMPLES = (
        Example(' nguyễn  thị   An ', 'nguyễn thị An'),
        Example('Nguye\u0302\u0303n An', 'Nguyễn An'),
        Example('H’Hen Niê', 'H’Hen Niê'),
        Example('Nguyễn Văn 2', problem='fields.name_signs'),
        Example('A', problem='fields.name_short'),
        Example('x' * 101, problem='fields.too_long'),
        Example(7, problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a name control; only the applicant's own is completed by the browser."""
        own = 'name' if field.prefill == 'full_name' else None
        return Control('text', autocomplete=own, maxlength=field.rules.max_length or 100, hint_key='fields.hint_name')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the name with single spaces in NFC. Raises Invalid."""
        name = clean(field, raw)
        if not name:
            return None
        if len(name) > (field.rules.max_length or 100):
            raise refuse(field, 'too_long', max=field.rules.max_length or 100)
        if not all(c.isalpha() or c in " .,'’‘-()" for c in name):
            raise refuse(field, 'name_signs')
        if sum(c.isalpha() for c in name) < 2:
            raise refuse(field, 'name_short')
        return name

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Apply the length rules."""
        return text_problem(field, value) if isinstance(value, str) else Problem('fields.not_text')
