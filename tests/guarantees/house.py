"""The whole service for the attacks: ``python -m tests.guarantees.house PORT house FOLDER``.

A small municipality behind every page that Motcua has, with doors of its own under ``/lab`` through which a test makes
people and dossiers, and sees which events arrived.
"""

import asyncio
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from fastapi import APIRouter
from nicegui import Client, background_tasks
from sqlalchemy import select, update
from starlette.responses import JSONResponse, Response

from app import jobs, migrate
from app.access import Actor
from app.accounts import people, sessions
from app.accounts.queries import actor_for
from app.clock import now
from app.db import close_database, open_database, read, write
from app.deadlines.seeding import seed_calendar
from app.demo.authority import Authority
from app.dossiers import attachments, commands, drafts
from app.feedback import sending
from app.limits import forget_all
from app.log import start_log
from app.ratings.commands import Ballot, rate
from app.reports import schedules, worker
from app.settings import Settings
from app.signing import keys, opening
from app.signing.opening import Opened
from app.startup import equip
from components.dialogs import Dialog
from models import Account, Document, Feedback, Grant, ReportRun, ReportSchedule, Session, Unit
from models.enums import AccountKind, AttachmentKind, Authentication, Role
from pages import collect, cookies
from pages.hardening import private, sockets
from tests.guarantees.authorisation_lab import FEEDBACK
from tests.ratings.ended import returned
from tests.support import world

COUNTS: Counter[str] = Counter()
SLUG = str(world.SPEC['id'])
TOKENS: dict[str, str] = {}
"""Session tokens by account id."""
events: set[asyncio.Task[Any]] = set()
"""Handlers of events that are still running."""
router = APIRouter(prefix='/lab')


@router.get('/counts')
async def counts() -> dict[str, Any]:
    """Say how many events came in, and how many of them passed the guard."""
    return {**COUNTS, 'clients': len(Client.instances)}


@router.get('/quiet')
async def quiet() -> dict[str, bool]:
    """Answer once every event was handled but for those that wait for somebody to answer a dialog."""
    async with asyncio.timeout(15):
        while len(events) > _open_dialogs() or any(_has_news(client) for client in Client.instances.values()):
            await asyncio.sleep(0.01)
    return {'quiet': True}


def _has_news(client: Client) -> bool:
    return client.has_socket_connection and bool(client.outbox.updates or client.outbox.messages)


def _open_dialogs() -> int:
    shown = (e for client in Client.instances.values() for e in client.elements.values())
    return sum(isinstance(element, Dialog) for element in shown)


@router.get('/officer/{role}/{unit}')
async def officer(role: str, unit: str) -> Response:
    """Make an officer of the home unit (``H55.242``) or of another, and begin a session."""
    at = now()
    async with write() as db:
        where = (await db.execute(select(Unit).where(Unit.code == unit))).scalar_one()
        account = _account(f'Cán Bộ Số {len(TOKENS)}', AccountKind.STAFF)
        db.add(account)
        await db.flush()
        grant = Grant(
            account_id=account.id, role=Role(role), unit_id=where.id, valid_from=date(2025, 1, 1), created_at=at
        )
        db.add(grant)
        return _enter(sessions.begin(db, account, sessions.NextStep.DONE, Authentication.TWO_FACTOR, None), account)


@router.get('/citizen')
async def citizen() -> Response:
    """Make a citizen and begin a session."""
    async with write() as db:
        account = _account(f'Công Dân Số {len(TOKENS)}', AccountKind.CITIZEN)
        db.add(account)
        await db.flush()
        return _enter(sessions.begin(db, account, sessions.NextStep.DONE, Authentication.PASSWORD, None), account)


def _account(name: str, kind: AccountKind) -> Account:
    at = now()
    email = f'{len(TOKENS)}.{kind}@example.com'
    return Account(kind=kind, email=email, full_name=name, created_at=at, changed_at=at, email_verified_at=at)


def _enter(signed_in: sessions.SignedIn, account: Account) -> Response:
    TOKENS[account.id] = signed_in.token
    response = JSONResponse({'account_id': account.id})
    cookies.give(response, cookies.SESSION, signed_in.token)
    return response


@router.get('/lose/{how}/{account_id}')
async def lose(how: str, account_id: str) -> None:
    """Take somebody's rights away: ``deactivated`` or ``revoked`` by an administrator, ``ended`` without anybody saying so."""
    if how == 'deactivated':
        await people.deactivate(await _admin(), account_id)
    elif how == 'revoked':
        admin = await _admin()
        async with write() as db:
            held = (await db.execute(select(Grant.id).where(Grant.account_id == account_id))).scalars().all()
        for grant_id in held:
            await people.revoke_grant(admin, grant_id)
    else:
        async with write() as db:
            await db.execute(update(Session).where(Session.account_id == account_id).values(revoked_at=now()))


async def _admin() -> Actor:
    await officer(Role.ADMIN, 'H55.242')
    return await _actor(list(TOKENS)[-1])


async def _actor(account_id: str) -> Actor:
    return await actor_for(TOKENS[account_id], None, 'vi', '192.0.2.9')


@router.get('/draft')
async def draft() -> dict[str, str]:
    """Fill in a whole draft, with its paper, ready to be sent."""
    guest = HOME[0].guest
    started = await drafts.start(guest, SLUG, with_account=False)
    await drafts.save(guest, started.token, dict(world.ANSWERS))
    await attachments.add_to_draft(guest, started.token, 'proof', 'giay.png', world.PNG)
    return {'token': started.token, 'draft_id': started.draft_id}


@router.get('/answers/{token}')
async def answers(token: str) -> dict[str, Any]:
    """Return the readable answers of a draft."""
    return (await drafts.view(HOME[0].guest, token)).values


@router.get('/dossier')
async def dossier() -> dict[str, str]:
    """File a dossier as a guest."""
    filed = await world.filed(HOME[0])
    return {'id': filed.dossier_id, 'number': filed.filing_number, 'secret': filed.secret or ''}


@router.get('/shown')
async def shown() -> dict[str, str]:
    """Make what screens of their own show: feedback that was sent, a rating that asks for an answer, a report that was made."""
    there = HOME[0]
    await sending.send(there.guest, FEEDBACK, form='shown')
    rated = await returned(there)
    await rate(rated.me, rated.id, Ballot(1))
    reader = [there.dung.account_id or '']
    await schedules.add_schedule(there.dung, 'ii06a', there.unit.code, kind='thang', day=5, recipients=reader)
    async with read() as db:
        schedule = (await db.execute(select(ReportSchedule))).scalars().one()
        feedback = (await db.execute(select(Feedback.id))).scalars().one()
    await worker._make(schedule)
    async with read() as db:
        run = (await db.execute(select(ReportRun.id))).scalars().one()
    return {'feedback': feedback, 'rated': rated.id, 'run_id': run}


@router.get('/papers/{account_id}')
async def papers(account_id: str) -> dict[str, str]:
    """Give an officer a key, and two receipts that name them and are not signed; say which came last."""
    there, made = HOME[0], ''
    if not KEYS:
        KEYS.append(await _key())
    async with write() as db:
        await keys.keep(db, KEYS[0].certificate, KEYS[0].wrapped, account_id=account_id)
    for _ in range(2):
        one = await world.filed(there)
        await commands.accept(there.binh, one.dossier_id, 1, order_reason='system_error')
        async with write() as db:
            of = select(Document).where(Document.dossier_id == one.dossier_id)
            paper = (await db.execute(of)).scalar_one()
            paper.issued_by_id, made = account_id, paper.id
    return {'document_id': made}


async def _key() -> Opened:
    issued = await asyncio.to_thread(lambda: Authority().person('Cán Bộ', 'UBND'))
    content = pkcs12.serialize_key_and_certificates(
        None, issued.key, issued.certificate, None, BestAvailableEncryption(b'135246')
    )
    return await opening.taken(content, '135246')


@router.get('/move/{dossier_id}/{account_id}/{act}/{version}')
async def move(dossier_id: str, account_id: str, act: str, version: int) -> dict[str, int]:
    """Let an officer act as the interface would."""
    actor = await _actor(account_id)
    if act == 'result':
        await attachments.add_result(actor, dossier_id, AttachmentKind.RESULT, 'ket-qua.png', world.scan(dossier_id))
        return {'version': version}
    extra = {'order_reason': 'system_error'} if act == 'accept' else {}
    done = await getattr(commands, act)(actor, dossier_id, version, **extra)
    return {'version': done.version}


@router.get('/forget')
async def forget() -> None:
    """Forget all counted tries."""
    await forget_all()


HOME: list[world.World] = []
KEYS: list[Opened] = []
"""One key for everybody: to make it takes longest."""


async def fill(settings: Settings, folder: Path) -> None:
    """Make the municipality."""
    await open_database(settings.database)
    await seed_calendar()
    HOME.append(await world.build(folder))
    equip(settings)
    await close_database()


def watch() -> None:
    """Count the events that come in and those that pass, and keep hold of what handles them."""
    arrived, passes, make = private.socket_handlers()['event'], sockets.accepted, background_tasks.create

    async def event(sid: str, message: object = None, *more: object) -> None:
        COUNTS['received'] += 1
        await arrived(sid, message, *more)

    def accepted(client: Client, message: object) -> bool:
        good = passes(client, message)
        COUNTS['accepted' if good else 'fenced off'] += 1
        return good

    def create(*args: Any, **kwargs: Any) -> Any:
        task = make(*args, **kwargs)
        if kwargs.get('context') is not None:  # so NiceGUI runs events and builds screens, unlike its own timers
            events.add(task)
            task.add_done_callback(events.discard)
        return task

    private.socket_handlers()['event'] = event
    sockets.accepted = accepted
    background_tasks.create = create


def main(port: int, folder: Path) -> None:
    """Serve on a port, as ``main.run`` does, but for what is done by the clock."""
    from pages.root import create_root

    start_log()
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(port=port, data_dir=folder, secret='x' * 32, _env_file=None)
    equip(settings)
    migrate.upgrade(settings.database)
    asyncio.run(fill(settings, folder))
    found = collect()
    found.routers.append(router)
    root = create_root(settings, found)
    watch()
    for one in jobs.LOOPS.values():  # at the start and when asked, but by no clock: tests compare all rows
        one.every = 24 * 3600.0
    uvicorn.run(
        root,
        host='127.0.0.1',
        port=port,
        log_config=None,
        access_log=False,
        ws_max_size=1_000_000,
        timeout_graceful_shutdown=3,
    )


if __name__ == '__main__':
    main(int(sys.argv[1]), Path(sys.argv[3]))
