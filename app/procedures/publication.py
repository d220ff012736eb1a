"""The rules a procedure must meet before it may be published.

Source: the eleven parts of a published procedure (NĐ 63/2010/NĐ-CP Điều 8); steps never add up to more than the term.
"""

import re
from collections.abc import Iterator
from math import ceil
from typing import Any, NamedTuple

from app.deadlines.reception import presets
from app.deadlines.terms import on_clock
from app.procedures.conditions import check_condition
from app.procedures.schema import FormField, ProcedureSpec, Section, ServiceLevel, StepRole, TermKind
from app.procedures.validation import COMPUTED, shown
from app.registry import FIELDS

HOURS_A_DAY = 8
"""The convention of internal processes; on a unit with shorter days each step has its share (``limits.step_hours``)."""
_SECONDS = {'choice': 20, 'multi_choice': 20, 'checkbox': 20, 'ethnicity': 20, 'nationality': 20}
_SECONDS_TEXT, _SECONDS_UPLOAD, _ROUND = 40, 90, 5
_BASE_TYPES = ('choice', 'multi_choice')


class Finding(NamedTuple):
    """A rule broken at a place; ``key`` is a key of ``app/locale/catalogue.yaml``."""

    place: str
    key: str
    values: dict[str, Any]


def faults_of(spec: ProcedureSpec) -> list[Finding]:
    """Return every rule the procedure breaks."""
    return [*_fields(spec), *_documents(spec), *_fee(spec), *_term(spec), *_steps(spec), *_parts(spec), *_filing(spec)]


def _fields(spec: ProcedureSpec) -> Iterator[Finding]:
    known = {field.id for section in spec.sections for field in section.fields}
    seen: set[str] = set()
    for s, section in enumerate(spec.sections):
        yield from _condition(section.show_when, known, f'sections[{s}].show_when')
        for f, field in enumerate(section.fields):
            place = f'sections[{s}].fields[{f}]'
            if field.id in seen:
                yield Finding(f'{place}.id', 'duplicate', {'name': field.id})
            seen.add(field.id)
            yield from _field(field, place, known)
    yield from _same_names(spec.sections)


def _same_names(sections: tuple[Section, ...]) -> Iterator[Finding]:
    names = [section.id for section in sections]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(f'sections[{index}].id', 'duplicate', {'name': name})


def _field(field: FormField, place: str, known: set[str], *, inside: bool = False) -> Iterator[Finding]:
    if FIELDS.get(field.type) is None:
        yield Finding(f'{place}.type', 'unknown_type', {'name': field.type})
    if field.type in _BASE_TYPES and not field.options:
        yield Finding(f'{place}.options', 'no_options', {})
    values = [option.value for option in field.options]
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Finding(f'{place}.options[{index}].value', 'duplicate', {'name': value})
    yield from _condition(field.show_when, known, f'{place}.show_when')
    yield from _condition(field.required_when, known, f'{place}.required_when')
    yield from _rules(field, place, known)
    if field.suggest:
        yield from _condition(field.suggest.when, known, f'{place}.suggest.when')
        if field.suggest.field not in known:
            yield Finding(f'{place}.suggest.field', 'unknown_question', {'name': field.suggest.field})
    yield from _group(field, place, known, inside=inside)


def _rules(field: FormField, place: str, known: set[str]) -> Iterator[Finding]:
    for name in ('not_after', 'not_before'):
        other = getattr(field.rules, name)
        if other and other != 'today' and other not in known:
            yield Finding(f'{place}.rules.{name}', 'unknown_question', {'name': other})
    try:
        re.compile(field.rules.pattern or '')
    except re.error as error:
        yield Finding(f'{place}.rules.pattern', 'wrong_pattern', {'detail': str(error)})
    if field.computed:
        kind, _, rest = field.computed.partition(':')
        source = rest.rpartition(':')[2]
        is_sound = kind in COMPUTED and (kind == 'unit_name' or source in known)
        if not is_sound or (kind == 'age_under' and not rest.partition(':')[0].isdigit()):
            yield Finding(f'{place}.computed', 'unknown_computed', {'name': field.computed})


def _group(field: FormField, place: str, known: set[str], *, inside: bool) -> Iterator[Finding]:
    if field.type != 'repeat':
        return
    if inside:
        yield Finding(f'{place}.type', 'group_in_group', {})
    if not field.fields:
        yield Finding(f'{place}.fields', 'no_group', {})
    names = [inner.id for inner in field.fields]
    for index, inner in enumerate(field.fields):
        if inner.id in names[:index]:
            yield Finding(f'{place}.fields[{index}].id', 'duplicate', {'name': inner.id})
        yield from _field(inner, f'{place}.fields[{index}]', known | set(names), inside=True)


def _condition(condition: Any, known: set[str], place: str) -> Iterator[Finding]:
    for where, key, text in check_condition(condition, known, place):
        yield Finding(where, key, {'name': text})


def _documents(spec: ProcedureSpec) -> Iterator[Finding]:
    known = {field.id for section in spec.sections for field in section.fields}
    names = [document.id for document in spec.documents]
    for index, document in enumerate(spec.documents):
        place = f'documents[{index}]'
        if document.id in names[:index]:
            yield Finding(f'{place}.id', 'duplicate', {'name': document.id})
        yield from _condition(document.show_when, known, f'{place}.show_when')
        if document.required and document.mode == 'upload' and document.condition_text and document.show_when is None:
            yield Finding(f'{place}.required', 'undecidable', {})


def _fee(spec: ProcedureSpec) -> Iterator[Finding]:
    """What a fee counts must be questions of the form, inside its group where it has one."""
    fee, fields = spec.fee, {field.id: field for section in spec.sections for field in section.fields}
    yield from _condition(fee.free_when, set(fields), 'fee.free_when')
    group = fields.get(fee.group) if fee.group else None
    known = {inner.id for inner in group.fields} if group else set(fields)
    for place, name in (('group', fee.group), ('quantity', fee.quantity), ('pages', fee.pages)):
        if name and name not in (fields if place == 'group' else known):
            yield Finding(f'fee.{place}', 'unknown_question', {'name': name})


def _term(spec: ProcedureSpec) -> Iterator[Finding]:
    """Two appointments share one term in working time; a preset of reception must be one that is known."""
    term = spec.term
    if term.after_payment is not None and not (
        term.kind in (TermKind.WORKING_DAYS, TermKind.WORKING_HOURS) and 0 < term.after_payment < (term.value or 0)
    ):
        yield Finding('term.after_payment', 'second_part_wrong', {})
    if term.posting_days is not None and term.posting_days < 1:
        yield Finding('term.posting_days', 'posting_wrong', {})
    if spec.reception is not None and spec.reception not in presets():
        yield Finding('reception', 'unknown_reception', {'name': spec.reception})


def term_hours(spec: ProcedureSpec) -> float | None:
    """Return the term in working hours of the process convention; None where it has no length."""
    term = spec.term
    if term.kind is TermKind.SAME_DAY:
        return HOURS_A_DAY
    if term.value is None or term.kind in (TermKind.EXTERNAL, TermKind.PER_PLAN, TermKind.UNKNOWN):
        return None
    return term.value if term.kind is TermKind.WORKING_HOURS else term.value * HOURS_A_DAY


def _steps(spec: ProcedureSpec) -> Iterator[Finding]:
    if not spec.steps:
        return
    if spec.steps[0].role is not StepRole.INTAKE or spec.steps[-1].role is not StepRole.RETURN:
        yield Finding('steps', 'steps_ends', {})
    names = [step.key for step in spec.steps]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(f'steps[{index}].key', 'duplicate', {'name': name})
    total = on_clock(spec.steps)
    term = term_hours(spec)
    if term is not None and total > term:
        yield Finding('steps', 'steps_too_long', {'sum': f'{total:g}', 'term': f'{term:g}'})


def _parts(spec: ProcedureSpec) -> Iterator[Finding]:
    """Ask a checked procedure for all eleven parts; a part marked ``none`` is known not to have been found."""
    if spec.valid_to and spec.valid_to < spec.valid_from:
        yield Finding('valid_to', 'dates_order', {})
    present = {
        'procedure_steps': spec.procedure_steps,
        'channels': spec.channels,
        'documents': spec.documents,
        'term': spec.term.kind is not TermKind.UNKNOWN,
        'applicants': spec.applicants,
        'steps': spec.steps,
        'result': spec.result.name.vi,
        'fee': spec.fee.kind != 'unknown',
        'form_name': spec.form_name,
        'conditions': spec.conditions,
        'legal_basis': spec.legal_basis,
    }
    for part, value in present.items():
        if spec.checked and not value and spec.marks.get(part, '') is not None and spec.marks.get(part) != 'none':
            yield Finding(part, 'part_missing', {})


def _filing(spec: ProcedureSpec) -> Iterator[Finding]:
    """A procedure that is filed online needs a form of its own, beyond the closing questions, and steps."""
    if spec.level not in (ServiceLevel.PARTIAL, ServiceLevel.FULL):
        return
    closing = ('contact_name', 'contact_phone', 'contact_email', 'result_delivery', 'result_address')
    if all(field.id in closing for section in spec.sections for field in section.fields):
        yield Finding('sections', 'no_form', {})
    if not spec.steps:
        yield Finding('steps', 'no_steps', {})


def minutes_to_fill(spec: ProcedureSpec) -> int:
    """Return the minutes somebody needs who sees only the questions that every applicant sees, rounded up to five."""
    asked, wanted = shown(spec, {})
    fields = [field for section in spec.sections for field in section.fields if field.id in asked]
    seconds = sum(_seconds(field) for field in fields)
    seconds += sum(_SECONDS_UPLOAD for d in spec.documents if d.id in wanted and d.mode == 'upload' and d.required)
    return max(1, ceil(seconds / 60 / _ROUND)) * _ROUND


def _seconds(field: FormField) -> int:
    return sum(map(_seconds, field.fields)) if field.fields else _SECONDS.get(field.type, _SECONDS_TEXT)
