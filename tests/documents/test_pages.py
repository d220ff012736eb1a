"""The addresses of papers: what is sent, with which headers, and to whom nothing is said."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.access import Actor
from app.clock import today
from app.db import read
from app.dossiers import commands
from app.dossiers.opening import open_by_secret
from models import Document
from pages import cookies
from pages.visitor import Visitor
from tests.support.world import World, filed


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'


def _sign_in(monkeypatch: pytest.MonkeyPatch, who: Actor) -> None:
    async def actor(_self: Visitor, *, used: bool = True) -> Actor:
        return who

    monkeypatch.setattr(Visitor, 'actor', actor)


async def _paper() -> str:
    async with read() as db:
        return (await db.execute(select(Document.id))).scalar_one()


async def test_a_guest_with_the_secret_gets_the_receipt_and_without_it_a_404(
    world: World, visitor: AsyncClient
) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    address = f'/giay-to/{await _paper()}'
    assert (await visitor.get(address)).status_code == 404
    opened = await open_by_secret(world.guest, done.official_code or '', one.secret or '')
    visitor.cookies.set(cookies.name(cookies.DOSSIER), opened.token)
    answer = await visitor.get(address)
    assert answer.status_code == 200 and answer.content.startswith(b'%PDF')
    assert answer.headers['content-type'] == 'application/pdf' and 'no-store' in answer.headers['cache-control']
    assert 'giay-tiep-nhan-ho-so-va-hen-tra-ket-qua-0001-ttpvhcc.pdf' in answer.headers['content-disposition']
    assert (await visitor.get(f'/can-bo/phieu-kiem-soat/{one.dossier_id}')).status_code == 404
    assert (await visitor.get(f'/can-bo/so-theo-doi?tu={today()}&den={today()}')).status_code == 404


async def test_staff_get_control_sheet_and_register_and_another_commune_gets_a_404(
    world: World, visitor: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await filed(world)
    await commands.accept(world.binh, one.dossier_id, 1)
    period = f'tu={today()}&den={today()}'
    _sign_in(monkeypatch, world.binh)
    assert (await visitor.get(f'/can-bo/phieu-kiem-soat/{one.dossier_id}')).content.startswith(b'%PDF')
    assert (await visitor.get(f'/can-bo/so-theo-doi?{period}')).content.startswith(b'%PDF')
    book = await visitor.get(f'/can-bo/so-theo-doi?{period}&dang=xlsx')
    assert book.content.startswith(b'PK') and '.xlsx' in book.headers['content-disposition']
    assert (await visitor.get(f'/can-bo/so-theo-doi?{period}&dang=exe')).status_code == 404
    wrong = await visitor.get('/can-bo/so-theo-doi?tu=hom-nay&den=2026-13-01')
    assert wrong.status_code == 422 and 'Ngày bắt đầu' in wrong.text
    _sign_in(monkeypatch, world.em)
    assert (await visitor.get(f'/giay-to/{await _paper()}')).status_code == 404
    assert (await visitor.get(f'/can-bo/phieu-kiem-soat/{one.dossier_id}')).status_code == 404
