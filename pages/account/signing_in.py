"""Sign in, the second factor, sign out. One page for citizens, businesses and staff."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.access import Actor, ActorKind
from app.accounts import commands
from app.accounts.second_factor import enrolment, pending_step
from app.accounts.sessions import NextStep
from app.demo.people import demo_people, sign_in_as
from app.errors import AppError, Invalid, NotFound, TooMany
from app.notifications import settings
from pages import cookies
from pages.account.forms import CITIZEN_HOME, STAFF_HOME, device, enter, go, posted, show, wanted_path
from pages.visitor import Visitor

addresses = APIRouter()
NOTES = {'mat-khau': 'account.password_is_set', 'da-dang-xuat': 'account.signed_out', 'het-han': 'account.session_over'}
"""What the page may say above the form, by the value of ``tin`` in its address."""


@addresses.get('/dang-nhap')
async def sign_in_page(request: Request, next: str = '', tin: str = '') -> Response:
    """Show the form; whoever is signed in already goes on."""
    actor = await Visitor.of(request).actor()
    if actor.kind is not ActorKind.GUEST:
        return go(wanted_path(next) or (STAFF_HOME if actor.is_staff else CITIZEN_HOME))
    return await _form(request, actor, next_path=wanted_path(next), note=NOTES.get(tin, ''))


async def _form(
    request: Request,
    actor: Actor,
    error: AppError | None = None,
    *,
    email: str = '',
    next_path: str = '',
    note: str = '',
) -> Response:
    people = await demo_people(settings()) if settings().demo else []
    return await show(request, 'sign_in.html', actor, error, email=email, next_path=next_path, note=note, people=people)


@addresses.post('/dang-nhap')
async def sign_in(request: Request) -> Response:
    """Check address and password."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    email, next_path = fields.get('email', ''), wanted_path(fields.get('next'))
    try:
        signed_in = await commands.sign_in(actor, email, fields.get('password', ''), device(request))
    except (Invalid, TooMany) as refused:
        return await _form(request, actor, refused, email=email[:254], next_path=next_path)
    return enter(signed_in, next_path)


@addresses.post('/dang-nhap/trinh-dien')
async def sign_in_demo(request: Request) -> Response:
    """Enter as one of the demonstration's people; there is no such address on a real installation."""
    if not settings().demo:
        raise NotFound()
    fields, actor = await posted(request), await Visitor.of(request).actor()
    signed_in = await sign_in_as(settings(), actor, fields.get('person', ''), device(request))
    return enter(signed_in, wanted_path(fields.get('next')))


@addresses.get('/dang-nhap/xac-thuc')
async def code_page(request: Request, next: str = '') -> Response:
    """Ask for the code of the second factor."""
    visitor = Visitor.of(request)
    step = await pending_step(visitor.session_token)
    if step is not NextStep.CODE:
        return go('/dang-nhap/thiet-lap' if step else '/dang-nhap', next=wanted_path(next))
    return await show(request, 'code.html', await visitor.actor(), next_path=wanted_path(next))


@addresses.post('/dang-nhap/xac-thuc')
async def code(request: Request) -> Response:
    """Check the code."""
    return await _second_factor(request, 'code.html')


@addresses.get('/dang-nhap/thiet-lap')
async def enrol_page(request: Request, next: str = '') -> Response:
    """Show a member of staff the key of their second factor, until a code has confirmed it."""
    visitor = Visitor.of(request)
    step = await pending_step(visitor.session_token)
    if step is not NextStep.ENROL:
        return go('/dang-nhap/xac-thuc' if step else '/dang-nhap', next=wanted_path(next))
    key = await enrolment(visitor.session_token)
    return await show(
        request,
        'enrol.html',
        await visitor.actor(),
        key=key,
        next_path=wanted_path(next),
        action='/dang-nhap/thiet-lap',
    )


@addresses.post('/dang-nhap/thiet-lap')
async def enrol(request: Request) -> Response:
    """Confirm the key by a code."""
    return await _second_factor(request, 'enrol.html')


async def _second_factor(request: Request, template: str) -> Response:
    fields, visitor = await posted(request), Visitor.of(request)
    actor, next_path = await visitor.actor(), wanted_path(fields.get('next'))
    if await pending_step(visitor.session_token) is None:
        return go('/dang-nhap', next=next_path, tin='het-han')
    try:
        signed_in = await commands.second_factor(actor, visitor.session_token, fields.get('code', ''), device(request))
    except (Invalid, TooMany) as refused:
        values = {} if template == 'code.html' else {'key': await enrolment(visitor.session_token)}
        action = str(request.url.path)
        return await show(request, template, actor, refused, next_path=next_path, action=action, **values)
    return enter(signed_in, next_path)


@addresses.post('/dang-xuat')
async def sign_out(request: Request) -> Response:
    """End the session; its live pages close. On a shared computer opened dossiers close as well."""
    await posted(request)
    visitor = Visitor.of(request)
    await commands.sign_out(await visitor.actor(), visitor.session_token, visitor.dossier_token)
    response = go('/dang-nhap', tin='da-dang-xuat')
    cookies.take(response, cookies.SESSION)
    cookies.take(response, cookies.DOSSIER)
    return response
