"""Answers as they are stored: each with its source, personal numbers sealed for the place they lie in."""

import re
from copy import deepcopy
from dataclasses import dataclass
from json import dumps
from math import isfinite
from typing import Any, Literal

from app import crypto
from app.errors import Invalid, NotFound, Problem, WrongState
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import parse_answer, sensitive_ids
from app.text import plain

Source = Literal['typed', 'profile', 'default', 'database', 'officer', 'computed', 'earlier']
Stored = dict[str, dict[str, Any]]
"""field id -> {"v": value} or {"x": sealed value} or {"r": what was typed and could not be read}, each with "s": source."""
RAW_LIMIT = 2000
"""Characters kept of an answer that could not be read, so that the person finds it again."""
ROW_LIMIT = 400_000
"""Characters of all stored answers of a form together."""
RAW_ENTRIES, RAW_DEPTH = 100, 3
"""What is kept of a group or an address in which something could not be read."""
_ENTRY = re.compile(r'([a-z][a-z0-9_]*)\[(\d{1,2})\]\.([a-z][a-z0-9_]*)')


@dataclass(frozen=True)
class Answer:
    """One answer, open. ``raw`` holds what could not be read; then ``value`` is None."""

    value: Any
    source: str
    raw: Any = None


def pack(spec: ProcedureSpec, answers: dict[str, Answer], place: str) -> Stored:
    """Return answers ready to store. ``place`` is the row (``draft:<id>``); a sealed value opens only there."""
    sealed = sensitive_ids(spec)
    return {
        field_id: _pack_one(answer, f'{place}.{field_id}' if field_id in sealed else None)
        for field_id, answer in answers.items()
    }


def bearable(answers: Stored) -> Stored:
    """Return stored answers of bearable size: each change of one writes all of them.

    Raises:
        WrongState: together they are longer than any form could need.
    """
    if len(dumps(answers, ensure_ascii=False)) > ROW_LIMIT:
        raise WrongState('dossier.answers_too_long')
    return answers


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


def as_typed(raw: Any, depth: int = 0) -> Any:
    """Return what is kept of an answer that could not be read: a text, or a group or address with all its parts."""
    if isinstance(raw, str):
        return plain(raw[:RAW_LIMIT])
    if isinstance(raw, dict) and depth < RAW_DEPTH:
        items = list(raw.items())[:RAW_ENTRIES]
        return {plain(str(key)[:80]): as_typed(value, depth + 1) for key, value in items}
    if isinstance(raw, list) and depth < RAW_DEPTH:
        return [as_typed(value, depth + 1) for value in raw[:RAW_ENTRIES]]
    return raw if isinstance(raw, bool | int) or (isinstance(raw, float) and isfinite(raw)) else ''


def problems_of(spec: ProcedureSpec, field_id: str, raw: Any) -> dict[str, Problem]:
    """Return what cannot be read in one raw answer, by the path of the question: ``members[0].member_name``."""
    try:
        parse_answer(spec, field_id, raw)
    except Invalid as bad:
        return dict(bad.problems)
    except NotFound:
        return {}
    return {}


def question(path: str) -> str:
    """Return the question of a path: ``members`` of ``members[0].member_name``."""
    return path.partition('[')[0]


def unreadable(spec: ProcedureSpec, answers: dict[str, Answer]) -> dict[str, Problem]:
    """Return what cannot be read in stored answers, by the path of the question."""
    found: dict[str, Problem] = {}
    for field_id, answer in answers.items():
        if answer.raw is not None:
            found |= problems_of(spec, field_id, answer.raw)
    return found


def whole_groups(raw: dict[str, Any], known: dict[str, Answer]) -> dict[str, Any]:
    """Return raw answers by question: one to ``members[2].member_name`` becomes the whole group with that one changed."""
    whole: dict[str, Any] = {}
    for path, value in raw.items():
        match = _ENTRY.fullmatch(path)
        if match is None:
            whole[path] = value
        if match is None or match[1] in raw:
            continue
        group, index, inner = match[1], int(match[2]), match[3]
        entries = whole.get(group, _entries(known.get(group)))
        entries += [{} for _ in range(index + 1 - len(entries))]
        entries[index][inner] = value
        whole[group] = entries
    return whole


def _entries(answer: Answer | None) -> list[dict[str, Any]]:
    """Return the entries of a stored group, as they were typed or read."""
    held = None if answer is None else answer.value if answer.raw is None else answer.raw
    return [deepcopy(entry) for entry in held if isinstance(entry, dict)] if isinstance(held, list) else []
