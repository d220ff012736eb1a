"""Registers that the law makes public: building permits and whatever ``registers.yaml`` names besides."""

from asyncio import to_thread

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.limits import hit
from app.public_registers import queries
from app.public_registers.definitions import registers
from components.listing import page_links
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/so-cong-khai'
TIMES, MINUTES = 300, 10
"""Searches and files for one network address."""


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request) -> Response:
    """List the registers with the law that makes each public."""
    actor = await Visitor.of(request).actor()
    return await respond(request, 'registers.html', actor, registers=registers(), counts=await queries.counts())


@addresses.api_route(PATH + '/{name}', methods=['GET', 'HEAD'])
async def one(request: Request, name: str, q: str = '', trang: str = '1') -> Response:
    """Search a register, or give the whole as a table."""
    visitor = Visitor.of(request)
    await hit('public-register', visitor.address, times=TIMES, minutes=MINUTES)
    if name.endswith('.csv'):
        return await _table(name.removesuffix('.csv'), visitor)
    chosen = {'q': ' '.join(q.split())[:100]}
    page = int(trang) if trang.isascii() and trang.isdigit() and len(trang) < 5 else 1
    found = await queries.search(name, chosen['q'], page)
    links = page_links(f'{PATH}/{name}', chosen, found.page, found.pages)
    return await respond(request, 'register.html', await visitor.actor(), found=found, chosen=chosen, links=links)


async def _table(key: str, visitor: Visitor) -> Response:
    text = await to_thread(queries.as_csv, *await queries.everything(key), visitor.t)
    headers = {'Content-Disposition': f'attachment; filename="{key}.csv"'}
    return Response(text, headers=headers, media_type='text/csv')
