"""A leaflet of each procedure, to be printed and handed out."""

from collections import OrderedDict
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.access import anonymous
from app.clock import today
from app.db import public_changes
from app.documents.render import in_thread, make_leaflet
from app.i18n import LANGUAGES, words
from app.limits import hit
from app.notifications import settings
from app.procedures.queries import start_page
from app.units.queries import home_unit
from pages.public.leaflet_said import leaflet
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/thu-tuc/{slug}/to-roi.pdf'
TIMES, MINUTES = 60, 10
"""Leaflets drawn anew for one network address."""
MOST = 100
VIEWER_ONLY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
Key = tuple[str, str, str, int]
_made: OrderedDict[Key, bytes] = OrderedDict()
"""By procedure, language, day and state of the catalogue."""


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request, slug: str, lang: str = '') -> Response:
    """Show the leaflet in the visitor's language, or in the one that ``lang`` says."""
    visitor = Visitor.of(request)
    chosen = lang if lang in LANGUAGES else visitor.lang
    start = await start_page(anonymous(chosen), slug)
    key = (start.spec.id, chosen, today().isoformat(), public_changes())
    if key not in _made:
        await hit('leaflet', visitor.address, times=TIMES, minutes=MINUTES)
        address = f'{settings().url}/thu-tuc/{start.spec.id}'
        said = leaflet(start, await home_unit(anonymous(chosen)), address, key[2], words(chosen))
        _made[key] = await in_thread(make_leaflet, said)
        while len(_made) > MOST:
            _made.popitem(last=False)
    headers = {
        'Content-Disposition': f"inline; filename*=UTF-8''{quote(f'to-roi-{start.spec.id}-{chosen}.pdf')}",
        'Cache-Control': 'private, no-cache',
        'Content-Security-Policy': VIEWER_ONLY,
    }
    return Response(_made[key], media_type='application/pdf', headers=headers)
