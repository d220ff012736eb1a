"""The whole application with made-up units and people, for the tests of this folder: ``python -m tests.browser.server PORT FOLDER``.

Besides what people see it has ``/lab/...``: what an officer does meanwhile.
"""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

import uvicorn
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from app import startup
from app.access import Actor, anonymous
from app.accounts.queries import actor_for
from app.cli import ready
from app.db import close_database, open_database, read
from app.deadlines.seeding import seed_calendar
from app.demo.people import prepare_people, sign_in_as
from app.demo.units import prepare_units
from app.dossiers import attachments, commands
from app.procedures.load import CATALOG
from app.settings import Settings
from models import Dossier
from models.enums import AttachmentKind
from pages import collect
from pages.root import create_root
from tests.browser import lab_desk
from tests.support.world import PNG

WHY = {
    'reason': 'Ảnh giấy tờ bị mờ',
    'guidance': 'Chụp lại dưới ánh sáng tốt, đủ bốn góc.',
    'contact': 'Trần Văn Bình, 0208 355 0242',
}
router = APIRouter(prefix='/lab')
settings: Settings


async def _as(key: str) -> Actor:
    signed_in = await sign_in_as(settings, anonymous(), key)
    return await actor_for(signed_in.token, None, 'vi', None)


async def _version(dossier_id: str) -> int:
    async with read() as db:
        return (await db.get_one(Dossier, dossier_id)).version


@router.get('/ask/{dossier_id}')
async def ask(dossier_id: str, document: str = '', field: str = '') -> Response:
    """Ask for a paper and for a question."""
    items = [{'kind': 'document', 'id': document, 'text': 'Chụp lại cho rõ'}] if document else []
    items += [{'kind': 'field', 'id': field, 'text': 'Ghi đúng như trên giấy tờ'}] if field else []
    async with read() as db:
        is_accepted = (await db.get_one(Dossier, dossier_id)).accepted_at is not None
    who = await _as('chi' if is_accepted else 'binh')
    await commands.request_supplement(who, dossier_id, await _version(dossier_id), items=items, **WHY)
    return JSONResponse({})


@router.get('/accept/{dossier_id}')
async def accept(dossier_id: str) -> Response:
    """Accept, and hand over to the case officer."""
    binh, chi = await _as('binh'), await _as('chi')
    reason = 'priority_person'
    done = await commands.accept(binh, dossier_id, await _version(dossier_id), order_reason=reason)
    await commands.forward(binh, dossier_id, done.version, account_id=chi.account_id)
    return JSONResponse({})


@router.get('/draft/{dossier_id}')
async def draft(dossier_id: str) -> Response:
    """Show a draft of the result."""
    chi = await _as('chi')
    await attachments.add_result(chi, dossier_id, AttachmentKind.RESULT_DRAFT, 'du-thao.png', PNG)
    await commands.show_draft(chi, dossier_id, await _version(dossier_id))
    return JSONResponse({})


async def prepare() -> None:
    """Fill the empty database."""
    await open_database(settings.database)
    await seed_calendar()
    await startup.load(CATALOG)
    await prepare_units(settings)
    await prepare_people(settings)
    await close_database()


if __name__ == '__main__':
    settings = Settings(port=int(sys.argv[1]), data_dir=Path(sys.argv[2]), demo=True, webhook_hosts='lgsp.example')
    addresses = collect()
    for lab in (router, lab_desk.router):
        addresses.add(SimpleNamespace(router=lab))  # type: ignore[arg-type]
    with ready(settings):
        asyncio.run(prepare())
        uvicorn.run(
            create_root(settings, addresses), port=settings.port, log_level='warning', timeout_graceful_shutdown=1
        )
