"""Cutting a form into pages of three to six related questions."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from app.procedures.conditions import holds, referred
from app.procedures.schema import FormField, ProcedureSpec, Section, Text
from app.procedures.validation import is_asked, prefill, shown_fields, with_computed

MOST = 6


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
    usual = with_computed(spec, prefill(spec, {}))
    found: list[FormPage] = []
    for section in spec.sections:
        parts = [(n, p) for n, p in enumerate(_parts(section, usual), 1) if any(f.id in asked for f in p)]
        total = sum(not part[0].fields for _, part in parts)
        position = 0
        for number, part in parts:
            position += not part[0].fields
            title = part[0].label if part[0].fields and len(parts) > 1 else _title(section, position, total)
            shown = tuple(f for f in part if f.id in asked)
            found.append(FormPage(f'{section.id}-{number}', title, section.id, shown, tuple(part)))
    return tuple(found)


def _title(section: Section, position: int, total: int) -> Text:
    if total <= 1:
        return section.title
    english = f'{section.title.en} ({position}/{total})' if section.title.en else None
    return Text(vi=f'{section.title.vi} ({position}/{total})', en=english)


def _parts(section: Section, usual: dict[str, Any]) -> list[list[FormField]]:
    """Cut a section: a group stands alone, the rest in parts of even weight."""
    runs: list[list[FormField]] = [[]]
    for field in (f for f in section.fields if is_asked(f)):
        if field.fields:
            runs += [[field], []]
        else:
            runs[-1].append(field)
    return [part for run in runs for part in _even(run, usual)]


def _even(run: list[FormField], usual: dict[str, Any]) -> list[list[FormField]]:
    """Cut into parts of the same number of usual questions: those somebody sees who has answered nothing yet.

    Never cuts between a question and one that it brings up.
    """
    often = [holds(field.show_when, usual) for field in run]
    target = sum(often) / max(1, ceil(sum(often) / MOST))
    parts: list[list[FormField]] = []
    filled = 0
    for field, is_usual in zip(run, often, strict=True):
        follows = bool(parts and referred(field.show_when) & {f.id for f in parts[-1]})
        if not parts or (is_usual and filled + 0.5 > target and not follows):
            parts.append([])
            filled = 0
        parts[-1].append(field)
        filled += is_usual
    return parts
