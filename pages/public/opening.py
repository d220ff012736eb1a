"""Open a dossier by number and secret: the form and its answer, once for every page that has them."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import Actor
from app.dossiers.opening import open_by_secret
from app.errors import NotFound, TooMany
from pages import cookies, csrf
from pages.frame import respond
from pages.visitor import Visitor

Problems = Sequence[tuple[str, str]]
"""(field, sentence) of what is wrong with the form; the field is '' where no single one is to blame."""


@dataclass(frozen=True)
class Slip:
    """What was typed from the receipt."""

    number: str
    secret: str
    is_inside: bool
    """Asked from inside the application, which is then gone back to."""


async def posted(request: Request) -> Slip:
    """Read the form. Raises NotAllowed for one that is not ours."""
    async with request.form(max_files=0, max_fields=5) as form:
        csrf.require(request, form)
        return Slip(tidy(answer(form, 'ma')), tidy(answer(form, 'khoa')), answer(form, 'den') == 'ho-so')


async def unlock(request: Request, actor: Actor, slip: Slip, template: str, path: str) -> Response:
    """Lead to the dossier below ``path`` with its cookie, or show the form again with what is wrong."""
    t = Visitor.of(request).t
    wanted = (('ma', slip.number, 'public.track_missing'), ('khoa', slip.secret, 'public.track_no_secret'))
    if missing := [(field, t(words)) for field, typed, words in wanted if not typed]:
        return await form_page(request, actor, template, slip.number, missing, status=422)
    try:
        opened = await open_by_secret(actor, slip.number, slip.secret)
    except NotFound:
        wrong = [('ma', t('public.track_wrong'))]
        return await form_page(request, actor, template, slip.number, wrong, status=422)
    except TooMany as refusal:
        return await form_page(request, actor, template, slip.number, [('', t.error(refusal))], status=429)
    response = RedirectResponse(f'{path}/{opened.dossier_id}', 303)
    cookies.give(response, cookies.DOSSIER, opened.token)
    return response


async def form_page(
    request: Request, actor: Actor, template: str, number: str = '', problems: Problems = (), *, status: int = 200
) -> Response:
    """Show the form, with what was wrong; the secret is never written back."""
    token = csrf.token(request)
    return await respond(
        request, template, actor, status=status, number=number, problems=problems, csrf=token, keep=False
    )


def answer(form: FormData, name: str) -> str:
    """Return a field as text; a file, or nothing, is no text."""
    value = form.get(name)
    return value if isinstance(value, str) else ''


def tidy(code: str) -> str:
    """Return a code as it is stored: without blanks, in capitals; no code is longer than 40."""
    return ''.join(code.split()).upper()[:40]
