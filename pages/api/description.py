"""The description of the API for programs: OpenAPI 3.1, made from the routes."""

import json
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from pages.api.shapes import Problem
from pages.problem import MEDIA_TYPE

ABOUT = """\
File, follow and handle dossiers of administrative procedures. The same commands as the screens, with the same rules.

Refusals are problem documents (RFC 9457); `Accept-Language: en` says them in English, else they are Vietnamese.
Cookies never count here. Times are UTC (RFC 3339), money is in đồng.
"""
REASONS = {
    400: 'The request cannot be read.',
    401: 'A token is needed, or it is unknown, revoked or too old.',
    403: 'The token does not reach that far, or the act is not for this caller.',
    404: 'There is no such thing, or it is not yours: the two are never told apart.',
    409: 'Somebody else was faster (`urn:motcua:error.stale`), the present state does not allow it, or the '
    'Idempotency-Key stands for another request.',
    413: 'The request is too large.',
    422: 'Something is missing or wrong: `problems` says what.',
    429: 'Too many tries; `Retry-After` says how long to wait.',
    503: 'The service cannot write now (a full disk, a held database). Nothing was done; try again.',
}
_PROBLEM = {'content': {MEDIA_TYPE: {'schema': {'$ref': '#/components/schemas/Problem'}}}}
REFUSALS: dict[int | str, dict[str, Any]] = {code: {'description': why, **_PROBLEM} for code, why in REASONS.items()}
"""How each operation may be refused."""


def description(router: APIRouter) -> bytes:
    """Return the description of all routes of a router as JSON."""
    found = get_openapi(title='Motcua', version='1', openapi_version='3.1.0', description=ABOUT, routes=router.routes)
    schema = Problem.model_json_schema(ref_template='#/components/schemas/{model}')
    found['components']['schemas']['Problem'] = schema
    return json.dumps(found, ensure_ascii=False).encode()
