"""Open data: the page that lists it, a page for each dataset, and the files, which pages of other sites may read as well."""

import gzip
from asyncio import to_thread

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

import app.open_data.answers
import app.open_data.procedures
import app.open_data.work  # noqa: F401 - datasets register themselves
from app.limits import hit
from app.open_data import catalogue, folder
from app.open_data.datasets import DATASETS
from app.open_data.written import FORMATS, LICENCE
from app.statistics.published import FEWEST
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
PATH = folder.PATH
TIMES, MINUTES = 600, 10
"""Files and pages for one network address."""
FREE = {
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'public, max-age=600',
    'Vary': 'Accept-Encoding',
}
"""Headers of the files, and of nothing else: they hold nothing that is anybody's."""
_DCAT, _SCHEMA = 'dcat.jsonld', '.schema.json'


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request) -> Response:
    """List the datasets with their licence, their files and the day of the last change."""
    await _count(request)
    files = catalogue.by_dataset(await folder.files())
    actor = await Visitor.of(request).actor()
    return await respond(
        request, 'open_data.html', actor, datasets=DATASETS.values(), files=files, licence=LICENCE, fewest=FEWEST
    )


@addresses.api_route(PATH + '/{name}', methods=['GET', 'HEAD'])
async def one(request: Request, name: str) -> Response:
    """Show the page of a dataset, or give a file that is not cut into parts."""
    if name in DATASETS:
        await _count(request)
        parts = catalogue.by_dataset(await folder.files()).get(name, {})
        actor = await Visitor.of(request).actor()
        return await respond(request, 'open_data_one.html', actor, dataset=DATASETS[name], parts=parts)
    return await _file(request, name)


@addresses.api_route(PATH + '/{key}/{name}', methods=['GET', 'HEAD'])
async def part(request: Request, key: str, name: str) -> Response:
    """Give a part of a dataset."""
    return await _file(request, f'{key}/{name}')


async def _count(request: Request) -> None:
    await hit('open-data', Visitor.of(request).address, times=TIMES, minutes=MINUTES)


async def _file(request: Request, path: str) -> Response:
    await _count(request)
    if path == _DCAT:
        body, media = catalogue.dcat(await folder.files()), 'application/ld+json'
    elif path.endswith(_SCHEMA):
        body, media = folder.described(path.removesuffix(_SCHEMA)), FORMATS['json']
    else:
        found, body = await folder.content(path)
        media = FORMATS[found.format if found else 'json']
    return await to_thread(_answer, request, body, media)


def _answer(request: Request, body: bytes, media: str) -> Response:
    """Send bytes with their mark, or say that they are what the asker has."""
    headers = FREE | {'ETag': catalogue.mark(body)}
    if headers['ETag'] in request.headers.get('if-none-match', ''):
        return Response(status_code=304, headers=headers)
    if 'gzip' in request.headers.get('accept-encoding', ''):
        body, headers['Content-Encoding'] = gzip.compress(body, 6), 'gzip'
    return Response(body, headers=headers, media_type=media)
