"""``/xac-thuc``: whether a paper is ours and still stands, for anybody who holds it. Plain HTML, nothing private."""

from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import papers
from app.access import Actor
from app.clock import now
from app.errors import AppError, NotFound, TooMany
from app.verification import public, tokens
from app.verification.public import Checked, Verified
from pages import csrf
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
PATH = tokens.PATH
BODY_LIMITS = {f'{PATH}/': papers.SIZE_LIMIT + 100_000}
"""A copy to be checked and what a form puts around it."""
UNSEEN = {'X-Robots-Tag': 'noindex, nofollow', 'Referrer-Policy': 'no-referrer'}
"""No search engine lists these pages, and no other site learns which paper somebody looked at."""
Problems = list[tuple[str, str]]


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def ask(request: Request, ma: str = '', so: str = '', ngay: str = '') -> Response:
    """Show the form for the code of a paper, or for its number and day; go to the paper that they name."""
    visitor = Visitor.of(request)
    actor, t = await visitor.actor(), visitor.t
    if ma.strip():
        token = tokens.normal(ma)
        if len(token) == tokens.LENGTH:
            return RedirectResponse(f'{PATH}/{token}', 303, UNSEEN)
        return await _form(request, actor, [('ma', t('verification.code_wrong'))], status=422, ma=ma)
    if not so.strip() and not ngay.strip():
        return await _form(request, actor)
    day = _day(ngay)
    problems = [('so', t('verification.number_missing'))] if not so.strip() else []
    problems += [('ngay', t('verification.day_missing'))] if day is None else []
    if problems or day is None:
        return await _form(request, actor, problems, status=422, so=so, ngay=ngay)
    try:
        found = await public.find(actor, so, day)
    except NotFound as error:
        return await _form(request, actor, [('so', t.error(error))], status=404, so=so, ngay=ngay)
    except TooMany as refusal:
        return await _form(request, actor, [('', t.error(refusal))], status=429, so=so, ngay=ngay)
    if len(found) == 1:
        return RedirectResponse(f'{PATH}/{found[0].token}', 303, UNSEEN)
    return await _form(request, actor, found=found, so=so, ngay=ngay)


@addresses.api_route(PATH + '/{token}', methods=['GET', 'HEAD'])
async def show(request: Request, token: str) -> Response:
    """Show what a paper is, who signed it, and whether it still stands."""
    return await _paper(request, await Visitor.of(request).actor(), token)


@addresses.post(PATH + '/{token}')
async def check(request: Request, token: str) -> Response:
    """Compare an uploaded copy with what was issued. The copy is gone when the answer is."""
    visitor = Visitor.of(request)
    actor = await visitor.actor()
    async with request.form(max_files=1, max_fields=3) as form:
        csrf.require(request, form)
        problem = _unusable(form)
        if problem:
            said = visitor.t(problem, limit=papers.SIZE_LIMIT // 2**20)
            return await _paper(request, actor, token, [('ban', said)], status=422)
        try:
            checked = await public.check(actor, tokens.normal(token), form['ban'].file)  # type: ignore[union-attr]
        except AppError as refusal:
            return await _refused(request, actor, refusal)
    return await _paper(request, actor, token, checked=checked)


@addresses.get(PATH + '/{token}/tien-do')
async def follow(request: Request, token: str) -> Response:
    """Go from a paper by which a dossier is followed to how far that is; the page of the paper does not say its number."""
    visitor = Visitor.of(request)
    actor = await visitor.actor()
    try:
        number = await public.followed(actor, tokens.normal(token))
    except AppError as refusal:
        return await _refused(request, actor, refusal)
    return RedirectResponse(f'/tra-cuu?{urlencode({"ma": number})}', 303, UNSEEN)


async def _paper(
    request: Request,
    actor: Actor,
    token: str,
    problems: Problems | None = None,
    *,
    checked: Checked | None = None,
    status: int = 200,
) -> Response:
    """Show a paper, with what came of checking a copy; an unknown one leads to the form."""
    plain = tokens.normal(token)
    try:
        found = await public.look(actor, plain)
    except AppError as refusal:
        return await _refused(request, actor, refusal)
    if token != plain and request.method in ('GET', 'HEAD'):
        return RedirectResponse(f'{PATH}/{plain}', 303, UNSEEN)  # typed in groups or in small letters
    return _unseen(
        await respond(
            request,
            'verify.html',
            actor,
            status=status,
            found=found,
            at=now(),
            code=tokens.spoken(plain),
            checked=checked,
            problems=problems or [],
            limit=papers.SIZE_LIMIT // 2**20,
            csrf=csrf.token(request),
            keep=False,
        )
    )


async def _refused(request: Request, actor: Actor, refusal: AppError) -> Response:
    """Say that there is no such paper, or that too much was asked, above the form."""
    status = 429 if isinstance(refusal, TooMany) else 404
    return await _form(request, actor, [('', Visitor.of(request).t.error(refusal))], status=status)


async def _form(
    request: Request,
    actor: Actor,
    problems: Problems | None = None,
    *,
    status: int = 200,
    found: tuple[Verified, ...] = (),
    **typed: str,
) -> Response:
    values = {'ma': '', 'so': '', 'ngay': ''} | {name: text[:120] for name, text in typed.items()}
    return _unseen(
        await respond(
            request,
            'verify_form.html',
            actor,
            status=status,
            found=found,
            problems=problems or [],
            keep=False,
            **values,
        )
    )


def _unseen(response: Response) -> Response:
    response.headers.update(UNSEEN)
    return response


def _unusable(form: FormData) -> str:
    """Return why a copy cannot be checked, or nothing."""
    file = form.get('ban')
    if not isinstance(file, UploadFile) or not file.size:
        return 'verification.copy_missing'
    return 'verification.copy_too_large' if file.size > papers.SIZE_LIMIT else ''


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
