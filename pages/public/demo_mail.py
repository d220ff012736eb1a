"""The demonstration's mail: what was sent, readable on a page, because no letter leaves this machine."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.notifications.queries import rendered, sent_messages
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/trinh-dien/thu'
_LETTER = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def listed(request: Request, trang: int = 1) -> Response:
    """List what the demonstration sent, newest first. Outside a demonstration there is no such page."""
    actor = await Visitor.of(request).actor()
    messages = await sent_messages(actor, trang)
    return await respond(request, 'demo_mail.html', actor, messages=messages, page=max(1, trang), keep=False)


@addresses.api_route(PATH + '/{message_id}', methods=['GET', 'HEAD'])
async def letter(request: Request, message_id: str) -> Response:
    """Show one letter as a mail program would."""
    found = await rendered(await Visitor.of(request).actor(), message_id)
    return HTMLResponse(found.html, headers={'Content-Security-Policy': _LETTER, 'Cache-Control': 'no-store'})
