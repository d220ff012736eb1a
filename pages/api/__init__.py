"""The API of version 1: what programs of citizens, kiosks, officers and other systems call."""

from functools import cache

from fastapi import Response

from app import papers
from pages.api import catalogue, description, desk, desk_papers, dossiers, drafts, events, rating, webhooks
from pages.api.below import BELOW, below

router = below()
for part in (
    catalogue.routes,
    drafts.routes,
    dossiers.routes,
    rating.routes,
    desk.routes,
    desk_papers.routes,
    events.routes,
    webhooks.routes,
):
    router.routes += part.routes
_UPLOAD = papers.SIZE_LIMIT + 100_000
BODY_LIMITS = {
    f'{BELOW}/drafts/*/documents/': _UPLOAD,
    f'{BELOW}/dossiers/opened/documents/': _UPLOAD,
    f'{BELOW}/desk/dossiers/*/files/': _UPLOAD,
    f'{BELOW}/desk/papers/': _UPLOAD,
}


@router.get('/openapi.json', include_in_schema=False)
async def openapi() -> Response:
    """Describe the API for programs (OpenAPI 3.1)."""
    return Response(_described(), media_type='application/json')


@cache
def _described() -> bytes:
    return description.description(router)
