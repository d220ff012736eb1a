"""Cutting a form into pages of three to six related questions."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from app.procedures.conditions import referred
from app.procedures.schema import FormField, ProcedureSpec, Section, Text
from app.procedures.validation import is_asked, shown_fields

MOST = 6
_SOMETIMES = 0.3
"""A question shown only under a condition weighs less: usually a page shows few of them."""


@dataclass(frozen=True)
class FormPage:
    """One page. ``fields`` are the questions shown now; ``all_fields`` also those that an answer on it may bring up."""

    key: str
    title: Text
    section_id: str
    fields: tuple[FormField, ...]
    all_fields: tuple[FormField, ...]


def pages(spec: ProcedureSpec, answers: dict[str, Any]) -> tuple[FormPage, ...]:
    """Return the pages that have something to ask now.

    Where a page ends depends on the form alone, never on the answers: a question does not jump to another page while
    somebody is answering. Keys are stable for one version of a procedure.
    """
    asked = {field.id for _, field in shown_fields(spec, answers)}
    found: list[FormPage] = []
    for section in spec.sections:
        parts = [(number, part) for number, part in enumerate(_parts(section), 1) if any(f.id in asked for f in part)]
        for position, (number, part) in enumerate(parts, 1):
            title = _title(section, part, position, len(parts))
            shown = tuple(f for f in part if f.id in asked)
            found.append(FormPage(f'{section.id}-{number}', title, section.id, shown, tuple(part)))
    return tuple(found)


def _title(section: Section, part: list[FormField], position: int, total: int) -> Text:
    if len(part) == 1 and part[0].fields and total > 1:
        return part[0].label
    if total == 1:
        return section.title
    english = f'{section.title.en} ({position}/{total})' if section.title.en else None
    return Text(vi=f'{section.title.vi} ({position}/{total})', en=english)


def _parts(section: Section) -> list[list[FormField]]:
    """Cut a section: a group stands alone, the rest in parts of even weight."""
    runs: list[list[FormField]] = []
    run: list[FormField] = []
    for field in (f for f in section.fields if is_asked(f)):
        if field.fields:
            runs += [run, [field]]
            run = []
        else:
            run.append(field)
    return [part for run in [*runs, run] for part in _even(run)]


def _weight(field: FormField) -> float:
    return 1.0 if field.show_when is None else _SOMETIMES


def _even(run: list[FormField]) -> list[list[FormField]]:
    """Cut at even weights, but never between a question and one that it brings up."""
    total = sum(map(_weight, run))
    if not run:
        return []
    target = total / max(1, ceil(total / MOST))
    parts: list[list[FormField]] = [[]]
    for field in run:
        filled = sum(map(_weight, parts[-1]))
        follows = bool(referred(field.show_when) & {f.id for f in parts[-1]})
        if parts[-1] and filled + _weight(field) / 2 > target and not follows:
            parts.append([])
        parts[-1].append(field)
    return parts
