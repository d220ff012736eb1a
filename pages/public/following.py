"""Follow the link of a mail: one button, because programs that scan mail open every link but press nothing."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.dossiers.opening import open_by_link
from app.errors import NotFound, TooMany
from app.limits import hit
from app.notifications.links import open_follow_link
from pages import cookies, csrf
from pages.frame import respond
from pages.public.opening import form_page
from pages.public.tracking import FORM
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/theo-doi/{token}'


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request, token: str) -> Response:
    """Show the button; nothing is used up yet."""
    actor = await Visitor.of(request).actor()
    return await respond(request, 'follow.html', actor, path=request.url.path, csrf=csrf.token(request), keep=False)


@addresses.post(PATH)
async def follow(request: Request, token: str) -> Response:
    """Open the dossier of the link, once; a link that was used leads to the form for number and secret."""
    async with request.form(max_files=0, max_fields=3) as form:
        csrf.require(request, form)
    visitor = Visitor.of(request)
    actor = await visitor.actor()
    try:
        await hit('follow', actor.address or 'unknown', times=60, minutes=60)
        opened = await open_by_link(await open_follow_link(token))
    except (NotFound, TooMany) as refusal:
        return await form_page(request, actor, FORM, '', [('', visitor.t.error(refusal))], status=404)
    response = RedirectResponse(f'/tra-cuu/{opened.dossier_id}', 303)
    cookies.give(response, cookies.DOSSIER, opened.token)
    return response
