"""Names and attributes of the portal's cookies: all needed to work, none to watch people."""

from http.cookies import SimpleCookie

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

VISIT = 'visit'
"""A random number of this browser: binds live pages and forms to it."""
SESSION = 'session'
"""A signed-in account."""
DOSSIER = 'dossier'
"""Dossiers opened by number and secret."""

_secure = False


def use_https(secure: bool) -> None:
    """Say whether people reach us by https: cookies are then ``Secure`` and carry the ``__Host-`` prefix."""
    global _secure
    _secure = secure


def name(kind: str) -> str:
    """Return a cookie's name; with ``__Host-`` no other host and no plain connection can plant it."""
    return f'__Host-motcua_{kind}' if _secure else f'motcua_{kind}'


def read(connection: HTTPConnection, kind: str) -> str | None:
    """Return a cookie of the request, or None when it is missing or absurdly long."""
    value = connection.cookies.get(name(kind), '')
    return value if 0 < len(value) <= 200 else None


def header(kind: str, value: str, *, max_age: int | None = None) -> str:
    """Return the ``Set-Cookie`` header of a cookie that scripts and other sites never get."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[name(kind)] = value
    morsel = cookie[name(kind)]
    morsel['path'] = '/'
    morsel['httponly'] = True
    morsel['samesite'] = 'Lax'
    if _secure:
        morsel['secure'] = True
    if max_age is not None:
        morsel['max-age'] = max_age
    return morsel.OutputString()


def give(response: Response, kind: str, value: str, *, max_age: int | None = None) -> None:
    """Set a cookie on a response; without ``max_age`` (seconds) it ends with the browser's session."""
    response.headers.append('Set-Cookie', header(kind, value, max_age=max_age))


def take(response: Response, kind: str) -> None:
    """Remove a cookie from the browser."""
    give(response, kind, '', max_age=0)


def later(scope: Scope, kind: str, value: str) -> None:
    """Set a cookie on whatever response this request gets; the header layer adds it."""
    scope.setdefault('motcua.cookies', []).append(header(kind, value))
