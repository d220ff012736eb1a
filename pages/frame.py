"""The frame of the plain pages: who is looking, whose portal it is, and a template filled and sent."""

import gzip
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse

from app.access import Actor
from app.i18n import words
from app.notifications import settings
from app.units.queries import UnitCard, home_unit
from components.templating import Frame, render
from pages.around import downtimes
from pages.hardening.kept import MARK
from pages.visitor import Visitor

_last_card: dict[str, UnitCard | None] = {}
"""The portal's own unit by language, as last seen: a page about an error asks no database."""


def frame_of(connection: HTTPConnection, *, who: str = '') -> Frame:
    """Return the frame without asking the database: of what the request says and what is already known."""
    visitor, url = Visitor.of(connection), connection.url
    path = quote(url.path, safe='/-._~') + (f'?{url.query}' if url.query else '')
    return Frame(
        lang=visitor.lang,
        theme=visitor.theme,
        path=path,
        canonical=settings().url + quote(url.path, safe='/-._~'),
        unit=_last_card.get(visitor.lang),
        is_demo=settings().demo,
        who=who,
    )


async def respond(
    request: Request, template: str, actor: Actor, *, status: int = 200, keep: bool = True, **values: Any
) -> HTMLResponse:
    """Fill a template of ``components/plain`` and send it.

    ``keep``: the browser may keep the page and ask whether it changed; a page with a form's token or somebody's dossier
    is never kept, nor compressed: the length of a compressed page could give a secret away (BREACH).
    """
    _last_card[actor.lang] = await home_unit(actor)
    frame = frame_of(request, who=str(actor.kind) if actor.account_id else '')
    html = render(template, replace(frame, downtimes=await downtimes(words(frame.lang))), **values)
    if not keep:
        return HTMLResponse(html, status, {'Cache-Control': 'no-store'})
    request.scope[MARK] = not actor.account_id and not actor.opened
    headers = {'Cache-Control': 'private, no-cache', 'Vary': 'Accept-Encoding, Cookie'}
    if 'gzip' not in request.headers.get('accept-encoding', ''):
        return HTMLResponse(html, status, headers)
    return HTMLResponse(gzip.compress(html.encode(), 6), status, headers | {'Content-Encoding': 'gzip'})


def local_path(path: str, default: str = '/') -> str:
    """Return a path of this portal, or ``default`` for anything that could lead elsewhere."""
    is_local = path.startswith('/') and not path.startswith('//') and path.isprintable() and '\\' not in path
    return path if is_local and len(path) <= 2000 else default
