"""Forms are taken only from pages that we drew for the same browser and session."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection

from app import crypto
from app.errors import NotAllowed
from pages import cookies

FIELD = 'csrf'


def visit(connection: HTTPConnection) -> str:
    """Return this browser's random number, given as a cookie when it has none."""
    scope = connection.scope
    if 'motcua.visit' not in scope:
        known = cookies.read(connection, cookies.VISIT)
        scope['motcua.visit'] = known or crypto.new_token()
        if known is None:
            cookies.later(scope, cookies.VISIT, scope['motcua.visit'])
    return str(scope['motcua.visit'])


def token(connection: HTTPConnection) -> str:
    """Return the value for a form's hidden field ``csrf``: bound to this browser and its session."""
    return crypto.mac('csrf', visit(connection), cookies.read(connection, cookies.SESSION) or '')


def require(connection: HTTPConnection, form: Mapping[str, Any]) -> None:
    """Refuse a form that we did not draw for this browser and session.

    Raises:
        NotAllowed: the hidden field is missing or another's.
    """
    sent, known = form.get(FIELD), cookies.read(connection, cookies.VISIT)
    if known is None or not isinstance(sent, str) or not crypto.same(sent, token(connection)):
        raise NotAllowed('shell.form_expired')
