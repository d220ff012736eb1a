"""Help: how to file, photographs, the secret, accessibility, personal data, contact."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()


@addresses.api_route('/tro-giup', methods=['GET', 'HEAD'])
async def show_help(request: Request) -> Response:
    """Show the help page."""
    return await respond(request, 'help.html', await Visitor.of(request).actor())
