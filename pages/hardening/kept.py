"""Public pages kept in memory: the same for everybody who is not signed in, until what they show is changed."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db import public_changes
from app.i18n import LANGUAGES
from pages import cookies
from pages.visitor import choices

MARK = 'motcua.keep'
"""In the scope of a request whose answer is the same for everybody."""
MOST = 400
SECONDS = 10.0
"""No page is older: figures of the month and the day of the calendar move without anybody changing anything."""
Key = tuple[str, bytes, tuple[str, str], bool]
_USUAL = (LANGUAGES[0], '')
"""What somebody without cookies sees."""


@dataclass(frozen=True)
class _Page:
    start: Message
    body: Message
    changes: int
    until: float


class KeptPages:
    """Gives a page again without asking anything; outermost of all layers, so what it keeps has passed all of them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._pages: OrderedDict[Key, _Page] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            return await self.app(scope, receive, send)
        page = self._pages.get(key)
        if page is not None and page.changes == public_changes() and time.monotonic() < page.until:
            await send(page.start)
            return await send(page.body)
        changes, sent = public_changes(), list[Message]()

        async def watch(message: Message) -> None:
            sent.append(message)
            await send(message)

        await self.app(scope, receive, watch)
        if scope.get(MARK) and len(sent) == 2 and sent[0]['status'] == 200 and not _sets_cookie(sent[0]):
            self._pages[key] = _Page(sent[0], sent[1], changes, time.monotonic() + SECONDS)
            self._pages.move_to_end(key)
            while len(self._pages) > MOST:
                self._pages.popitem(last=False)


def _key(scope: Scope) -> Key | None:
    """Return what decides how a public page looks; None for whatever may be somebody's own or a changed address.

    Language and colours are those that the page itself reads: a cookie that we read otherwise than the page does would
    let one visitor choose for all.
    """
    if scope['type'] != 'http' or scope['method'] != 'GET' or scope['query_string']:
        return None
    host, worn, accepted = b'', b'', list[bytes]()
    for name, value in scope['headers']:
        if name == b'cookie':
            worn += value + b';'
        elif name == b'host':
            host += value
        elif name == b'accept-encoding':
            accepted.append(value)
        elif name == b'authorization':
            return None
    if len(accepted) > 1 or any(cookies.name(kind).encode() in worn for kind in (cookies.SESSION, cookies.DOSSIER)):
        return None
    look = choices(HTTPConnection(scope)) if worn else _USUAL
    return scope['path'], host, look, any(b'gzip' in value for value in accepted)


def _sets_cookie(start: Message) -> bool:
    return any(name == b'set-cookie' for name, _ in start['headers'])
