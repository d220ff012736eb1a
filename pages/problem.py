"""Refusals in the form that programs read: ``application/problem+json``. Source: RFC 9457."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.errors import AppError, Invalid, TooMany
from app.i18n import LANGUAGES, Words, words

BELOW = '/api/'
"""Addresses of programs."""
_OBJECT, _WHOLE, _NUMBER = 'api.value_object', 'api.value_whole', 'api.value_number'
_SAYINGS = {
    'missing': 'api.value_missing', 'extra_forbidden': 'api.value_unknown', 'literal_error': 'api.value_one_of',
    'enum': 'api.value_one_of', 'greater_than_equal': 'api.value_least', 'less_than_equal': 'api.value_most',
    'string_too_short': 'api.value_shortest', 'string_too_long': 'api.value_longest',
    'too_short': 'api.value_fewest_items', 'too_long': 'api.value_most_items',
    'string_pattern_mismatch': 'api.value_pattern', 'string_type': 'api.value_text',
    'string_unicode': 'api.value_unreadable', 'int_type': _WHOLE, 'int_parsing': _WHOLE, 'int_from_float': _WHOLE,
    'int_parsing_size': 'api.value_too_large', 'float_type': _NUMBER, 'float_parsing': _NUMBER, 'finite_number': _NUMBER,
    'bool_type': 'api.value_true_or_false', 'bool_parsing': 'api.value_true_or_false', 'list_type': 'api.value_list',
    'dict_type': _OBJECT, 'model_type': _OBJECT, 'model_attributes_type': _OBJECT, 'json_invalid': 'api.value_no_json',
}  # fmt: skip
"""What is said of each kind of fault that the checks of a request find; of another one, that the value is wrong."""
_ALLOWED = re.compile(r"'([^']*)'|\b(?!or\b)(\w+)")
"""One of the values in the checks' own list: ``'a', 'b' or True``."""
MEDIA_TYPE = 'application/problem+json'
TITLED = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def concerns(connection: HTTPConnection) -> bool:
    """Tell whether a program asks, which is answered in its own form."""
    return bool(connection.scope['path'].startswith(BELOW))


def language(connection: HTTPConnection) -> str:
    """Return the language that a program prefers (``Accept-Language``); Vietnamese when it says nothing we speak."""
    wanted: dict[str, float] = {}
    for part in connection.headers.get('accept-language', '').split(',')[:20]:
        name, _, rest = part.strip().partition(';')
        weight = rest.strip().removeprefix('q=')
        lang = name.strip().lower().partition('-')[0]
        if lang in LANGUAGES:
            wanted.setdefault(lang, float(weight) if weight.replace('.', '', 1).isdecimal() else 1.0)
    best = max(wanted, key=wanted.__getitem__, default=LANGUAGES[0])
    return best if wanted.get(best, 1) > 0 else LANGUAGES[0]


def answer(
    connection: HTTPConnection,
    status: int,
    key: str,
    values: Mapping[str, object] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem document that says ``key``; ``problems`` maps a field to what is wrong with it."""
    t = words(language(connection))
    body: dict[str, Any] = {
        'type': f'urn:motcua:{key}',
        'title': t(f'api.title_{status if status in TITLED else 400}'),
        'status': status,
        'detail': t(key, **(values or {})),
    }
    if problems:
        body['problems'] = dict(problems)
    response = Response(json.dumps(body, ensure_ascii=False).encode('utf-8', 'replace'), status, media_type=MEDIA_TYPE)
    response.headers['Content-Language'] = t.lang
    if status == 401:
        response.headers['WWW-Authenticate'] = 'Bearer'
    return response


def refusal(connection: HTTPConnection, status: int, error: AppError) -> Response:
    """Return the problem document of an expected refusal."""
    t = words(language(connection))
    found = {path: t.error(one) for path, one in error.problems.items()} if isinstance(error, Invalid) else None
    response = answer(connection, status, error.key, error.values, found)
    if isinstance(error, TooMany):
        response.headers['Retry-After'] = str(60 * int(error.values.get('minutes', 1)))
    return response


def of_request(connection: HTTPConnection, error: RequestValidationError) -> Response:
    """Return what is wrong with a request that does not fit the description; an address that cannot be is a 404."""
    faults = error.errors()
    if any(fault['loc'][0] == 'path' for fault in faults):
        return answer(connection, 404, 'error.not_found')
    t = words(language(connection))
    problems = {_place(fault): _say(fault['type'], fault.get('ctx', {}), t) for fault in faults[:50]}
    return answer(connection, 422, 'api.wrong_request', problems=problems)


def _place(fault: Mapping[str, Any]) -> str:
    """Return where the fault lies: ``page`` of a query, ``items.0.kind`` of a body; of an answer the question alone."""
    kind, *parts = fault['loc']
    known = [] if fault['type'] == 'json_invalid' else parts[:2] if parts[:1] == ['answers'] else parts
    return '.'.join(str(part)[:80] for part in known) or str(kind)


def _say(kind: str, about: Mapping[str, Any], t: Words) -> str:
    """Say what is allowed. ``about``: the limits that the check knows."""
    allowed = ', '.join(quoted or plain.lower() for quoted, plain in _ALLOWED.findall(str(about.get('expected', ''))))
    return t(_SAYINGS.get(kind, 'api.value_wrong'), **{**about, 'allowed': allowed})
