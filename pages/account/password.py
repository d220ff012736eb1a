"""A forgotten password and a new one; also the first password of staff and of the first administrator."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import commands
from app.accounts.password import password_link
from app.errors import Invalid, NotFound, TooMany
from pages import cookies
from pages.account.forms import go, posted, show
from pages.visitor import Visitor

addresses = APIRouter()
FIELDS = ('full_name', 'unit_name', 'unit_code')


@addresses.get('/quen-mat-khau')
async def forgot_page(request: Request) -> Response:
    """Ask for the address."""
    return await show(request, 'forgot.html', await Visitor.of(request).actor(), email='')


@addresses.post('/quen-mat-khau')
async def forgot(request: Request) -> Response:
    """Mail a link, if there is an account; the answer does not tell."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    email = fields.get('email', '')
    try:
        await commands.request_reset(actor, email)
    except (Invalid, TooMany) as refused:
        return await show(request, 'forgot.html', actor, refused, email=email[:254])
    return go('/quen-mat-khau/da-gui')


@addresses.get('/quen-mat-khau/da-gui')
async def sent(request: Request) -> Response:
    """Say what happens next."""
    return await show(request, 'sent.html', await Visitor.of(request).actor(), text='account.sent_reset')


@addresses.get('/dat-mat-khau/{token}')
async def set_page(request: Request, token: str) -> Response:
    """Ask for the new password; looking uses nothing up."""
    actor = await Visitor.of(request).actor()
    try:
        link = await password_link(token)
    except NotFound:
        return await show(request, 'dead.html', actor, way='/quen-mat-khau')
    return await show(request, 'set_password.html', actor, link=link, typed=dict.fromkeys(FIELDS, ''))


@addresses.post('/dat-mat-khau/{token}')
async def set_password(request: Request, token: str) -> Response:
    """Keep the new password; all sessions of the account end."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    typed = {name: fields.get(name, '') for name in FIELDS}
    try:
        link = await password_link(token)
        await commands.set_password(token, fields.get('password', ''), typed)
    except NotFound:
        return await show(request, 'dead.html', actor, way='/quen-mat-khau')
    except Invalid as refused:
        return await show(request, 'set_password.html', actor, refused, link=link, typed=typed)
    response = go('/dang-nhap', tin='mat-khau')
    cookies.take(response, cookies.SESSION)
    return response
