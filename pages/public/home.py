"""The front page: search, file, track, the most used procedures, where to come."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.procedures.queries import popular
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()


@addresses.api_route('/', methods=['GET', 'HEAD'])
async def home(request: Request) -> Response:
    """Show the front page."""
    actor = await Visitor.of(request).actor()
    return await respond(request, 'home.html', actor, popular=await popular(actor))
