"""Finding the route of an address among those that begin alike: there are more than a hundred, and each look costs."""

from collections import defaultdict
from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class Segments(BaseRoute):
    """Routes by the first part of their path. Among those of one part the first that fits counts, as everywhere."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes: dict[str, list[BaseRoute]] = defaultdict(list)
        for route in routes:
            first = _first(getattr(route, 'path', '{}'))
            if '{' in first:
                raise ValueError(f'the first part of a path must be written out: {route}')
            self._routes[first].append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return how far a route fits, and what it says of the request."""
        partial: Scope | None = None
        for route in self._routes.get(_first(scope['path']), ()) if scope['type'] == 'http' else ():
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, 'route': route}
            if match is Match.PARTIAL and partial is None:
                partial = {**found, 'route': route}
        return (Match.NONE, {}) if partial is None else (Match.PARTIAL, partial)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route that was found answer."""
        await scope['route'].handle(scope, receive, send)


def _first(path: str) -> str:
    return path[1:].partition('/')[0]
