"""The wall screen of the hall: it follows the work by itself, within two seconds."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.limits import hit
from app.statistics.wall import packed, wall
from pages.frame import respond
from pages.hardening.layers import PLAIN_POLICY
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/thong-ke/man-hinh'
TIMES = 200
"""Questions in a minute from one network address: three screens; more are told to wait."""
POLICY = f"{PLAIN_POLICY}; script-src 'self'; connect-src 'self'"
"""This page alone of the plain ones has a script: our own file, no line inside the page."""


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request) -> Response:
    """Show the screen with the figures of this moment."""
    actor = await Visitor.of(request).actor()
    response = await respond(request, 'figures_wall.html', actor, figures=await wall(), keep=False)
    response.headers['Content-Security-Policy'] = POLICY
    return response


@addresses.api_route(PATH + '/so-lieu', methods=['GET', 'HEAD'])
async def ask(request: Request) -> Response:
    """Give the figures, or nothing when they are what the screen has."""
    await hit('wall', Visitor.of(request).address, times=TIMES, minutes=1)
    text, tag = packed(await wall())
    headers = {'ETag': tag, 'Cache-Control': 'no-cache'}
    if request.headers.get('if-none-match') == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers, media_type='application/json')
