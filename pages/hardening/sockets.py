"""The guard of NiceGUI's socket: a page answers only to the browser it was made for, and only to sensible events.

NiceGUI takes the page's id as the only proof, from any socket (`client_id` is a bearer token). Here a socket must come
from the same browser (and session) as the request that made the page, shake hands for it, and keep a pace.
"""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary, WeakSet

from nicegui import Client, background_tasks
from socketio.exceptions import ConnectionRefusedError as Refused
from starlette.requests import cookie_parser

from app import crypto
from app.log import log
from pages import cookies
from pages.hardening import private
from pages.hardening.bucket import Bucket
from pages.hardening.events import accepted

Handler = Callable[..., Any]
LARGEST_MESSAGE = 1_000_000
"""Bytes of one message; NiceGUI's own script refuses to send more."""
EVENTS_PER_SECOND, EVENTS_AT_ONCE, EVENTS_WAITING = 60.0, 1_500.0, 3_000.0
"""Generous: a browser that was offline for minutes sends every key press at once, and none may be lost."""

GRACE = 1.0
"""Seconds in which the page that asked for the end of its session goes on by itself."""

_paces: WeakKeyDictionary[Client, Bucket] = WeakKeyDictionary()
_closed: WeakSet[Client] = WeakSet()
last_event = 0.0
"""Loop time of the last event, for work that waits for a quiet moment."""


def guard_sockets(origins: list[str] | None) -> None:
    """Put our handlers before NiceGUI's own. ``origins`` may open a socket; None means the host that was asked for."""
    private.check_version()
    server, handlers = private.socket_server(), private.socket_handlers()
    server.eio.cors_allowed_origins = origins
    server.eio.max_http_buffer_size = LARGEST_MESSAGE
    handlers['connect'] = _connect(handlers['connect'])
    handlers['handshake'] = _handshake(handlers['handshake'])
    handlers['event'] = _event(handlers['event'])
    for name in ('ack', 'javascript_response'):
        handlers[name] = _bound(name, handlers[name])
    handlers['log'] = _no_log


def close(client: Client, address: str) -> None:
    """Take no more events from a live page, and send it elsewhere a moment later."""
    if client in _closed:
        return
    _closed.add(client)

    async def send_away() -> None:
        await asyncio.sleep(GRACE)
        if not client.is_deleted:
            client.open(address)
        await asyncio.sleep(GRACE)  # the message goes first
        if not client.is_deleted:
            private.delete(client)

    background_tasks.create(send_away(), name='close page')


def same_browser(client: Client, environ: dict[str, Any]) -> bool:
    """Tell whether a socket's request carries the cookies that the page was made with."""
    made, sent = client.request, cookie_parser(environ.get('HTTP_COOKIE', ''))
    visit = made.scope.get('motcua.visit')
    if not visit or not crypto.same(sent.get(cookies.name(cookies.VISIT), ''), visit):
        return False
    session = cookies.read(made, cookies.SESSION)
    return session is None or crypto.same(sent.get(cookies.name(cookies.SESSION), ''), session)


def _may_shake_hands(data: dict[str, Any], environ: dict[str, Any] | None) -> bool:
    texts = ('client_id', 'tab_id', 'document_id', 'old_tab_id')
    if not all(isinstance(data.get(name, ''), str | None) and len(data.get(name) or '') <= 100 for name in texts):
        return False
    if not all(data.get(name) for name in texts[:3]) or not str(data.get('next_message_id', 0)).isascii():
        return False
    if not str(data.get('next_message_id', 0)).isdigit():
        return False
    client = private.client_of(data['client_id'])
    return client is not None and client not in _closed and environ is not None and same_browser(client, environ)


def _connect(original: Handler) -> Handler:
    async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        query = {key: values[0] for key, values in parse_qs(environ.get('QUERY_STRING', '')).items()}
        if query.get('implicit_handshake') == 'true' and not _may_shake_hands(query, environ):
            raise Refused('Implicit handshake failed')  # the words that make NiceGUI's script load the page anew
        await original(sid, environ, auth)

    return connect


def _handshake(original: Handler) -> Handler:
    async def handshake(sid: str, data: object = None) -> bool:
        if not isinstance(data, dict) or not _may_shake_hands(data, private.socket_server().get_environ(sid)):
            return False
        return bool(await original(sid, data))

    return handshake


def _client(sid: str, message: object) -> Client | None:
    client = private.client_of(message.get('client_id')) if isinstance(message, dict) else None
    return client if client and client not in _closed and private.is_bound(client, sid) else None


def _event(original: Handler) -> Handler:
    async def event(sid: str, message: object = None, *_: object) -> None:
        global last_event
        last_event = asyncio.get_running_loop().time()
        client = _client(sid, message)
        if client is None:
            return
        pace = _paces.setdefault(client, Bucket(EVENTS_PER_SECOND, EVENTS_AT_ONCE, EVENTS_WAITING))
        wait = pace.take()
        if wait is None:
            log.warning('a page sends events faster than anybody can: dropped')
            return
        if wait:
            await asyncio.sleep(wait)
        if accepted(client, message):
            original(sid, message)

    return event


def _bound(name: str, original: Handler) -> Handler:
    def handle(sid: str, message: object = None, *_: object) -> None:
        if _client(sid, message) and isinstance(message, dict) and _well_formed(name, message):
            original(sid, message)

    return handle


def _well_formed(name: str, message: dict[str, Any]) -> bool:
    if name == 'ack':
        number = message.get('next_message_id')
        return isinstance(number, int) and not isinstance(number, bool) and number >= 0
    return isinstance(message.get('request_id'), str)


def _no_log(_sid: str, *_: object) -> None:
    """Take no line of the log from a browser: it could say anything in our name."""
