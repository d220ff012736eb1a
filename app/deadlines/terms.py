"""Terms written short and in words: ``3wd`` working days, ``16wh`` working hours, ``45d`` days, ``sameday``."""

import re
from collections.abc import Iterable

from app.i18n import Words
from app.procedures.schema import Step, Term, TermKind

_SHORT = re.compile(r'(?P<value>\d{1,4}(?:\.\d{1,2})?)(?P<unit>wd|wh|d)')
_UNITS = {'wd': TermKind.WORKING_DAYS, 'wh': TermKind.WORKING_HOURS, 'd': TermKind.CALENDAR_DAYS}
_CLOCKED = (*_UNITS.values(), TermKind.SAME_DAY)


def parse_term(text: str) -> Term:
    """Read a short term. Raises: ValueError for anything but ``3wd``, ``16wh``, ``45d``, ``sameday``."""
    if text == 'sameday':
        return Term(kind=TermKind.SAME_DAY)
    found = _SHORT.fullmatch(text)
    if not found or not float(found['value']):
        raise ValueError(f'{text!r} is not a term: write 3wd, 16wh, 45d or sameday')
    return Term(kind=_UNITS[found['unit']], value=float(found['value']))


def has_due_date(term: Term) -> bool:
    """Say whether a date can be computed: not for notifications, other systems, yearly plans or unknown terms."""
    return term.kind == TermKind.SAME_DAY or (term.kind in _CLOCKED and bool(term.value))


def lengthened(term: Term) -> Term:
    """Return the term with its extension for verification added; a same-day term becomes one in working days.

    Source: Luật Hộ tịch 60/2014 Điều 18.2, 28.2; NĐ 23/2015/NĐ-CP Điều 7.
    """
    if not term.extended:
        return term
    if term.kind == TermKind.SAME_DAY:
        return term.model_copy(update={'kind': TermKind.WORKING_DAYS, 'value': term.extended, 'extended': None})
    return term.model_copy(update={'value': (term.value or 0) + term.extended, 'extended': None})


def first_part(term: Term) -> Term:
    """Return the term up to the financial duty, where the proof of payment begins a second one (two appointments)."""
    if not term.after_payment:
        return term
    return term.model_copy(update={'value': (term.value or 0) - term.after_payment, 'after_payment': None})


def second_part(term: Term) -> Term:
    """Return the term that counts from the proof of payment. Source: provincial land procedures (mark B)."""
    return term.model_copy(update={'value': term.after_payment, 'after_payment': None})


def term_words(term: Term, t: Words) -> str:
    """Say a term: ``3 ngày làm việc``; one without a computable length is an empty text."""
    if term.kind == TermKind.SAME_DAY:
        return t('deadlines.same_day')
    if not has_due_date(term):
        return ''
    value = term.value or 0
    if term.kind == TermKind.WORKING_HOURS and value % 1:
        hours, minutes = divmod(round(value * 60), 60)
        return t('deadlines.hours_minutes' if hours else 'deadlines.minutes', hours=hours, minutes=minutes)
    number = f'{value:g}'.replace('.', ',' if t.lang == 'vi' else '.')
    return t(f'deadlines.{term.kind.value}{"_one" if number == "1" else ""}', number=number)


def on_clock(steps: Iterable[Step]) -> float:
    """Return how many hours the internal steps take together: not what is off the clock (posting, returning) or optional."""
    return sum(step.hours or 0 for step in steps if not (step.off_clock or step.optional))
