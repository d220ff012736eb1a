"""Routes are found by the first part of their path."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Match, Route
from starlette.types import Scope

from pages.segments import Segments


async def _answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.path)


def _route(path: str, *methods: str) -> Route:
    return Route(path, _answer, methods=methods or ('GET',))


def _asked(path: str, method: str = 'GET', kind: str = 'http') -> Scope:
    return {'type': kind, 'path': path, 'method': method}


ROUTES = (_route('/'), _route('/a/{x}'), _route('/a/b'), _route('/a', 'POST'), _route('/a'), _route('/b', 'POST'))


@pytest.mark.parametrize(
    ('path', 'method', 'match', 'found'),
    [
        ('/', 'GET', Match.FULL, ROUTES[0]),
        ('/a/b', 'GET', Match.FULL, ROUTES[1]),
        ('/a', 'GET', Match.FULL, ROUTES[4]),
        ('/b', 'GET', Match.PARTIAL, ROUTES[5]),
        ('/ab', 'GET', Match.NONE, None),
        ('/b/c', 'POST', Match.NONE, None),
    ],
)
def test_the_first_route_that_fits_is_found_or_else_one_that_takes_another_method(
    path: str, method: str, match: Match, found: Route | None
) -> None:
    how, told = Segments(ROUTES).matches(_asked(path, method))
    assert (how, told.get('route')) == (match, found)


def test_a_socket_finds_no_page() -> None:
    assert Segments(ROUTES).matches(_asked('/a', kind='websocket')) == (Match.NONE, {})


def test_a_path_that_begins_with_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match='written out'):
        Segments([_route('/{anything}')])
