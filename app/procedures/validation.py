"""Interpreting a form without a database: what is asked, whether it is answered, what follows from the answers."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from app import clock
from app.errors import Invalid, NotFound, Problem
from app.i18n import Words
from app.procedures import spoken
from app.procedures.conditions import holds
from app.procedures.schema import DocumentRequirement, FormField, ProcedureSpec, Section
from app.registry import FIELDS

Answers = dict[str, Any]
COMPUTED = ('unit_name', 'words_of', 'money_words', 'age_under')
"""Kinds of ``FormField.computed``: ``unit_name``, ``words_of:<date>``, ``money_words:<money>``,
``age_under:<years>:<date>``."""
_PATH = re.compile(r'([a-z][a-z0-9_]*)(?:\[(\d{1,3})\]\.([a-z][a-z0-9_]*))?')
_UNANSWERED: tuple[Any, ...] = (None, '', [], {})


def is_asked(field: FormField) -> bool:
    """Tell whether a person answers this question at all."""
    return field.computed is None


def with_computed(spec: ProcedureSpec, answers: Answers, on: date | None = None) -> Answers:
    """Return the answers together with what the system derives from them, as conditions see them.

    ``on`` is the day on which ages are reckoned, today unless the answers were given earlier.
    """
    return {**answers, **computed(spec, answers, '', on)}


def shown_fields(spec: ProcedureSpec, answers: Answers, on: date | None = None) -> Iterator[tuple[Section, FormField]]:
    """Yield the questions a person sees, in order. A hidden question counts as unanswered for those after it."""
    seen = with_computed(spec, answers, on)
    for section in spec.sections:
        is_open = holds(section.show_when, seen)
        for field in section.fields:
            if not is_asked(field):
                continue
            if is_open and holds(field.show_when, seen):
                yield section, field
            else:
                seen.pop(field.id, None)


def shown_documents(spec: ProcedureSpec, answers: Answers) -> Iterator[DocumentRequirement]:
    """Yield the components of the dossier that apply to these answers."""
    seen = with_computed(spec, relevant(spec, answers))
    return (document for document in spec.documents if holds(document.show_when, seen))


def shown(spec: ProcedureSpec, answers: Answers) -> tuple[set[str], set[str]]:
    """Return the ids of the questions and of the documents that apply to these answers."""
    return {f.id for _, f in shown_fields(spec, answers)}, {d.id for d in shown_documents(spec, answers)}


def relevant(spec: ProcedureSpec, answers: Answers) -> Answers:
    """Return only the answers to questions that are shown; the rest is dropped when a dossier is sent."""
    return {f.id: _tidy(f, answers) for _, f in shown_fields(spec, answers) if answers.get(f.id) is not None}


def _tidy(field: FormField, answers: Answers) -> Any:
    """Return an answer; in the entries of a group only the answers to questions that are shown there."""
    value = answers[field.id]
    if not field.fields:
        return value
    return [
        {f.id: item[f.id] for f in field.fields if f.id in item and holds(f.show_when, {**answers, **item})}
        for item in _entries(value)
    ]


def without_gaps(spec: ProcedureSpec, answers: Answers) -> Answers:
    """Return the answers as they are sent: groups without the entries that somebody left empty."""
    groups = {f.id for s in spec.sections for f in s.fields if f.fields}
    closed = {k: [item for item in _entries(v) if item] if k in groups else v for k, v in answers.items()}
    return {k: v for k, v in closed.items() if v != []}


def _entries(value: Any) -> list[dict[str, Any]]:
    """Return the entries of a group; nothing of what has another shape."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def find_field(spec: ProcedureSpec, path: str) -> FormField:
    """Return the question at ``owner_name`` or ``members[2].member_name``. Raises NotFound."""
    match = _PATH.fullmatch(path) if isinstance(path, str) and len(path) <= 200 else None
    field = spec.field(match[1]) if match else None
    if match and field and match[3]:
        field = next((inner for inner in field.fields if inner.id == match[3]), None)
    if field is None or not is_asked(field):
        raise NotFound
    return field


def parse_answer(spec: ProcedureSpec, field_id: str, raw: Any) -> Any:
    """Return the stored value of one answer, None when it is empty.

    Raises NotFound for a question that is not asked, Invalid with problems under the given path.
    """
    field = find_field(spec, field_id)
    try:
        return FIELDS[field.type].parse(field, raw)
    except Invalid as error:
        raise Invalid({field_id + key[len(field.id) :]: problem for key, problem in error.problems.items()}) from None


def check(
    spec: ProcedureSpec, answers: Answers, document_ids_present: set[str], only: set[str] | None = None
) -> dict[str, Problem]:
    """Return what is wrong, by field id (``members[0].member_name`` in a group) and ``document:<id>``.

    ``only`` limits the check to these question ids and ``document:<id>`` keys, as a page does.
    """
    problems: dict[str, Problem] = {}
    seen = with_computed(spec, relevant(spec, answers))
    for _, field in shown_fields(spec, answers):
        if only is None or field.id in only:
            problems |= _field_problems(field, seen, field.id)
    for document in shown_documents(spec, answers):
        key = f'document:{document.id}'
        is_wanted = document.required and document.mode == 'upload' and document.id not in document_ids_present
        if is_wanted and (only is None or key in only):
            problems[key] = Problem('fields.document_missing')
    return problems


def _field_problems(field: FormField, seen: Answers, path: str) -> dict[str, Problem]:
    value = seen.get(field.id)
    if value in _UNANSWERED or (value is False and field.required):
        if field.required or (field.required_when is not None and holds(field.required_when, seen)):
            return {path: Problem('fields.required_tick' if field.type == 'checkbox' else 'fields.required')}
        return {}
    if problem := FIELDS[field.type].check(field, value, seen):
        return {path: problem}
    problems: dict[str, Problem] = {}
    for index, item in enumerate(_entries(value) if field.fields else ()):
        inside = {**seen, **item}
        for inner in field.fields:
            if holds(inner.show_when, inside):
                own = {**inside, inner.id: item.get(inner.id)}
                problems |= _field_problems(inner, own, f'{path}[{index}].{inner.id}')
    return problems


def computed(spec: ProcedureSpec, answers: Answers, unit_name: str, on: date | None = None) -> Answers:
    """Return the values of the questions that the system fills in, without those it cannot know yet."""
    day = on or clock.today()
    values = {
        f.id: _compute(f.computed, answers, unit_name, day) for s in spec.sections for f in s.fields if f.computed
    }
    return {field_id: value for field_id, value in values.items() if value is not None}


def _compute(rule: str, answers: Answers, unit_name: str, day: date) -> Any:
    kind, _, rest = rule.partition(':')
    value = answers.get(rest.rpartition(':')[2])
    if kind == 'unit_name':
        return unit_name or None
    if kind == 'words_of' and isinstance(value, str):
        return spoken.date_words(value) or None
    if kind == 'money_words' and isinstance(value, int):
        return spoken.money_words(value)
    if kind == 'age_under' and isinstance(value, str):
        limit = f'{day.year - int(rest.partition(":")[0])}-{day:%m-%d}'
        return value > limit[: len(value)]
    return None


def prefill(spec: ProcedureSpec, profile: dict[str, Any]) -> Answers:
    """Return the answers a profile already gives and the questions' defaults. What no longer parses is left out."""
    answers: Answers = {}
    for field in (f for s in spec.sections for f in s.fields if is_asked(f)):
        raw = profile.get(field.prefill) if field.prefill else None
        try:
            value = FIELDS[field.type].parse(field, field.default if raw in _UNANSWERED else raw)
        except Invalid:
            continue
        if value is not None:
            answers[field.id] = value
    return answers


def suggestions(spec: ProcedureSpec, answers: Answers) -> Answers:
    """Return answers for shown, still empty questions that repeat what was answered elsewhere: nobody types it twice."""
    found: Answers = {}
    seen = with_computed(spec, relevant(spec, answers))
    for _, field in shown_fields(spec, answers):
        other = field.suggest
        if other and answers.get(field.id) in _UNANSWERED and holds(other.when, seen):
            value = seen.get(other.field)
            if value not in _UNANSWERED and FIELDS[field.type].check(field, value, seen) is None:
                found[field.id] = value
    return found


def applicant(spec: ProcedureSpec, answers: Answers) -> dict[str, Any]:
    """Return what the answers say about the applicant, by profile name: full_name, personal_id, phone, email ..."""
    fields = [f for _, f in shown_fields(spec, answers) if f.prefill and answers.get(f.id) is not None]
    return {f.prefill: answers[f.id] for f in reversed(fields) if f.prefill}


def sensitive_ids(spec: ProcedureSpec) -> set[str]:
    """Return the questions whose stored value is sealed; a group is sealed whole when a question in it is sensitive."""
    return {f.id for s in spec.sections for f in s.fields if _is_sensitive(f)}


def _is_sensitive(field: FormField) -> bool:
    return field.sensitive or FIELDS[field.type].sensitive or any(_is_sensitive(inner) for inner in field.fields)


def without_numbers(field: FormField, value: Any) -> Any:
    """Return the entries of a group without the personal numbers in them; any other answer as it is."""
    hidden = {inner.id for inner in field.fields if _is_sensitive(inner)}
    return [{k: v for k, v in entry.items() if k not in hidden} for entry in _entries(value)] if hidden else value


def masked(text: str) -> str:
    """Return a text with only its last three signs readable: ``•••••••••123``."""
    return '•' * max(len(text) - 3, 0) + text[-3:] if len(text) > 3 else '•' * len(text)


def summary(
    spec: ProcedureSpec, answers: Answers, t: Words, *, mask: bool = False
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return (section title, [(label, text, field id)]) of what was answered, as a review page and an officer read it.

    A group gives one line a question, labelled with its number; its id is ``members[0].member_name``.
    """
    seen = with_computed(spec, answers)
    asked = {f.id for _, f in shown_fields(spec, answers)}
    sections = []
    for section in spec.sections:
        lines: list[tuple[str, str, str]] = []
        for field in section.fields:
            if field.id in asked or (field.computed and not field.computed.startswith('age_under')):
                lines += _lines(field, seen.get(field.id), t, mask=mask)
        if lines:
            sections.append((t.pick(section.title), lines))
    return sections


def _lines(field: FormField, value: Any, t: Words, *, mask: bool) -> list[tuple[str, str, str]]:
    if value in _UNANSWERED:
        return []
    if not field.fields:
        return [(t.pick(field.label), _text(field, value, t, mask), field.id)]
    return [
        (f'{t.pick(field.label)} {index + 1} – {t.pick(inner.label)}', _text(inner, item[inner.id], t, mask),
         f'{field.id}[{index}].{inner.id}')
        for index, item in enumerate(_entries(value))
        for inner in field.fields
        if item.get(inner.id) not in _UNANSWERED
    ]  # fmt: skip


def _text(field: FormField, value: Any, t: Words, mask: bool) -> str:
    text = FIELDS[field.type].format(field, value, t)
    return masked(text) if mask and _is_sensitive(field) else text
