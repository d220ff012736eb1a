"""Whether the service lives and can do its work, and its figures, for whoever watches it."""

import asyncio
import hmac
import time

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.notifications import settings
from app.operations import health
from app.operations.figures import figures
from app.settings import LOOPBACK
from pages import plain_error
from pages.hardening import private

router = APIRouter()
FORMAT = 'text/plain; version=0.0.4; charset=utf-8'
KEPT = 1.0
"""Seconds for which the outcome is told again: asking often must not take the writer's time."""
_looking = asyncio.Lock()
_last: tuple[float, list[health.Check]] = (float('-inf'), [])


@router.get('/healthz')
async def healthz() -> Response:
    """Say that the process answers."""
    return JSONResponse({'status': 'ok'})


@router.get('/readyz')
async def readyz(request: Request) -> Response:
    """Say whether people can be served; 503 when they cannot. Who may see the figures also reads what was looked at."""
    global _last
    async with _looking:
        if time.monotonic() - _last[0] > KEPT:
            found = await health.checks()
            _last = time.monotonic(), found
    found = _last[1]
    ready = all(check.ok for check in found if check.needed)
    body: dict[str, object] = {'status': 'ready' if ready else 'unavailable'}
    if may_look(request):
        body['checks'] = {check.name: 'ok' if check.ok else 'failed' for check in found}
    return JSONResponse(body, 200 if ready else 503)


@router.get('/metrics')
async def metrics(request: Request) -> Response:
    """Give the figures to this machine or to the token; for anybody else there is no such page."""
    if not may_look(request):
        return plain_error.page(request, 404, 'shell.not_found')
    pages = private.clients()
    connected = sum(client.has_socket_connection for client in pages)
    return PlainTextResponse(await figures(pages_open=len(pages), clients_connected=connected), media_type=FORMAT)


def may_look(request: Request) -> bool:
    """Tell whether a request has the token, or comes straight from this machine.

    What a proxy on this machine passes on names the public host, whatever it says of its visitor.
    """
    token, given = settings().metrics_token, request.headers.get('authorization', '')
    if token and hmac.compare_digest(given.encode(), f'Bearer {token}'.encode()):
        return True
    is_passed_on = any(name in request.headers for name in ('x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via'))
    is_near = request.client is not None and request.client.host in LOOPBACK
    return is_near and not is_passed_on and request.url.hostname in LOOPBACK


@router.get('/can-cookie')
async def cookies_needed(request: Request) -> Response:
    """Say that the browser blocks cookies: without them a live page cannot know its own browser."""
    return plain_error.page(request, 200, 'shell.cookie', title='shell.cookie_title')
