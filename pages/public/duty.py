"""Who is on duty at the one-stop desk: names, work, telephones, hours."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.duty.queries import desks
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/mot-cua'


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request) -> Response:
    """Show every desk with those on duty."""
    actor = await Visitor.of(request).actor()
    return await respond(request, 'duty.html', actor, desks=await desks(actor, actor.lang))
