"""What the forms of accounts share: reading a post, saying what is wrong, asking for a sign-in, the cookie."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import Actor
from app.accounts.sessions import SignedIn
from app.errors import AppError, Invalid, Problem, TooMany
from app.i18n import Words, words
from pages import cookies, csrf
from pages.frame import local_path, respond

STAFF_HOME, CITIZEN_HOME = '/can-bo', '/ho-so'
Problems = list[tuple[str, str]]


async def posted(request: Request) -> dict[str, str]:
    """Return the fields of a form of ours. Raises NotAllowed for one that is not."""
    form = await request.form(max_files=0, max_fields=100)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    csrf.require(request, fields)
    return fields


def device(request: Request) -> str:
    """Return how the browser describes itself."""
    return request.headers.get('user-agent', '')[:400]


def said(error: AppError, t: Words) -> Problems:
    """Return what is wrong as (field, sentence); a refusal as a whole has no field."""
    if isinstance(error, Invalid):
        return [(field, _sentence(field, problem, t)) for field, problem in error.problems.items()]
    return [('', t.error(error))]


def _sentence(field: str, problem: Problem, t: Words) -> str:
    """Say what is wrong; that something is missing names it, since the summary stands apart from the fields."""
    if problem.key == 'fields.required':
        return t('account.missing', label=t(f'account.{field}'))
    return t.error(problem)


async def show(
    request: Request, template: str, actor: Actor, error: AppError | None = None, **values: object
) -> Response:
    """Show a form, with what is wrong when it was refused. Forms of accounts are never kept by the browser."""
    problems = said(error, words(actor.lang)) if error else []
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 422
    return await respond(
        request,
        f'account/{template}',
        actor,
        status=status,
        keep=False,
        csrf=csrf.token(request),
        problems=problems,
        wrong=dict(problems),
        is_error=bool(problems),
        **values,
    )


def go(path: str, **query: str) -> Response:
    """Send the browser on after a post."""
    wanted = {name: value for name, value in query.items() if value}
    return RedirectResponse(path + (f'?{urlencode(wanted)}' if wanted else ''), 303)


def wanted_path(text: str | None) -> str:
    """Return a path of this portal that somebody wanted to see before signing in; '' for anything else."""
    return local_path(text or '', '')


def ask_sign_in(back: str) -> Response:
    """Send somebody who is not signed in to do so, and then back."""
    return go('/dang-nhap', next=back)


def enter(signed_in: SignedIn, next_path: str) -> Response:
    """Give the session's cookie and send the browser where this sign-in leads."""
    home = STAFF_HOME if signed_in.is_staff else CITIZEN_HOME
    ways = {'code': '/dang-nhap/xac-thuc', 'enrol': '/dang-nhap/thiet-lap'}
    way = ways.get(signed_in.next)
    response = go(way, next=next_path) if way else go(next_path or home)
    cookies.give(response, cookies.SESSION, signed_in.token, max_age=signed_in.max_age)
    return response
