"""Open an account and confirm its address."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import commands
from app.accounts.registration import to_confirm
from app.errors import Invalid, NotFound, TooMany
from app.notifications.links import PATHS
from models.enums import LinkPurpose
from pages.account.forms import device, enter, go, posted, show
from pages.visitor import Visitor

addresses = APIRouter()
CONFIRM = PATHS[LinkPurpose.VERIFY_EMAIL] + '{token}'
FIELDS = ('kind', 'full_name', 'email', 'phone', 'organisation', 'tax_code')


@addresses.get('/dang-ky')
async def register_page(request: Request) -> Response:
    """Show the form, what the account is for and what data are kept."""
    actor = await Visitor.of(request).actor()
    return await show(request, 'register.html', actor, typed=dict.fromkeys(FIELDS, ''))


@addresses.post('/dang-ky')
async def register(request: Request) -> Response:
    """Open the account; the answer is the same when the address has one."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    typed = {name: fields.get(name, '') for name in FIELDS}
    try:
        await commands.register(actor, typed, fields.get('password', ''))
    except (Invalid, TooMany) as refused:
        return await show(request, 'register.html', actor, refused, typed=typed)
    return go('/dang-ky/da-gui')


@addresses.get('/dang-ky/da-gui')
async def sent(request: Request) -> Response:
    """Say what happens next."""
    actor = await Visitor.of(request).actor()
    return await show(request, 'sent.html', actor, text='account.sent_register')


@addresses.get(CONFIRM)
async def confirm_page(request: Request, token: str) -> Response:
    """Ask the password; looking uses nothing up, since mail scanners look too."""
    actor = await Visitor.of(request).actor()
    try:
        email = await to_confirm(token)
    except NotFound:
        return await show(request, 'dead.html', actor, way='/dang-nhap')
    return await show(request, 'confirm.html', actor, email=email)


@addresses.post(CONFIRM)
async def confirm(request: Request, token: str) -> Response:
    """Confirm the address and sign in."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    try:
        email = await to_confirm(token)
        signed_in = await commands.verify_email(actor, token, fields.get('password', ''), device(request))
    except NotFound:
        return await show(request, 'dead.html', actor, way='/dang-nhap')
    except (Invalid, TooMany) as refused:
        return await show(request, 'confirm.html', actor, refused, email=email)
    return enter(signed_in, '')
