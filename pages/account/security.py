"""Password, second factor and sessions of one's own account."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.access import Actor, ActorKind
from app.accounts import commands
from app.accounts.queries import profile, sessions
from app.accounts.second_factor import enrolment
from app.errors import AppError, Invalid, NotFound, TooMany
from pages.account.forms import ask_sign_in, device, enter, go, posted, show
from pages.visitor import Visitor

addresses = APIRouter()
HERE = '/tai-khoan/bao-mat'
NOTES = {
    'doi': 'account.changed',
    'bat': 'account.second_factor_turned_on',
    'tat': 'account.second_factor_turned_off',
    'thiet-bi': 'account.session_ended',
    'cac-thiet-bi': 'account.sessions_ended',
}
"""What the page may say at its top, by the value of ``da`` in its address."""


@addresses.get(HERE)
async def security_page(request: Request, da: str = '') -> Response:
    """Show where one is signed in and what protects the account."""
    actor = await Visitor.of(request).actor()
    if actor.kind is ActorKind.GUEST:
        return ask_sign_in(HERE)
    return await _page(request, actor, note=NOTES.get(da, ''))


async def _page(request: Request, actor: Actor, error: AppError | None = None, *, note: str = '') -> Response:
    return await show(
        request, 'security.html', actor, error, known=await profile(actor), sessions=await sessions(actor), note=note
    )


@addresses.post(f'{HERE}/mat-khau')
async def change_password(request: Request) -> Response:
    """Change the password; other sessions end."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    if actor.kind is ActorKind.GUEST:
        return ask_sign_in(HERE)
    try:
        await commands.change_password(actor, fields.get('current', ''), fields.get('password', ''))
    except (Invalid, TooMany) as refused:
        return await _page(request, actor, refused)
    return go(HERE, da='doi')


@addresses.post(f'{HERE}/phien')
async def end_session(request: Request) -> Response:
    """End one of one's sessions, or all others when none is named."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    if session_id := fields.get('session'):
        await commands.revoke_session(actor, session_id)
        return go(HERE, da='thiet-bi')
    await commands.revoke_all(actor)
    return go(HERE, da='cac-thiet-bi')


@addresses.post(f'{HERE}/bat')
async def begin_enrolment(request: Request) -> Response:
    """Make a key and show it."""
    await posted(request)
    await commands.begin_enrolment(await Visitor.of(request).actor())
    return go(f'{HERE}/thiet-lap')


@addresses.get(f'{HERE}/thiet-lap')
async def enrol_page(request: Request) -> Response:
    """Show the key, until a code has confirmed it."""
    visitor = Visitor.of(request)
    actor = await visitor.actor()
    if actor.kind is ActorKind.GUEST:
        return ask_sign_in(HERE)
    try:
        key = await enrolment(visitor.session_token)
    except NotFound:
        return go(HERE)
    return await show(request, 'enrol.html', actor, key=key, next_path='', action=f'{HERE}/thiet-lap')


@addresses.post(f'{HERE}/thiet-lap')
async def enrol(request: Request) -> Response:
    """Confirm the key by a code; the session goes on with a new token."""
    fields, visitor = await posted(request), Visitor.of(request)
    actor = await visitor.actor()
    if actor.kind is ActorKind.GUEST:
        return ask_sign_in(HERE)
    try:
        signed_in = await commands.second_factor(actor, visitor.session_token, fields.get('code', ''), device(request))
    except (Invalid, TooMany) as refused:
        key = await enrolment(visitor.session_token)
        return await show(request, 'enrol.html', actor, refused, key=key, next_path='', action=f'{HERE}/thiet-lap')
    return enter(signed_in, f'{HERE}?da=bat')


@addresses.post(f'{HERE}/tat')
async def remove_second_factor(request: Request) -> Response:
    """Take the second factor away; asks the password."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    if actor.kind is ActorKind.GUEST:
        return ask_sign_in(HERE)
    try:
        await commands.remove_second_factor(actor, fields.get('password_again', ''))
    except (Invalid, TooMany) as refused:
        return await _page(request, actor, refused)
    return go(HERE, da='tat')
