"""Follow a dossier: the number shows how far it is; number and secret show everything."""

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import Actor
from app.dossiers.opening import open_by_secret
from app.dossiers.queries import Asked, progress, track_public
from app.errors import NotAllowed, NotFound, TooMany
from app.procedures.schema import ProcedureSpec, Text
from app.ratings import queries as ratings
from pages import cookies, csrf
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/tra-cuu'
Problems = Sequence[tuple[str, str]]
"""(field, sentence) of what is wrong with the form; the field is '' where no single one is to blame."""


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request, ma: str = '') -> Response:
    """Show the form, or how far the dossier of this number is: never a name."""
    actor = await Visitor.of(request).actor()
    number = _tidy(ma)
    if not number:
        return await _form(request, actor)
    try:
        found = await track_public(actor, number)
    except NotFound:
        return await _form(request, actor, number, [('ma', 'public.track_unknown')], status=404)
    except TooMany as refusal:
        return await _form(request, actor, number, [('', Visitor.of(request).t.error(refusal))], status=429)
    return await respond(request, 'progress_public.html', actor, found=found, csrf=csrf.token(request), keep=False)


@addresses.post(PATH)
async def track(request: Request) -> Response:
    """Open a dossier by number and secret; with the number alone, go to its public progress."""
    async with request.form(max_files=0, max_fields=5) as form:
        csrf.require(request, form)
        number, secret = _tidy(_text(form, 'ma')), _tidy(_text(form, 'khoa'))
    visitor = Visitor.of(request)
    actor = await visitor.actor()
    if not number:
        return await _form(request, actor, '', [('ma', 'public.track_missing')], status=422)
    if not secret:
        return RedirectResponse(f'{PATH}?{_query(number)}', 303)
    try:
        opened = await open_by_secret(actor, number, secret)
    except NotFound:
        return await _form(request, actor, number, [('ma', 'public.track_wrong')], status=422)
    except TooMany as refusal:
        return await _form(request, actor, number, [('', visitor.t.error(refusal))], status=429)
    inside = _text(form, 'den') == 'ho-so'  # asked from inside the application, which is then gone back to
    response = RedirectResponse(f'{"/ho-so" if inside else PATH}/{opened.dossier_id}', 303)
    cookies.give(response, cookies.DOSSIER, opened.token)
    return response


@addresses.api_route(PATH + '/{dossier_id}', methods=['GET', 'HEAD'])
async def show_opened(request: Request, dossier_id: str) -> Response:
    """Show everything about a dossier to who opened it or owns it."""
    actor = await Visitor.of(request).actor()
    try:
        found = await progress(actor, dossier_id)
    except NotFound:
        return await _form(request, actor, '', [('ma', 'public.track_closed')], status=404)
    asked = _named(found.spec, found.asked) if found.asked else ()
    rating = await _rating(actor, dossier_id)
    token = csrf.token(request)
    return await respond(
        request, 'progress.html', actor, found=found, asked=asked, rating=rating, csrf=token, keep=False
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


async def _form(
    request: Request, actor: Actor, number: str = '', problems: Problems = (), *, status: int = 200
) -> Response:
    """Show the form, with what was wrong; the secret is never written back."""
    t = Visitor.of(request).t
    told = [(field, t(sentence) if sentence.startswith('public.') else sentence) for field, sentence in problems]
    return await respond(
        request, 'track.html', actor, status=status, number=number, problems=told, csrf=csrf.token(request), keep=False
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ''


def _tidy(text: str) -> str:
    """Return a code as it is stored: without blanks, in capitals; no code is longer than 40."""
    return ''.join(text.split()).upper()[:40]


def _query(number: str) -> str:
    return urlencode({'ma': number})
