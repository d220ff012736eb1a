"""Read the portal's own small forms (accounts, units) with the same types of questions that procedures use."""

from collections.abc import Mapping
from typing import Any

from app.errors import Invalid, Problem
from app.procedures.schema import FormField, Option, Rules, Text
from app.registry import FIELDS


def question(id_: str, type_: str, *, required: bool = False, options: tuple[str, ...] = (), **rules: Any) -> FormField:
    """Return a question. Its label is a word of the page that asks it, so none is kept here."""
    choices = tuple(Option(value=value, label=Text(vi=value)) for value in options)
    return FormField(
        id=id_, type=type_, label=Text(vi=id_), required=required, prefill=id_, options=choices, rules=Rules(**rules)
    )


def read_answers(questions: tuple[FormField, ...], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parsed answers, None where nothing was answered. Keys that nobody asked for are ignored.

    Raises:
        Invalid: with everything that is wrong, by question.
    """
    answers: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for one in questions:
        try:
            answers[one.id] = FIELDS[one.type].parse(one, raw.get(one.id))
        except Invalid as refused:
            problems |= refused.problems
    for one in questions:
        if one.id not in problems and (problem := _check(one, answers)):
            problems[one.id] = problem
    if problems:
        raise Invalid({one.id: problems[one.id] for one in questions if one.id in problems})
    return answers


def _check(one: FormField, answers: dict[str, Any]) -> Problem | None:
    value = answers.get(one.id)
    if value is None:
        return Problem('fields.required') if one.required else None
    return FIELDS[one.type].check(one, value, answers)
