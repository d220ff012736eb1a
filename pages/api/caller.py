"""Who calls: a program with a token, somebody who opened a dossier, or anybody. Cookies never count."""

from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from app.access import Actor, anonymous
from app.accounts.queries import actor_for
from app.api_tokens.queries import actor_by_token
from app.api_tokens.rules import PREFIX
from app.errors import NotAllowed, NotSignedIn
from app.limits import hit
from pages.hardening.layers import SAFE_METHODS
from pages.problem import language
from pages.visitor import address

TRIES = 120
"""Wrong tokens from one address in an hour."""
TOKEN = HTTPBearer(
    scheme_name='token', auto_error=False, description='A token of an officer or a system, or of an opened dossier.'
)
OPTIONAL: dict[str, Any] = {'security': [{}, {'token': []}]}
"""For operations that anybody may call and that officers call at the counter."""


async def caller(request: Request) -> Actor:
    """Ask the database who this is now.

    Raises:
        NotSignedIn: a token came that does not count.  NotAllowed: an act with cookies instead of a token.
    """
    lang, where = language(request), address(request)
    given = request.headers.get('authorization')
    if given is None:
        if request.method not in SAFE_METHODS and 'cookie' in request.headers:
            raise NotAllowed('api.no_cookies')
        return anonymous(lang, where)
    kind, _, token = given.partition(' ')
    if kind.lower() != 'bearer':
        raise NotSignedIn()
    try:
        return await _by_token(token.strip(), lang, where)
    except NotSignedIn:
        await hit('wrong_api_token', where, times=TRIES, minutes=60)
        raise


async def _by_token(token: str, lang: str, where: str) -> Actor:
    if token.startswith(PREFIX):
        return await actor_by_token(token, lang, where)
    actor = await actor_for(None, token, lang, where)
    if not actor.opened:
        raise NotSignedIn()
    return actor


Caller = Annotated[Actor, Depends(caller)]


async def officer(actor: Caller, _: Annotated[object, Security(TOKEN)]) -> Actor:
    """Let only the token of a member of staff or of a system pass."""
    if not actor.is_staff:
        raise NotSignedIn('api.officer_needed')
    return actor


async def opener(actor: Caller, _: Annotated[object, Security(TOKEN)]) -> Actor:
    """Let only the token of an opened dossier pass."""
    if not actor.opened:
        raise NotSignedIn('api.opened_needed')
    return actor


async def opened_dossier(actor: Annotated[Actor, Depends(opener)]) -> str:
    """Return the id of the dossier that the token opens."""
    return next(iter(actor.opened))


Officer = Annotated[Actor, Depends(officer)]
Opener = Annotated[Actor, Depends(opener)]
OpenedId = Annotated[str, Depends(opened_dossier)]
