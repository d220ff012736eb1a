"""What others do while an officer is at the desk: ``/lab/file/SLUG``, ``/lab/carry/ID?to=ROLE``, ``/lab/note/ID`` ..."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from sqlalchemy import update
from sqlmodel import col

from app.access import Actor, anonymous
from app.accounts import people, totp
from app.accounts.queries import actor_for
from app.clock import local, now
from app.db import write
from app.demo.answers import plausible
from app.demo.dossiers import ACTORS
from app.demo.people import password_of, sign_in_as
from app.dossiers import applicant, attachments, commands, desk, drafts, filing, opening
from app.notifications import settings
from app.procedures import validation
from app.procedures.queries import start_page
from app.timers.alerts import raise_alerts
from app.timers.apologies import draft_apologies
from app.workflow.transitions import Action
from models import Account, Dossier, Session
from models.enums import AccountKind, AttachmentKind, Role, Status
from tests.support.world import PNG, scan

Act = Callable[..., Awaitable[commands.Done]]
router = APIRouter(prefix='/lab')
_people: dict[str, Actor] = {}
_secrets: dict[str, str] = {}
"""What those who filed here were given, by dossier."""


async def person(key: str) -> Actor:
    """Return one of the demonstration's people."""
    if key not in _people:
        signed_in = await sign_in_as(settings(), anonymous(), key)
        _people[key] = await actor_for(signed_in.token, None, 'vi', None)
    return _people[key]


@router.get('/file/{slug}')
async def file(slug: str, seed: int = 1) -> Response:
    """File a dossier as somebody without an account."""
    guest = anonymous()
    spec = (await start_page(guest, slug)).spec
    begun = await drafts.start(guest, slug, with_account=False)
    email = {f.id: f'nguoi-nop-{seed}@example.com' for s in spec.sections for f in s.fields if f.prefill == 'email'}
    await drafts.save(guest, begun.token, plausible(spec, Random(seed)) | email)
    shown = validation.shown(spec, (await drafts.view(guest, begun.token)).values)[1]
    for document in spec.documents:
        if document.id in shown and document.mode == 'upload' and document.required:
            await attachments.add_to_draft(guest, begun.token, document.id, 'anh-chup.png', PNG)
    done = await filing.submit(guest, begun.token)
    _secrets[done.dossier_id] = done.secret or ''
    return JSONResponse(
        {'id': done.dossier_id, 'number': done.filing_number, 'name': done.applicant_name, 'secret': done.secret}
    )


@router.get('/carry/{dossier_id}')
async def carry(dossier_id: str, to: str) -> Response:
    """Carry a dossier until its open step is for this role (``return``: until it waits to be collected)."""
    view = await desk.desk_dossier(await person('binh'), dossier_id)
    if view.status is Status.REGISTERED:
        await commands.accept(await person('binh'), dossier_id, view.version, order_reason='priority_person')
    while True:
        view = await desk.desk_dossier(await person('binh'), dossier_id)
        role = view.steps[-1].role
        if role == to or view.status is Status.RESOLVED:
            due = f'{local(view.due_at):%d/%m/%Y}' if view.due_at else None
            return JSONResponse({'code': view.official_code, 'due': due})
        await _step(await person(ACTORS[role]), dossier_id)


async def _step(who: Actor, dossier_id: str) -> None:
    """Do what the open step asks for."""
    view = await desk.desk_dossier(who, dossier_id)
    version = view.version
    if Action.TAKE in view.actions:
        version = (await commands.take(who, dossier_id, version)).version
    has_result = any(f.kind is AttachmentKind.RESULT for f in view.other_files)
    if not has_result and ACTORS['case_officer'] == (who.email or '').partition('@')[0]:
        await attachments.add_result(who, dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(dossier_id))
    if view.wants_draft:
        version = await _agreed(who, dossier_id, version)
    act: dict[Action, Act] = {Action.APPROVE: commands.approve, Action.FINISH: commands.finish}
    chosen = next((do for action, do in act.items() if action in view.actions), commands.forward)
    await chosen(who, dossier_id, version)


async def _agreed(who: Actor, dossier_id: str, version: int) -> int:
    """Show a draft; the applicant agrees to it."""
    await attachments.add_result(who, dossier_id, AttachmentKind.RESULT_DRAFT, 'du-thao.png', PNG)
    shown = await commands.show_draft(who, dossier_id, version)
    guest = await opening.with_secret(anonymous(), dossier_id, _secrets[dossier_id])
    return (await applicant.confirm_draft(guest, dossier_id, shown.version)).version


@router.get('/overdue/{dossier_id}')
async def overdue(dossier_id: str) -> Response:
    """Let the promised date have passed the day before, and the timers say so."""
    async with write() as db:
        one = await db.get_one(Dossier, dossier_id)
        one.promised_at = one.due_at = one.lawful_at = now() - timedelta(days=1)
    await raise_alerts()
    return JSONResponse({'drafted': await draft_apologies()})


@router.get('/note/{dossier_id}')
async def note(dossier_id: str, text: str) -> Response:
    """Let a colleague write an internal note."""
    await commands.add_note(await person('chi'), dossier_id, text)
    return JSONResponse({})


@router.get('/idle/{key}')
async def idle(key: str) -> Response:
    """Let it be a while since somebody showed who they are, and tell their password."""
    account_id = (await person(key)).account_id
    async with write() as db:
        whose = col(Session.account_id) == account_id
        await db.execute(update(Session).where(whose).values(proved_at=None))
    return JSONResponse({'password': password_of(key)})


@router.get('/citizen/{name}')
async def citizen(name: str) -> Response:
    """Make a citizen with a second factor."""
    at = now()
    one = Account(
        kind=AccountKind.CITIZEN,
        email=f'{name}@dan.example',
        full_name='Lê Thị Mất Mã',
        email_verified_at=at,
        created_at=at,
        changed_at=at,
    )
    totp.seal(one, totp.new_secret())
    one.totp_confirmed_at = at
    async with write() as db:
        db.add(one)
    return JSONResponse({'email': one.email})


@router.get('/grant/{key}/{role}')
async def grant(key: str, role: Role) -> Response:
    """Let an administrator give somebody one more role in the commune."""
    admin = await actor_for((await sign_in_as(settings(), anonymous(), 'khanh')).token, None, 'vi', None)
    await people.grant(admin, (await person(key)).account_id or '', role, admin.grants[0].unit_id)
    return JSONResponse({})
