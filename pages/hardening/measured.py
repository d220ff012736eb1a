"""The outermost layer: counts requests and how long they took. Sockets and their polling stay open; they are not counted."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.operations.meter import meter
from pages.hardening import private


class Measured:
    """Tells the meter of each answer, by method and status alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http' or scope['path'].startswith(private.SOCKET):
            return await self.app(scope, receive, send)
        begun, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message['type'] == 'http.response.start':
                status = message['status']
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            meter.answered(scope['method'], status, time.perf_counter() - begun)
