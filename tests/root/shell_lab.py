"""A laboratory server for the frame of live pages: ``python -m tests.root.shell_lab PORT shell FOLDER``."""

import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter
from nicegui import Client, ui
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import accounts, live, migrate
from app.access import Permission
from app.accounts import sessions
from app.clock import now, today
from app.db import write
from app.errors import NotAllowed, Stale
from app.log import start_log
from app.settings import Settings
from components.markup import markup, show
from components.page_head import page_head
from models import Account, Grant, Unit
from models.enums import AccountKind, Authentication, Role
from pages import Addresses, cookies, csrf
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

router = APIRouter()
SESSIONS: dict[str, str] = {}
STATE = {'text': 'before'}


@router.get('/hits')
async def hits() -> dict[str, Any]:
    """Say that the server is up, and how many live pages and listeners there are."""
    return {'clients': len(Client.instances), 'listeners': live.listeners()}


@router.get('/lab/sign-in/{who}')
async def sign_in(who: str) -> Response:
    """Begin a session of a new citizen or a new member of staff with a role."""
    at, is_staff = now(), who != 'citizen'
    async with write() as db:
        kind = AccountKind.STAFF if is_staff else AccountKind.CITIZEN
        account = Account(kind=kind, email=f'{len(SESSIONS)}@x.vn', full_name='Lê Thị Em', created_at=at, changed_at=at)
        db.add(account)
        await db.flush()
        if is_staff:
            unit = Unit(code=f'H01.{len(SESSIONS)}', name='Xã Tân Phú', valid_from=today())
            db.add(unit)
            await db.flush()
            grant = Grant(account_id=account.id, role=Role(who), unit_id=unit.id, valid_from=today(), created_at=at)
            db.add(grant)
        signed_in = sessions.begin(db, account, sessions.NextStep.DONE, Authentication.TWO_FACTOR, None)
    SESSIONS[signed_in.token] = account.id
    response = JSONResponse({'token': signed_in.token})
    cookies.give(response, cookies.SESSION, signed_in.token)
    return response


@router.get('/lab/end/{token}')
async def end(token: str) -> None:
    """End a session and tell the open pages, as signing out does."""
    async with write() as db:
        ended = await sessions.end(db, SESSIONS[token])
    accounts.announce_revoked(ended)


@router.get('/lab/change/{text}')
async def change(text: str) -> None:
    """Change what a screen shows."""
    STATE['text'] = text
    live.signal('state')


@router.get('/lab/form')
async def form(request: Request) -> dict[str, str]:
    """Give the hidden value of a form."""
    return {'csrf': csrf.token(request)}


@router.post('/lab/form')
async def sent(request: Request) -> dict[str, str]:
    """Take the form."""
    csrf.require(request, {key: str(value) for key, value in (await request.form()).items()})
    return {'taken': 'yes'}


def number_page(visitor: Visitor, screen: Screen, code: str) -> None:
    """Show a code and something that changes."""
    page_head(f'Thủ tục {code}', visitor.t)
    label = ui.label(STATE['text'])
    show(markup('<a id="inside" href="/nop/2">2</a> <a id="outside" href="/hits?x=1">out</a>'))

    async def refresh() -> None:
        label.set_text(STATE['text'])

    def refuse() -> None:
        raise Stale()

    screen.on_change(['state'], refresh)
    ui.button('x', on_click=guarded(refuse)).props('data-lab=refuse')
    part = ui.column()

    def again() -> None:
        part.clear()
        with part, ui.row():
            screen.on_change(['part'], refresh)

    ui.button('y', on_click=guarded(again)).props('data-lab=again')


async def whoami(visitor: Visitor) -> None:
    """Show who acts."""
    actor = await visitor.actor()
    page_head(f'{actor.kind}: {actor.name}', visitor.t)


async def strict(visitor: Visitor) -> None:
    """Refuse in the middle of building."""
    page_head('never seen alone', visitor.t)
    raise NotAllowed()


def broken() -> None:
    """Fail."""
    raise ValueError('079123456789')


ROUTES = [
    Route('/nop/{code}', number_page, 'anyone', 'common.service'),
    Route('/nop/loi/hong', broken, 'anyone', 'common.service'),
    Route('/ho-so', whoami, 'citizen', 'common.nav_my', menu='edit'),
    Route('/ho-so/khong', strict, 'citizen', 'common.nav_my'),
    Route('/can-bo', whoami, Permission.DOSSIER_READ, 'common.nav_desk', menu='edit'),
    Route('/can-bo/ho-so', whoami, Permission.DOSSIER_READ, 'common.nav_desk'),
    Route('/quan-tri', whoami, Permission.UNIT_MANAGE, 'common.service', menu='edit'),
]


def main(port: int, folder: Path) -> None:
    """Serve on a port."""
    from pages.root import create_root

    start_log()
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(port=port, data_dir=folder, secret='x' * 32, _env_file=None)
    migrate.upgrade(settings.database)
    root = create_root(settings, Addresses([router], ROUTES))
    uvicorn.run(root, host='127.0.0.1', port=port, log_config=None, access_log=False)


if __name__ == '__main__':
    main(int(sys.argv[1]), Path(sys.argv[3]))
