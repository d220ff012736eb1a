"""Feedback and petitions: the form, its receipt, and the page on which a code and its secret show where it stands."""

from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from app import crypto, papers
from app.access import Actor, ActorKind
from app.clock import today
from app.errors import AppError, Invalid, NotAllowed, NotFound, Problem, Stale, TooMany, WrongState
from app.feedback import sending, tracking
from app.feedback.limits import limits_of
from app.feedback.sending import PHOTOS, Sent
from app.i18n import Words
from models.feedback import Disclosure, FeedbackAbout
from pages import csrf
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/phan-anh'
FOLLOW = PATH + '/tra-cuu'
FILES = 100
"""More files than this are no form of ours; up to it, too many photographs are said in words and the form stays."""
BODY_LIMITS = {PATH: PHOTOS * papers.SIZE_LIMIT + 200_000}
"""The photographs and what a form puts around them."""
FIELDS = tuple(one.id for one in sending.QUESTIONS)
NEEDED = frozenset({'about', 'disclosure', 'subject', 'text'})
"""Questions whose absence is said in words of their own."""
Problems = list[tuple[str, str]]


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def ask(request: Request, ve: str = '', ho_so: str = '') -> Response:
    """Show the form, perhaps about a dossier already."""
    about = ve if ve in set(FeedbackAbout) - {FeedbackAbout.QUESTION} else ''
    actor = await Visitor.of(request).actor()
    typed = blank(actor) | {'about': about, 'dossier': ' '.join(ho_so.split())[:60]}
    return await _form(request, actor, typed)


def blank(actor: Actor) -> dict[str, str]:
    """Return an empty form; whoever is signed in need not write name and address again."""
    known = {'full_name': actor.name, 'email': actor.email or ''} if actor.kind is ActorKind.CITIZEN else {}
    return {**dict.fromkeys(FIELDS, ''), **known}


@addresses.post(PATH)
async def send(request: Request) -> Response:
    """Take the form: the receipt, or the form again with every word that was typed."""
    actor = await Visitor.of(request).actor()
    typed, photos, once = await posted(request)
    try:
        if typed['about'] == FeedbackAbout.QUESTION:
            raise Invalid({'about': Problem('fields.required')})
        done = await sending.send(actor, typed, photos, form=once)
    except (Invalid, NotAllowed, TooMany, WrongState) as refused:
        return await _form(request, actor, typed, refused, once=once, had_photos=bool(photos))
    return await receipt(request, actor, done)


async def posted(request: Request) -> tuple[dict[str, str], list[tuple[str, bytes]], str]:
    """Return what was typed, the photographs, and the number of the form. Raises NotAllowed for a form that is not ours."""
    async with request.form(max_files=FILES, max_fields=30) as form:
        csrf.require(request, form)
        typed = {name: _text(form, name) for name in FIELDS}
        photos = [
            (file.filename or '', await file.read(papers.SIZE_LIMIT + 1))
            for file in [each for each in form.getlist('photos') if isinstance(each, UploadFile) and each.filename][
                : PHOTOS + 1
            ]
        ]
        return typed, photos, _text(form, 'lan')[:100] or crypto.new_token()


def said(error: AppError | None, t: Words) -> Problems:
    """Return what is wrong as (field, sentence); a refusal as a whole has no field."""
    if error is None:
        return []
    if isinstance(error, Invalid):
        return [_sentence(name, problem, t) for name, problem in error.problems.items()]
    return [('', t.error(error))]


def _sentence(name: str, problem: Problem, t: Words) -> tuple[str, str]:
    field, _, number = name.rstrip(']').partition('[')
    if number:
        return field, t('feedback.photo_wrong', number=number, why=t.error(problem))
    is_missing = name in NEEDED and problem.key in ('fields.required', 'fields.not_an_option')
    return name, t(f'feedback.{name}_needed') if is_missing else t.error(problem)


def _by_field(problems: Problems) -> dict[str, str]:
    """Return all that is wrong with each field."""
    return {name: ' '.join(text for field, text in problems if field == name) for name, _ in problems}


def status_of(error: AppError | None) -> int:
    """Return the status of a form that is shown (again)."""
    return 200 if error is None else 429 if isinstance(error, TooMany) else 422


async def _form(
    request: Request,
    actor: Actor,
    typed: dict[str, str],
    error: AppError | None = None,
    *,
    once: str = '',
    had_photos: bool = False,
) -> Response:
    return await form_page(
        request,
        'feedback.html',
        actor,
        typed,
        error,
        once=once,
        had_photos=had_photos,
        abouts=[about for about in FeedbackAbout if about is not FeedbackAbout.QUESTION],
        disclosures=list(Disclosure),
        units=await sending.choices(actor.lang),
        rule=limits_of(FeedbackAbout.RULE, today()),
        most_photos=PHOTOS,
    )


async def form_page(
    request: Request,
    template: str,
    actor: Actor,
    typed: dict[str, str],
    error: AppError | None,
    *,
    once: str,
    **more: Any,
) -> Response:
    """Draw the form of feedback or of a question, with every word that was typed and what is wrong with it."""
    problems = said(error, Visitor.of(request).t)
    return await respond(
        request,
        template,
        actor,
        status=status_of(error),
        keep=False,
        csrf=csrf.token(request),
        once=once or crypto.new_token(),
        typed=typed,
        problems=problems,
        wrong=_by_field(problems),
        **more,
    )


async def receipt(request: Request, actor: Actor, done: Sent) -> Response:
    """Show code and secret; nothing keeps the page."""
    return await respond(request, 'feedback_sent.html', actor, keep=False, sent=done)


@addresses.api_route(FOLLOW, methods=['GET', 'HEAD'])
async def ask_codes(request: Request, ma: str = '') -> Response:
    """Ask for code and secret."""
    return await _codes(request, await Visitor.of(request).actor(), ' '.join(ma.split())[:40])


@addresses.post(FOLLOW)
async def follow(request: Request) -> Response:
    """Show where it stands to whoever has both codes; nothing is kept in a cookie."""
    code, secret, _ = await _typed_codes(request)
    actor = await Visitor.of(request).actor()
    if not code or not secret:
        return await _codes(request, actor, code, WrongState('feedback.follow_code_needed'))
    try:
        found = await tracking.follow(actor, code, secret)
    except (NotFound, TooMany) as refused:
        return await _codes(request, actor, code, refused)
    return await _followed(request, actor, found, secret)


@addresses.post(PATH + '/bo-sung')
async def supply(request: Request) -> Response:
    """Take what more was asked for; the codes come with the form. What could not be taken is given back."""
    code, secret, text = await _typed_codes(request)
    actor = await Visitor.of(request).actor()
    try:
        found = await tracking.supply(actor, code, secret, text)
    except (Invalid, WrongState, Stale) as refused:
        try:
            found = await tracking.follow(actor, code, secret)
        except (NotFound, TooMany) as closed:
            return await _codes(request, actor, code, closed, text)
        return await _followed(request, actor, found, secret, refused, text)
    except (NotFound, TooMany) as refused:
        return await _codes(request, actor, code, refused, text)
    return await _followed(request, actor, found, secret, is_new=True)


async def _typed_codes(request: Request) -> tuple[str, str, str]:
    async with request.form(max_files=0, max_fields=30) as form:
        csrf.require(request, form)
        return _text(form, 'ma').strip()[:60], _text(form, 'khoa').strip()[:40], _text(form, 'them')


async def _codes(
    request: Request, actor: Actor, code: str, error: AppError | None = None, unsent: str = ''
) -> Response:
    problems = [('ma' if name == '' else name, text) for name, text in said(error, Visitor.of(request).t)]
    return await respond(
        request, 'feedback_follow.html', actor, status=status_of(error), keep=False, csrf=csrf.token(request),
        code=code, problems=problems, wrong=dict(problems), unsent=unsent[: tracking.TEXT_LIMIT],
    )  # fmt: skip


async def _followed(
    request: Request,
    actor: Actor,
    found: tracking.Followed,
    secret: str,
    error: AppError | None = None,
    text: str = '',
    *,
    is_new: bool = False,
) -> Response:
    problems = said(error, Visitor.of(request).t)
    return await respond(
        request, 'feedback_followed.html', actor, status=status_of(error), keep=False, csrf=csrf.token(request),
        found=found, secret=secret, text=text, problems=problems, wrong=dict(problems), is_new=is_new,
    )  # fmt: skip


def _text(form: FormData, name: str) -> str:
    value: Any = form.get(name)
    return value.replace('\r\n', '\n') if isinstance(value, str) else ''  # a browser counts a line's end as one
