"""Follow a dossier: the number shows how far it is; number and secret show everything."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import Actor
from app.dossiers.again import may_file_again
from app.dossiers.queries import Asked, progress, track_public
from app.errors import NotAllowed, NotFound, TooMany
from app.procedures.schema import ProcedureSpec, Text
from app.ratings import queries as ratings
from pages import csrf
from pages.frame import respond
from pages.public.opening import form_page, posted, tidy, unlock
from pages.visitor import Visitor

addresses = APIRouter()
PATH, FORM = '/tra-cuu', 'track.html'


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request, ma: str = '') -> Response:
    """Show the form, or how far the dossier of this number is: never a name."""
    t, actor = Visitor.of(request).t, await Visitor.of(request).actor()
    number = tidy(ma)
    if not number:
        return await form_page(request, actor, FORM)
    try:
        found = await track_public(actor, number)
    except NotFound:
        return await form_page(request, actor, FORM, number, [('ma', t('public.track_unknown'))], status=404)
    except TooMany as refusal:
        return await form_page(request, actor, FORM, number, [('', t.error(refusal))], status=429)
    return await respond(request, 'progress_public.html', actor, found=found, csrf=csrf.token(request), keep=False)


@addresses.post(PATH)
async def track(request: Request) -> Response:
    """Open a dossier by number and secret; with the number alone, go to its public progress."""
    slip = await posted(request)
    if slip.number and not slip.secret:
        return RedirectResponse(f'{PATH}?{urlencode({"ma": slip.number})}', 303)
    actor = await Visitor.of(request).actor()
    if not slip.number:
        missing = [('ma', Visitor.of(request).t('public.track_missing'))]
        return await form_page(request, actor, FORM, '', missing, status=422)
    return await unlock(request, actor, slip, FORM, '/ho-so' if slip.is_inside else PATH)


@addresses.api_route(PATH + '/{dossier_id}', methods=['GET', 'HEAD'])
async def show_opened(request: Request, dossier_id: str) -> Response:
    """Show everything about a dossier to who opened it or owns it."""
    t, actor = Visitor.of(request).t, await Visitor.of(request).actor()
    try:
        found = await progress(actor, dossier_id)
    except NotFound:
        return await form_page(request, actor, FORM, '', [('ma', t('public.track_closed'))], status=404)
    asked = _named(found.spec, found.asked) if found.asked else ()
    rating = await _rating(actor, dossier_id)
    token = csrf.token(request)
    may_again = not actor.is_staff and may_file_again(found.status, found.replaced_by)
    return await respond(
        request,
        'progress.html',
        actor,
        found=found,
        asked=asked,
        rating=rating,
        csrf=token,
        may_again=may_again,
        keep=False,
    )


async def _rating(actor: Actor, dossier_id: str) -> ratings.View | None:
    """Return the rating where there is one to see or to give: not for staff, who see the dossier as well."""
    try:
        view = await ratings.view(actor, dossier_id)
    except NotAllowed:
        return None
    return view if view.given or view.can_rate else None


def _named(spec: ProcedureSpec, asked: Asked) -> tuple[tuple[Text | None, str], ...]:
    """Return what is asked for: the paper or question, unless the officer's words begin with it, and those words."""
    named = []
    for item in asked.items:
        document, question = spec.document(item.get('id', '')), spec.field(item.get('id', ''))
        name = document.name if document else question.label if question else None
        text = item.get('text', '')
        named.append((None if name and text.startswith(name.vi) else name, text))
    return tuple(named)
