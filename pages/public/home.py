"""The front page: search, file, track, the most used procedures, where to come."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.procedures.queries import popular
from app.remembered import remembered
from app.statistics.month import this_month
from app.units.queries import home_unit
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
_month = remembered(this_month)


@addresses.api_route('/', methods=['GET', 'HEAD'])
async def home(request: Request) -> Response:
    """Show the front page."""
    actor = await Visitor.of(request).actor()
    unit = await home_unit(actor)
    month = await _month(unit.id) if unit else None
    return await respond(request, 'home.html', actor, popular=await popular(actor), month=month)
