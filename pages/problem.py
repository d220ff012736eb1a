"""Refusals in the form that programs read: ``application/problem+json``. Source: RFC 9457."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.errors import AppError, Invalid, TooMany
from app.i18n import LANGUAGES, Words, words

BELOW = '/api/'
"""Addresses of programs."""
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
    problems = {_place(fault['loc']): _say(fault['type'], t) for fault in faults[:50]}
    return answer(connection, 422, 'api.wrong_request', problems=problems)


def _place(loc: tuple[Any, ...]) -> str:
    """Return where the fault lies: ``answers.full_name`` of a body, ``page`` of a query."""
    return '.'.join(str(part)[:80] for part in loc[1:]) or str(loc[0])


def _say(fault: str, t: Words) -> str:
    if fault == 'missing':
        return t('api.value_missing')
    return t('api.value_unknown') if fault == 'extra_forbidden' else t('api.value_wrong', rule=fault)
