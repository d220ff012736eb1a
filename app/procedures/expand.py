"""What catalogue files share: named sections, chains of steps, lists of options, and the questions that end every form."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from app.fields.common import table

_FILED_LEVELS = ('partial', 'full')
Raw = dict[str, Any]


def expand(raw: Raw, shared: Raw) -> Raw:
    """Return a file's content with the shared parts put in. Whatever has a wrong shape is left to the model to refuse.

    Raises:
        KeyError: the name of a shared part that does not exist.
    """
    raw = deepcopy(raw)
    if isinstance(raw.get('steps'), str):
        raw['steps'] = deepcopy(shared['steps'][raw['steps']])
    sections = raw.get('sections')
    if not isinstance(sections, list):
        return raw
    raw['sections'] = sections = [
        deepcopy(shared['sections'][s['use']]) if isinstance(s, dict) and set(s) == {'use'} else s for s in sections
    ]
    if raw.get('level') in _FILED_LEVELS:
        _close(sections, _closing(raw, shared))
    for _, field in _fields(sections):
        if isinstance(field.get('options'), str):
            field['options'] = _options(field['options'], shared)
    return raw


def _options(name: str, shared: Raw) -> list[Raw]:
    if name == 'provinces':
        return [option.model_dump() for option in table(name)]
    return deepcopy(shared['options'][name])


def _fields(holders: list[Any]) -> Iterator[tuple[Raw, Raw]]:
    """Yield (section or group, question) for every question, also those of groups."""
    for holder in holders:
        fields = holder.get('fields') if isinstance(holder, dict) else None
        for field in fields if isinstance(fields, list) else ():
            if isinstance(field, dict):
                yield holder, field
                yield from _fields([field])


def _close(sections: list[Any], closing: Raw) -> None:
    """Add the closing questions: to a last section that is called ``closing`` itself, else as a section of their own."""
    last = sections[-1] if sections else None
    if isinstance(last, dict) and last.get('id') == closing['id'] and isinstance(last.get('fields'), list):
        last['fields'] += closing['fields']
    else:
        sections.append(closing)


def _closing(raw: Raw, shared: Raw) -> Raw:
    """Return the questions that end every form: whom to reach if not asked yet, and how the result is received."""
    section = deepcopy(shared['sections']['closing'])
    short_title = section.pop('short_title')
    ways = _ways(raw)
    fields = [
        _contact(field, raw['sections']) if field['id'].startswith('contact_') else field for field in section['fields']
    ]
    kept = [field for field in fields if field and (field['id'] != 'result_address' or 'post' in ways)]
    for field in kept:
        if field['id'] == 'result_delivery':
            field['options'] = [o for o in _options(field['options'], shared) if o['value'] in ways]
            field['default'] = ways[0]
    asks_contact = any(field['id'].startswith('contact_') for field in kept)
    return {**section, 'title': section['title'] if asks_contact else short_title, 'fields': kept}


def _ways(raw: Raw) -> list[str]:
    """Return the ways in which the result can be received, by what it is and which channels there are."""
    result, channels = raw.get('result'), raw.get('channels')
    offered = {
        'electronic': isinstance(result, dict) and result.get('electronic') is True,
        'counter': isinstance(channels, list) and 'counter' in channels,
        'post': isinstance(channels, list) and 'post' in channels,
    }
    return [way for way, is_offered in offered.items() if is_offered] or ['counter']


def _contact(field: Raw, sections: list[Any]) -> Raw | None:
    """Return the contact question if the form does not ask the same; shown only while another like it stays unanswered.

    A form that asks it under a condition (a person, not an organisation) still needs it in the other case.
    """
    alike = [(holder, other) for holder, other in _fields(sections) if other.get('prefill') == field['prefill']]
    if any('show_when' not in holder and 'show_when' not in other for holder, other in alike):
        return None
    unanswered = [{'empty': {'var': other.get('id')}} for _, other in alike]
    return {**field, 'show_when': {'and': unanswered}} if unanswered else field
