"""Numbers that stand for a person or a business: personal identification number, tax code."""

from typing import Any

from stdnum.vn import mst

from app import clock
from app.errors import Problem
from app.fields.base import Control, Example
from app.fields.common import BaseType, clean, refuse
from app.i18n import Words
from app.procedures.schema import FormField
from app.registry import FIELDS

_PROVINCES = frozenset(
    f'{code:03}'
    for codes in (
        (1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44),
        (
            45,
            46,
            48,
            49,
            51,
            52,
            54,
            56,
            58,
            60,
            62,
            64,
            66,
            67,
            68,
            70,
            72,
            74,
            75,
            77,
            79,
            80,
            82,
            83,
            84,
            86,
            87,
            89,
        ),
        (91, 92, 93, 94, 95, 96),
    )
    for code in codes
)
"""Where the birth was registered. Codes from before the mergers stay on cards; from 101 on it is a country."""


def personal_id_problem(digits: str) -> str | None:
    """Return the key of what is wrong with twelve digits: place, century and sex, two digits of the year, serial.

    Source: NĐ 137/2015/NĐ-CP Điều 13; TT 07/2016/TT-BCA (codes).
    """
    if digits[:3] not in _PROVINCES and not 101 <= int(digits[:3]) <= 399:
        return 'personal_id_place'
    born = 1900 + int(digits[3]) // 2 * 100 + int(digits[4:6])
    return None if born <= clock.today().year else 'personal_id_year'


@FIELDS.register
class PersonalId(BaseType):
    """The personal identification number: twelve digits. The nine digits of an old card are refused with advice."""

    key = 'personal_id'
    sensitive = True
    EXAMPLES = (
        Example('001 090 000 001', '001090000001'),
        Example('079.306.012345', '079306012345'),
        Example('', None),
        Example('123456789', problem='fields.personal_id_old'),
        Example('00109000000', problem='fields.personal_id_length'),
        Example('003090000001', problem='fields.personal_id_place'),
        Example('001899000001', problem='fields.personal_id_year'),
        Example('00109000000a', problem='fields.personal_id_length'),
        Example('٠٠١٠٩٠٠٠٠٠٠١', problem='fields.personal_id_length'),
        Example(1e308, problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a numeric control."""
        return Control('text', inputmode='numeric', maxlength=20, width='medium', hint_key='fields.hint_personal_id')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return twelve digits. Raises Invalid."""
        digits = clean(field, raw).translate({ord(c): None for c in ' .-'})
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit() and len(digits) == 12):
            is_old = digits.isascii() and digits.isdigit() and len(digits) == 9
            raise refuse(field, 'personal_id_old' if is_old else 'personal_id_length')
        if problem := personal_id_problem(digits):
            raise refuse(field, problem)
        return digits

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Everything was checked when it was read."""
        return None if isinstance(value, str) else Problem('fields.not_text')


@FIELDS.register
class TaxCode(BaseType):
    """A tax code: ten digits with a check digit, a branch's ``-001`` after them, or a person's twelve-digit number.

    Source: Luật Quản lý thuế 38/2019/QH14 Điều 35 (from 1 July 2025 the personal number is the tax code of a person).
    """

    key = 'tax_code'
    EXAMPLES = (
        Example('0100112437', '0100112437'),
        Example('0100112437 001', '0100112437-001'),
        Example('001090000001', '001090000001'),
        Example('0100112438', problem='fields.tax_code'),
        Example('', None),
        Example('abc', problem='fields.tax_code'),
        Example(True, problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a numeric control."""
        return Control('text', inputmode='numeric', maxlength=20, width='medium', hint_key='fields.hint_tax_code')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the code, a branch's number after a hyphen. Raises Invalid."""
        code = clean(field, raw).translate({ord(c): None for c in ' .-'})
        if not code:
            return None
        if not (code.isascii() and code.isdigit()):
            raise refuse(field, 'tax_code')
        if len(code) == 12 and not personal_id_problem(code):
            return code
        if not mst.is_valid(code):
            raise refuse(field, 'tax_code')
        return code if len(code) == 10 else f'{code[:10]}-{code[10:]}'
