"""The feed of events, papers, and the token that is used."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Response, Security

from app.access import Actor
from app.api_tokens import commands, queries
from app.documents.filled import open_declaration
from app.dossiers import attachments, feed
from app.errors import NotSignedIn
from pages.api.below import below
from pages.api.caller import TOKEN, Caller, Officer
from pages.api.shapes import Feed, TokenInfo
from pages.api.values import DossierId, FileId

routes = below()
After = Annotated[int, Query(ge=0, le=2**31 - 1, description='`next` of the last reading; 0 at first.')]
Limit = Annotated[int, Query(ge=1, le=feed.LIMIT)]
Edition = Annotated[
    int | None,
    Query(ge=1, le=999, description='1 as it was filed, then one for each supplement; the newest by default.'),
]
BYTES: dict[int | str, dict[str, Any]] = {200: {'description': 'The paper.', 'content': {'*/*': {}}}}


@routes.get('/events', tags=['events'])
async def read_events(actor: Officer, after: After = 0, limit: Limit = 100) -> Feed:
    """Read what happened to dossiers within reach, in order, from a place on. Scope: `dossier:read`.

    Words of notes come only with `paper:read`.
    """
    return Feed.of(await feed.feed(actor, after, limit))


@routes.get('/files/{file_id}', tags=['papers'], response_class=Response, responses=BYTES)
async def read_file(actor: Caller, file_id: FileId, _: Annotated[object, Security(TOKEN)]) -> Response:
    """Save a paper of a dossier; that it was opened is noted. Scope: `paper:read`, or the token of the opened dossier."""
    if not (actor.is_staff or actor.opened):
        raise NotSignedIn()
    opened = await attachments.open_file(actor, file_id)
    disposition = f"attachment; filename*=UTF-8''{quote(opened.name)}"
    return Response(opened.content, media_type=opened.media_type, headers={'Content-Disposition': disposition})


@routes.get('/desk/dossiers/{dossier_id}/declaration', tags=['papers'], response_class=Response, responses=BYTES)
async def read_declaration(actor: Officer, dossier_id: DossierId, edition: Edition = None) -> Response:
    """Save the declaration of a dossier as it was sent; that it was opened is noted. Scope: `paper:read`."""
    opened = await open_declaration(actor, dossier_id, edition)
    disposition = f"attachment; filename*=UTF-8''{quote(opened.name)}"
    return Response(opened.content, media_type='application/pdf', headers={'Content-Disposition': disposition})


@routes.get('/token', tags=['token'])
async def read_token(actor: Officer) -> TokenInfo:
    """Read what the token that is used may do, and until when."""
    return TokenInfo.of((await queries.tokens(actor))[0])


@routes.delete('/token', status_code=204, tags=['token'])
async def revoke_token(actor: Officer) -> Response:
    """End the token that is used, at once: for example because it became known."""
    await commands.revoke(actor, _own(actor))
    return Response(status_code=204)


def _own(actor: Actor) -> str:
    return actor.session_id or ''
