"""The gate before NiceGUI: only known addresses pass, so that a guessed one costs a plain 404 and no live page."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages import csrf, plain_error
from pages.hardening import private
from pages.hardening.bucket import Buckets
from pages.hardening.layers import live_policy
from pages.hardening.packed import Packed
from pages.visitor import address

_FOLDERS = ('static/', 'libraries/', 'components/', 'resources/', 'esm/')
ASSET_FOLDERS = tuple(private.ASSETS + folder for folder in _FOLDERS)
"""Files of one version of NiceGUI: the same for everybody, for ever."""
MADE_FOLDER = private.ASSETS + 'dynamic_resources/'
PAGES_PER_SECOND, PAGES_AT_ONCE = 3.0, 150.0
"""Live pages for one network address; a desk of many officers may share one."""
WAITING_PAGES = 1_500
"""Pages that were built and whose browser never connected (crawlers): they live for about a minute."""

Admit = Callable[[HTTPConnection], Awaitable[Response | None]]


class Gate:
    """Stands in the mount of NiceGUI. ``admit`` answers for a page that this visitor may not open."""

    def __init__(
        self,
        inner: ASGIApp,
        *,
        plain: Sequence[BaseRoute],
        is_page: Callable[[str], bool],
        admit: Admit,
        https: bool,
    ) -> None:
        self.inner = inner
        self.files = Packed(inner)
        self.plain = plain
        self.is_page = is_page
        self.admit = admit
        self.https = https
        self.builds = Buckets(PAGES_PER_SECOND, PAGES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope['path']
        if scope['type'] == 'websocket':
            if path.startswith(private.SOCKET):
                return await self.inner(scope, receive, send)
            return await send({'type': 'websocket.close', 'code': 1008})
        if path.startswith(ASSET_FOLDERS) and scope['method'] in ('GET', 'HEAD'):
            return await self.files(scope, receive, send)
        if path.startswith(MADE_FOLDER) and scope['method'] in ('GET', 'HEAD'):
            return await self.inner(scope, receive, send)
        if path.startswith(private.SOCKET) and scope['method'] in ('GET', 'POST'):
            return await self.inner(scope, receive, send)
        response = await self._answer(scope)
        if response is not None:
            return await response(scope, receive, send)
        await self.inner(scope, receive, self._with_policy(scope, send))

    async def _answer(self, scope: Scope) -> ASGIApp | None:
        """Return the plain answer to anything that must not build a live page; None lets it through."""
        connection, path = HTTPConnection(scope), scope['path']
        if not self.is_page(path):
            return self._missing(scope, connection)
        if scope['method'] != 'GET' or scope.get('motcua.head'):
            return _not_that_way(connection)
        if not self.builds.allow(address(connection)):
            return _later(plain_error.page(connection, 429, 'shell.too_many_pages'))
        refused = await self.admit(connection)
        if refused is not None:
            return refused
        if sum(not client.has_socket_connection for client in private.clients()) > WAITING_PAGES:
            return _later(plain_error.page(connection, 503, 'shell.busy'))
        csrf.visit(connection)
        return None

    def _missing(self, scope: Scope, connection: HTTPConnection) -> ASGIApp:
        """Let a plain route say 405 to a wrong method, lead ``/thu-tuc/`` to ``/thu-tuc``, else say 404."""
        for route in self.plain:
            match, found = route.matches(dict(scope))
            if match is Match.PARTIAL:
                scope.update(found)
                return route.handle
        shorter = scope['path'].rstrip('/')
        if shorter != scope['path'] and scope['method'] == 'GET' and self._is_known(scope, shorter):
            return RedirectResponse(shorter, 307)
        return plain_error.page(connection, 404, 'shell.not_found')

    def _is_known(self, scope: Scope, path: str) -> bool:
        if not path or path.startswith('//'):
            return False
        there = {**scope, 'path': path}
        return self.is_page(path) or any(route.matches(there)[0] is Match.FULL for route in self.plain)

    def _with_policy(self, scope: Scope, send: Send) -> Send:
        policy = live_policy(HTTPConnection(scope).headers.get('host', ''), https=self.https)

        async def with_policy(message: Message) -> None:
            if message['type'] == 'http.response.start':
                MutableHeaders(scope=message)['Content-Security-Policy'] = policy
            await send(message)

        return with_policy


def _not_that_way(connection: HTTPConnection) -> Response:
    response = plain_error.page(connection, 405, 'shell.wrong_method')
    response.headers['Allow'] = 'GET'
    return response


def _later(response: Response) -> Response:
    response.headers['Retry-After'] = '60'
    return response
