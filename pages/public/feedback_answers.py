"""Answers that everybody may read, of feedback and of questions; and the form to ask before filing."""

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import Actor
from app.clock import today
from app.errors import AppError, Invalid, NotAllowed, NotFound, TooMany, WrongState
from app.feedback import public, sending
from app.feedback.figures import feedback_figures
from app.feedback.limits import limits_of
from app.limits import hit
from app.procedures.queries import start_page
from app.procedures.schema import Text
from components.listing import page_links
from models.feedback import Disclosure, FeedbackAbout
from pages import csrf
from pages.frame import respond
from pages.public.feedback import blank, form_page, posted, receipt
from pages.visitor import Visitor

addresses = APIRouter()
PETITIONS, QUESTIONS = '/phan-anh/tra-loi', '/hoi-dap'
ASK = QUESTIONS + '/hoi'
TIMES, MINUTES = 300, 10
"""Searches from one network address."""


@addresses.api_route(PETITIONS, methods=['GET', 'HEAD'])
async def petitions(request: Request, q: str = '', trang: str = '1') -> Response:
    """Search feedback that was answered in public, below the figures of a year."""
    return await _list(request, PETITIONS, q, '', trang)


@addresses.api_route(QUESTIONS, methods=['GET', 'HEAD'])
async def questions(request: Request, q: str = '', thu_tuc: str = '', trang: str = '1') -> Response:
    """Search questions that were answered, of all procedures or one."""
    return await _list(request, QUESTIONS, q, thu_tuc, trang)


async def _list(request: Request, path: str, q: str, procedure: str, trang: str) -> Response:
    visitor, is_question = Visitor.of(request), path == QUESTIONS
    await hit('feedback-search', visitor.address, times=TIMES, minutes=MINUTES)
    actor = await visitor.actor()
    chosen = {'q': ' '.join(q.split())[:100], 'thu_tuc': procedure[:80]}
    page = int(trang) if trang.isascii() and trang.isdigit() and len(trang) < 5 else 1
    found = await public.answers(
        actor, chosen['q'], questions=is_question, procedure=chosen['thu_tuc'] if is_question else '', page=page
    )
    last = today()
    return await respond(
        request,
        'feedback_answers.html',
        actor,
        path=path,
        is_question=is_question,
        chosen=chosen,
        found=found,
        procedure=await _name(actor, chosen['thu_tuc']),
        figures=await feedback_figures(_year_before(last), last, questions=is_question),
        rule=limits_of(FeedbackAbout.QUESTION if is_question else FeedbackAbout.RULE, last),
        links=page_links(path, chosen, found.page, found.pages),
    )


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


async def _name(actor: Actor, slug: str) -> Text | None:
    """Return the name of a procedure that was asked for, if there is one."""
    try:
        return (await start_page(actor, slug)).spec.name if slug else None
    except NotFound:
        return None


@addresses.api_route(ASK, methods=['GET', 'HEAD'])
async def ask(request: Request, thu_tuc: str = '') -> Response:
    """Show the form of a question, perhaps about a procedure."""
    actor = await Visitor.of(request).actor()
    return await _form(request, actor, blank(actor) | {'procedure': thu_tuc[:80]})


@addresses.post(ASK)
async def send(request: Request) -> Response:
    """Take a question."""
    actor = await Visitor.of(request).actor()
    typed, _, once = await posted(request)
    open_ = Disclosure.NAMED if typed['full_name'] or typed['phone'] or typed['email'] else Disclosure.ANONYMOUS
    asked = {**typed, 'about': FeedbackAbout.QUESTION.value, 'disclosure': open_.value}
    try:
        return await receipt(request, actor, await sending.send(actor, asked, form=once))
    except (Invalid, NotAllowed, TooMany, WrongState) as refused:
        return await _form(request, actor, typed, refused, once=once)


async def _form(
    request: Request, actor: Actor, typed: dict[str, str], error: AppError | None = None, *, once: str = ''
) -> Response:
    return await form_page(
        request,
        'feedback_question.html',
        actor,
        typed,
        error,
        once=once,
        procedure=await _name(actor, typed['procedure']),
        rule=limits_of(FeedbackAbout.QUESTION, today()),
    )


@addresses.api_route(PETITIONS + '/{feedback_id}', methods=['GET', 'HEAD'])
async def petition(request: Request, feedback_id: str, cam_on: str = '') -> Response:
    """Show one answer to feedback."""
    return await _one(request, PETITIONS, feedback_id, cam_on)


@addresses.api_route(QUESTIONS + '/{feedback_id}', methods=['GET', 'HEAD'])
async def question(request: Request, feedback_id: str, cam_on: str = '') -> Response:
    """Show one answer to a question."""
    return await _one(request, QUESTIONS, feedback_id, cam_on)


async def _one(request: Request, path: str, feedback_id: str, thanks: str) -> Response:
    actor = await Visitor.of(request).actor()
    found = await public.published(actor, feedback_id)
    if (found.about is FeedbackAbout.QUESTION) != (path == QUESTIONS):
        raise NotFound()
    return await respond(
        request, 'feedback_answer.html', actor, keep=False, csrf=csrf.token(request), found=found, path=path,
        is_question=path == QUESTIONS, procedure=await _name(actor, found.procedure_slug), is_voted=bool(thanks),
    )  # fmt: skip


@addresses.post(PETITIONS + '/{feedback_id}')
async def vote_on_petition(request: Request, feedback_id: str) -> Response:
    """Count whether an answer to feedback was helpful."""
    return await _vote(request, PETITIONS, feedback_id)


@addresses.post(QUESTIONS + '/{feedback_id}')
async def vote_on_question(request: Request, feedback_id: str) -> Response:
    """Count whether an answer to a question was helpful."""
    return await _vote(request, QUESTIONS, feedback_id)


async def _vote(request: Request, path: str, feedback_id: str) -> Response:
    async with request.form(max_files=0, max_fields=4) as form:
        csrf.require(request, form)
        word = form.get('huu_ich')
    if word not in ('co', 'khong'):
        raise NotFound()
    await public.vote(await Visitor.of(request).actor(), feedback_id, helpful=word == 'co')
    return RedirectResponse(f'{path}/{feedback_id}?cam_on=1', 303)
