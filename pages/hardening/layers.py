"""Layers around the whole application, in pure ASGI: hosts, origins, body limits, headers, incidents."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.log import incident
from pages import plain_error

DEFAULT_BODY = 1_000_000
"""Bytes of a request body where nothing else is said; also what NiceGUI's polling sends at most."""
MOST_UNREAD = 50_000_000
"""Bytes of a refused body that are let pass before the connection is cut."""
PLAIN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    'Content-Security-Policy': PLAIN_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()',
    'Cache-Control': 'no-store',
}
"""Given to every answer that does not say otherwise itself."""
SAFE_METHODS = {'GET', 'HEAD', 'OPTIONS'}
WATCHED = ('/healthz', '/readyz', '/metrics')
"""Asked by programs on this machine, under whatever name they know it."""
API = '/api/'
"""Below it a token counts and cookies do not."""


def live_policy(host: str, *, https: bool) -> str:
    """Return the policy of a live page: NiceGUI needs inline scripts and eval, and its socket."""
    socket = f'{"wss" if https else "ws"}://{host}'
    return (
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; worker-src 'self' blob:; "
        f"frame-src 'self'; manifest-src 'self'; connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; object-src 'none'"
    )


class SecurityHeaders:
    """Adds the headers that an answer lacks, and the cookies that were asked for on the way."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = HEADERS | ({'Strict-Transport-Security': 'max-age=31536000; includeSubDomains'} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            return await self.app(scope, receive, send)
        given: list[str] = scope.setdefault('motcua.cookies', [])

        async def with_headers(message: Message) -> None:
            if message['type'] == 'http.response.start':
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                for cookie in given:
                    headers.append('Set-Cookie', cookie)
                if 'set-cookie' in headers:
                    headers['Cache-Control'] = 'no-store'  # a shared cache must never hand out somebody's cookie
            await send(message)

        await self.app(scope, receive, with_headers)


class Incidents:
    """Turns an unexpected error into a plain page with a number; the log has the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            return await self.app(scope, receive, send)
        started = left = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message['type'] == 'http.response.start'
            await send(message)

        async def listen() -> Message:
            nonlocal left
            message = await receive()
            left = left or message['type'] == 'http.disconnect'
            return message

        try:
            await self.app(scope, listen, watch)
        except Exception as error:
            if left and not started and _is_unanswered(error):
                return
            number = incident(error, f'{scope["method"]} {_first_part(scope["path"])}')
            if started:
                raise
            response = plain_error.page(HTTPConnection(scope), 500, 'shell.incident', number=number)
            await response(scope, receive, send)


def _is_unanswered(error: Exception) -> bool:
    """Tell whether this is what NiceGUI's own layers make of a visitor who left before the answer began.

    Starlette's ``BaseHTTPMiddleware`` then misses the beginning of an answer that nobody would have read.
    """
    return isinstance(error, RuntimeError) and error.args == ('No response returned.',)


def _first_part(path: str) -> str:
    return '/' + path.strip('/').partition('/')[0][:30]


class KnownHost:
    """Answers only to the host of the base URL; strips what only our own proxy may say."""

    def __init__(self, app: ASGIApp, *, url: str, check: bool) -> None:
        self.app = app
        self.host = urlsplit(url).netloc.lower() if check else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] in ('http', 'websocket'):
            scope['headers'] = [(name, value) for name, value in scope['headers'] if name != b'x-forwarded-prefix']
            host = Headers(scope=scope).get('host', '').lower()
            if self.host is not None and host != self.host and scope['path'] not in WATCHED:
                if scope['type'] == 'websocket':
                    return await send({'type': 'websocket.close', 'code': 1008})
                return await plain_error.page(HTTPConnection(scope), 400, 'shell.wrong_host')(scope, receive, send)
        await self.app(scope, receive, send)


class OwnOrigin:
    """Takes a request that may change something only from our own pages, or from a program: without cookies, or with a token.

    No page of another site can send a token: a browser would ask us first, and we never agree.
    """

    def __init__(self, app: ASGIApp, *, origin: str | None) -> None:
        self.app = app
        self.origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'http' and scope['method'] not in SAFE_METHODS and not self._own(scope):
            return await plain_error.page(HTTPConnection(scope), 403, 'shell.foreign_form')(scope, receive, send)
        await self.app(scope, receive, send)

    def _own(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope['path'].startswith(API) and headers.get('authorization', '').lower().startswith('bearer '):
            return True
        site, origin = headers.get('sec-fetch-site'), headers.get('origin')
        if site is not None and site not in ('same-origin', 'none'):
            return False
        if origin is not None and origin != 'null':
            return origin.lower() == (self.origin or f'{scope["scheme"]}://{headers.get("host", "")}'.lower())
        return site is not None or (origin is None and 'cookie' not in headers)


class HeadAsGet:
    """Answers HEAD as GET; the server leaves the body out. A live page is not built for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'http' and scope['method'] == 'HEAD':
            scope = {**scope, 'method': 'GET', 'motcua.head': True}
        await self.app(scope, receive, send)


def _goes_on(message: Message) -> bool:
    """Tell whether more of a body comes: whoever waits for what does not come waits until the browser gives up."""
    return message['type'] == 'http.request' and bool(message.get('more_body', False))


class BodyTooLarge(Exception):
    """More bytes came than the address takes."""


class BodyLimit:
    """Counts the bytes of a body as they come; ``larger`` maps the beginning of a path (``*``: anything) to what it takes."""

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = dict(larger)

    def limit(self, path: str) -> int:
        """Return the most bytes that a path takes."""
        return max(
            (size for start, size in self.larger.items() if fnmatchcase(path, f'{start}*')), default=DEFAULT_BODY
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            return await self.app(scope, receive, send)
        limit = self.limit(scope['path'])
        declared = Headers(scope=scope).get('content-length', '0')
        if not declared.isdigit() or int(declared) > limit:
            return await self._refuse(scope, receive, send)
        taken, more, exceeded, started = 0, True, False, False

        async def count() -> Message:
            nonlocal taken, more, exceeded
            message = await receive()
            taken, more = taken + len(message.get('body', b'')), _goes_on(message)
            if taken > limit:
                exceeded = True
                raise BodyTooLarge
            return message

        async def watch(message: Message) -> None:
            nonlocal started
            if exceeded and not started:
                return  # whatever the route makes of the cut body, the answer is ours
            started = True
            await send(message)

        try:
            await self.app(scope, count, watch)
        except BodyTooLarge:
            if started:
                raise
        if exceeded and not started:
            await self._refuse(scope, receive, send, more=more)

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send, *, more: bool = True) -> None:
        """Let the rest of the body pass unread, so that the browser hears the answer instead of a broken connection."""
        passed, more = 0, more and 'expect' not in Headers(scope=scope)
        while more and passed < MOST_UNREAD:
            message = await receive()
            passed, more = passed + len(message.get('body', b'')), _goes_on(message)
        response = plain_error.page(HTTPConnection(scope), 413, 'shell.too_large')
        response.headers['Connection'] = 'close'
        await response(scope, receive, send)
