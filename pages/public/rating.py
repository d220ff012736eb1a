"""Rate a dossier in one touch: by the link of a mail, the counter's code, an opened dossier, or number and secret."""

from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import Actor
from app.errors import AppError, Invalid, NotFound, TooMany, WrongState
from app.ratings import commands, queries
from app.ratings.rules import PARTS, WORDS_LIMIT, Ballot
from pages import csrf
from pages.frame import respond
from pages.public.opening import answer, form_page, posted, tidy, unlock
from pages.visitor import Visitor

addresses = APIRouter()
PATH, FORM = '/danh-gia', 'rating_find.html'
_FIELDS = 30
"""Fields of the form: whole, parts, reasons, words, and the hidden one."""


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def find(request: Request, ma: str = '') -> Response:
    """Ask for number and secret."""
    return await form_page(request, await Visitor.of(request).actor(), FORM, tidy(ma))


@addresses.post(PATH)
async def found(request: Request) -> Response:
    """Open the dossier by number and secret and go to its rating."""
    slip = await posted(request)
    return await unlock(request, await Visitor.of(request).actor(), slip, FORM, f'{PATH}/ho-so')


@addresses.api_route(PATH + '/{token}', methods=['GET', 'HEAD'])
async def show_by_token(request: Request, token: str) -> Response:
    """Show the levels to touch. Nothing is rated by opening the link: programs that scan mail do that too."""
    actor = await Visitor.of(request).actor()
    try:
        return await _page(request, actor, await queries.view_by_token(actor, token))
    except (NotFound, TooMany) as refusal:
        return await _dead(request, actor, refusal)


@addresses.post(PATH + '/{token}')
async def rate_by_token(request: Request, token: str) -> Response:
    """Take what was touched; the page that follows lets the same person say more."""
    actor, ballot = await Visitor.of(request).actor(), await _ballot(request)
    try:
        done = await commands.rate_by_token(actor, token, ballot)
        return RedirectResponse(f'{PATH}/{done.token or token}', 303)
    except NotFound as refusal:
        return await _dead(request, actor, refusal)
    except (Invalid, WrongState, TooMany) as refusal:
        try:
            view = await queries.view_by_token(actor, token, again=True)
        except NotFound as dead:  # in the meantime, or never alive
            return await _dead(request, actor, dead)
        return await _page(request, actor, view, refusal, ballot)


@addresses.api_route(PATH + '/ho-so/{dossier_id}', methods=['GET', 'HEAD'])
async def show_own(request: Request, dossier_id: str) -> Response:
    """Show the levels to who opened the dossier or owns it."""
    actor = await Visitor.of(request).actor()
    try:
        return await _page(request, actor, await queries.view(actor, dossier_id))
    except NotFound:
        return await _closed(request, actor)


@addresses.post(PATH + '/ho-so/{dossier_id}')
async def rate_own(request: Request, dossier_id: str) -> Response:
    """Take what was touched by who opened the dossier or owns it."""
    actor, ballot = await Visitor.of(request).actor(), await _ballot(request)
    try:
        await commands.rate(actor, dossier_id, ballot)
        return RedirectResponse(f'{PATH}/ho-so/{dossier_id}', 303)
    except NotFound:
        return await _closed(request, actor)
    except (Invalid, WrongState, TooMany) as refusal:
        try:
            view = await queries.view(actor, dossier_id)
        except NotFound:
            return await _closed(request, actor)
        return await _page(request, actor, view, refusal, ballot)


async def _page(
    request: Request, actor: Actor, view: queries.View, refusal: AppError | None = None, typed: Ballot | None = None
) -> Response:
    """Draw the rating; after a refusal with what was ``typed``, so that nobody writes it twice."""
    t = Visitor.of(request).t
    values: dict[str, Any] = {
        'view': view,
        'said': typed or view.given,
        'problems': [('muc' if isinstance(refusal, Invalid) else '', t.error(refusal))] if refusal else [],
        'csrf': csrf.token(request),
        'limit': WORDS_LIMIT,
        'path': request.url.path,
    }
    return await respond(request, 'rating.html', actor, status=_status(refusal), keep=False, **values)


async def _closed(request: Request, actor: Actor) -> Response:
    """Ask for number and secret anew: the dossier is open no more."""
    told = [('ma', Visitor.of(request).t('public.track_closed'))]
    return await form_page(request, actor, FORM, '', told, status=404)


async def _dead(request: Request, actor: Actor, refusal: AppError) -> Response:
    told = [('', Visitor.of(request).t.error(refusal))]
    return await form_page(request, actor, FORM, '', told, status=_status(refusal))


def _status(refusal: AppError | None) -> int:
    known = {Invalid: 422, TooMany: 429, NotFound: 404}
    return known.get(type(refusal), 409) if refusal else 200


async def _ballot(request: Request) -> Ballot:
    async with request.form(max_files=0, max_fields=_FIELDS) as form:
        csrf.require(request, form)
        parts = {part: _level(form, part) for part in PARTS if answer(form, part)}
        reasons = tuple(value for value in form.getlist('ly_do') if isinstance(value, str))
        return Ballot(_level(form, 'muc'), parts, reasons, answer(form, 'loi').replace('\r\n', '\n'))


def _level(form: FormData, name: str) -> int:
    """Return a level, 0 for anything that is none: the rule refuses it."""
    typed = answer(form, name)
    return int(typed) if len(typed) == 1 and typed in '123456789' else 0
