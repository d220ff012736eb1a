"""NiceGUI's own files, compressed once and kept: a sixth lighter by Brotli, and no work for the next visitor.

NiceGUI alone compresses each file anew for everybody. Who leaves in the middle disturbs nobody: it is not for them that
NiceGUI is asked, but for all.
"""

import asyncio
import gzip
from dataclasses import dataclass

import brotli
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_FILES = 500
"""Files that are kept; there are fewer. Whatever else comes is passed through."""
_PACKED = ('text/', 'application/javascript', 'application/json', 'image/svg')
_PLAIN_REQUEST = {b'accept-encoding', b'range', b'if-range', b'if-none-match', b'if-modified-since'}
"""Headers of a visitor that must not decide what is kept for all."""
_OF_ONE_BODY = {b'content-length', b'content-encoding', b'vary'}
Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Kept:
    """One file: status, headers without its length, and its body by encoding."""

    status: int
    headers: tuple[Header, ...]
    bodies: dict[str, bytes]

    async def send(self, scope: Scope, send: Send) -> None:
        """Answer in the lightest way that the visitor understands."""
        accepted = {
            part.partition(';')[0].strip() for part in Headers(scope=scope).get('accept-encoding', '').split(',')
        }
        name = next((one for one in ('br', 'gzip') if one in accepted and one in self.bodies), '')
        body = self.bodies[name]
        more: list[Header] = [(b'content-length', str(len(body)).encode()), (b'vary', b'Accept-Encoding')]
        if name:
            more.append((b'content-encoding', name.encode()))
        await send({'type': 'http.response.start', 'status': self.status, 'headers': [*self.headers, *more]})
        await send({'type': 'http.response.body', 'body': body})


class Packed:
    """Stands before NiceGUI for the files that its version names."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner
        self._kept: dict[str, asyncio.Task[Kept]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope['path']
        is_whole = scope['method'] == 'GET' and 'range' not in Headers(scope=scope)
        if not is_whole or (path not in self._kept and len(self._kept) >= MOST_FILES):
            return await self.inner(scope, receive, send)
        if path not in self._kept:
            self._kept[path] = asyncio.create_task(self._fetch(scope))
        task = self._kept[path]
        try:
            found = await asyncio.shield(task)
        except Exception:
            self._kept.pop(path, None)
            raise
        if found.status != 200:
            self._kept.pop(path, None)
        await found.send(scope, send)

    async def _fetch(self, scope: Scope) -> Kept:
        """Ask NiceGUI for a file as nobody in particular, and compress it."""
        headers = [header for header in scope['headers'] if header[0] not in _PLAIN_REQUEST]
        asked, status, parts = False, 500, list[bytes]()
        given: list[Header] = []

        async def receive() -> Message:
            nonlocal asked
            if asked:
                await asyncio.Event().wait()  # nobody leaves
            asked = True
            return {'type': 'http.request', 'body': b'', 'more_body': False}

        async def collect(message: Message) -> None:
            nonlocal status
            if message['type'] == 'http.response.start':
                status = message['status']
                given.extend((name, value) for name, value in message['headers'] if name not in _OF_ONE_BODY)
            else:
                parts.append(message.get('body', b''))

        await self.inner({**scope, 'headers': headers}, receive, collect)
        body = b''.join(parts)
        is_text = status == 200 and Headers(raw=given).get('content-type', '').startswith(_PACKED)
        bodies = await asyncio.to_thread(_bodies, body) if is_text else {'': body}
        return Kept(status, tuple(given), bodies)


def _bodies(body: bytes) -> dict[str, bytes]:
    """Return a body in every encoding that makes it lighter. Keeps a processor busy: for a thread."""
    # One step below the strongest: 2 % more bytes for less than half the processor time after each start.
    packed = {'br': brotli.compress(body, quality=10), 'gzip': gzip.compress(body, 9, mtime=0)}
    return {'': body} | {name: one for name, one in packed.items() if len(one) < len(body)}
