"""Answers as they are stored: each with its source, personal numbers sealed for the place they lie in."""

from dataclasses import dataclass
from typing import Any, Literal

from app import crypto
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import sensitive_ids

Source = Literal['typed', 'profile', 'default', 'database', 'officer', 'computed', 'earlier']
Stored = dict[str, dict[str, Any]]
"""field id -> {"v": value} or {"x": sealed value} or {"r": what was typed and could not be read}, each with "s": source."""
RAW_LIMIT = 2000
"""Characters kept of an answer that could not be read, so that the person finds it again."""


@dataclass(frozen=True)
class Answer:
    """One answer, open. ``raw`` holds what could not be read; then ``value`` is None."""

    value: Any
    source: str
    raw: str | None = None


def pack(spec: ProcedureSpec, answers: dict[str, Answer], place: str) -> Stored:
    """Return answers ready to store. ``place`` is the row (``draft:<id>``); a sealed value opens only there."""
    sealed = sensitive_ids(spec)
    return {
        field_id: _pack_one(answer, f'{place}.{field_id}' if field_id in sealed else None)
        for field_id, answer in answers.items()
    }


def _pack_one(answer: Answer, place: str | None) -> dict[str, Any]:
    what = {'r': answer.raw} if answer.raw is not None else {'v': answer.value}
    if place is None:
        return {**what, 's': answer.source}
    return {'x': crypto.seal_json(what, place), 's': answer.source}


def unpack(stored: Stored, place: str) -> dict[str, Answer]:
    """Return stored answers, opened."""
    return {field_id: _unpack_one(one, f'{place}.{field_id}') for field_id, one in stored.items()}


def _unpack_one(one: dict[str, Any], place: str) -> Answer:
    what = crypto.unseal_json(one['x'], place) if 'x' in one else one
    return Answer(what.get('v'), one['s'], what.get('r'))


def values(answers: dict[str, Answer]) -> dict[str, Any]:
    """Return the values that could be read, by field id."""
    return {field_id: answer.value for field_id, answer in answers.items() if answer.value is not None}


def raw_text(raw: Any) -> str:
    """Return what is kept of an answer that could not be read."""
    return (raw if isinstance(raw, str) else '').replace('\0', '')[:RAW_LIMIT]
