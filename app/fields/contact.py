"""Ways to reach somebody: telephone, e-mail."""

from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from app.fields.base import Control, Example
from app.fields.common import BaseType, clean, refuse
from app.i18n import Words
from app.procedures.schema import FormField
from app.registry import FIELDS


@FIELDS.register
class Phone(BaseType):
    """A telephone number, Vietnamese unless it starts with +. Stored as E.164."""

    key = 'phone'
    EXAMPLES = (
        Example('0912 345 678', '+84912345678'),
        Example('+84 24 3825 2222', '+842438252222'),
        Example('12345', problem='fields.phone'),
        Example('gọi tôi', problem='fields.phone'),
        Example('', None),
        Example(912345678, problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe a telephone control."""
        own = 'tel' if field.prefill == 'phone' else None
        return Control(
            'text', inputmode='tel', autocomplete=own, maxlength=25, width='medium', hint_key='fields.hint_phone'
        )

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return E.164. Raises Invalid."""
        text = clean(field, raw)
        if not text:
            return None
        try:
            number = phonenumbers.parse(text[:40], 'VN')
        except phonenumbers.NumberParseException:
            raise refuse(field, 'phone') from None
        if not phonenumbers.is_valid_number(number) or number.extension:
            raise refuse(field, 'phone')
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Write a Vietnamese number the national way."""
        try:
            number = phonenumbers.parse(str(value), 'VN')
        except phonenumbers.NumberParseException:
            return str(value)
        is_home = number.country_code == 84
        style = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, style)


@FIELDS.register
class Email(BaseType):
    """An e-mail address; its form is checked, the domain is not asked."""

    key = 'email'
    EXAMPLES = (
        Example(' an.nguyen@example.com ', 'an.nguyen@example.com'),
        Example('an@EXAMPLE.com', 'an@example.com'),
        Example('an@', problem='fields.email'),
        Example('an nguyen@example.com', problem='fields.email'),
        Example('a' * 300 + '@example.com', problem='fields.email'),
        Example('', None),
        Example([], problem='fields.not_text'),
    )

    def control(self, field: FormField, t: Words) -> Control:
        """Describe an e-mail control."""
        own = 'email' if field.prefill == 'email' else None
        return Control('text', inputmode='email', autocomplete=own, maxlength=254, hint_key='fields.hint_email')

    def parse(self, field: FormField, raw: Any) -> Any:
        """Return the normalised address. Raises Invalid."""
        text = clean(field, raw)
        if not text:
            return None
        try:
            return validate_email(text[:400], check_deliverability=False).normalized
        except EmailNotValidError:
            raise refuse(field, 'email') from None
