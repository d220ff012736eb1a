"""The declaration of a dossier: who may open it, which editions there are, and that opening is written down."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from httpx import AsyncClient
from sqlalchemy import select, update

from app.access import Granted
from app.audit.verify import verify
from app.db import read, write
from app.documents import queries as papers
from app.documents.filled import open_declaration
from app.dossiers import commands, desk
from app.dossiers.applicant import save_correction, send_supplement
from app.dossiers.opening import open_by_secret
from app.dossiers.queries import progress
from app.errors import NotAllowed, NotFound
from app.limits import forget_all
from models import Document, Dossier, PaperRead, Unit
from models.enums import Authentication, Role
from pages import cookies
from tests.documents.sample import text_of
from tests.support import world as municipality
from tests.support.world import World, filed, opened

NUMBER = '001190000123'
ASK: dict[str, Any] = {
    'items': [{'kind': 'field', 'id': 'reason', 'text': 'Ghi rõ lý do'}],
    'reason': 'Chưa rõ',
    'guidance': 'Ghi lại',
    'contact': 'Bàn số 2',
}


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only: the list of editions is read on both by every test of the desk and of following."""
    return 'sqlite'


async def test_it_opens_for_its_account_and_by_link_and_for_staff_who_read_papers(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    by_link = replace(opened(world, one), authentication=Authentication.LINK)
    for who in (world.an, by_link, world.binh, world.chi):
        text = text_of((await open_declaration(who, one.dossier_id)).content)
        assert NUMBER in text and 'Nguyễn Thị An' in text and 'Cần giấy thử' in text
        assert f'mã hồ sơ khi nộp {one.filing_number}' in text


async def test_number_and_secret_alone_never_bring_the_whole_numbers_back(world: World) -> None:
    one = await filed(world)
    slip = opened(world, one)
    with pytest.raises(NotAllowed) as refused:
        await open_declaration(slip, one.dossier_id)
    assert refused.value.key == 'documents.declared_closed'
    assert (await progress(slip, one.dossier_id)).declared == ()


async def test_nobody_else_opens_it_and_staff_without_papers_do_not_either(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    stranger = replace(world.an, account_id=world.em.account_id)
    for who in (world.guest, world.em, stranger):
        with pytest.raises(NotFound):
            await open_declaration(who, one.dossier_id)
    cashier = replace(world.binh, grants=(Granted(Role.CASHIER, world.unit.id, frozenset({world.unit.id})),))
    with pytest.raises(NotAllowed):
        await open_declaration(cashier, one.dossier_id)
    assert (await desk.desk_dossier(cashier, one.dossier_id)).declared == ()
    for number in (0, 2, -1):
        with pytest.raises(NotFound):
            await open_declaration(world.an, one.dossier_id, number)


async def test_each_opening_is_written_into_the_chain_of_readings(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    await open_declaration(world.binh, one.dossier_id)
    await open_declaration(world.an, one.dossier_id, 1)
    async with read() as db:
        rows = (await db.execute(select(PaperRead).order_by(PaperRead.sequence))).scalars().all()
    assert [(row.account_id, row.purpose, row.dossier_id) for row in rows] == [
        (world.binh.account_id, 'declaration', one.dossier_id),
        (world.an.account_id, 'declaration', one.dossier_id),
    ]
    assert (await verify()).faults == ()


async def test_a_supplement_makes_another_edition_and_the_first_stays_what_it_was(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    before = (await open_declaration(world.an, one.dossier_id)).content
    asked = await commands.request_supplement(world.binh, one.dossier_id, 1, **ASK)
    await save_correction(world.an, one.dossier_id, {'reason': 'Để nộp cho trường học'})
    assert (await open_declaration(world.an, one.dossier_id)).content == before, 'what is not sent is not declared'
    await send_supplement(world.an, one.dossier_id, asked.version)
    editions = (await progress(world.an, one.dossier_id)).declared
    assert [edition.number for edition in editions] == [1, 2] and editions[0].sent_at < editions[1].sent_at
    assert editions == (await desk.desk_dossier(world.chi, one.dossier_id)).declared
    assert (await open_declaration(world.chi, one.dossier_id, 1)).content == before
    newest = text_of((await open_declaration(world.chi, one.dossier_id)).content)
    assert 'Để nộp cho trường học' in newest and 'Đã sửa theo yêu cầu bổ sung' in newest
    assert 'Cần giấy thử' in text_of(before) and 'Cần giấy thử' not in newest


async def test_later_changes_of_the_dossier_do_not_touch_what_was_declared(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    before = (await open_declaration(world.an, one.dossier_id)).content
    async with write() as db:
        await db.execute(update(Dossier).values(applicant_name='Người khác', contact_phone='0999999999'))
    assert (await open_declaration(world.an, one.dossier_id)).content == before


async def test_its_address_gives_a_pdf_to_who_may_and_a_404_or_a_sentence_to_others(
    world: World, visitor: AsyncClient
) -> None:
    one = await filed(world)
    address = f'/ho-so/{one.dossier_id}/to-khai.pdf'
    assert (await visitor.get(address)).status_code == 404
    slip = await open_by_secret(world.guest, one.filing_number, one.secret or '')
    visitor.cookies.set(cookies.name(cookies.DOSSIER), slip.token)
    refused = await visitor.get(address)
    assert refused.status_code == 403 and 'mã bí mật chưa đủ để mở' in refused.text
    for wrong in ('x', '٣', '0', '9999', '-1'):
        assert (await visitor.get(address, params={'lan': wrong})).status_code in (403, 404)


@pytest.mark.parametrize('day', ['2024-06-04', '2025-09-15'])
async def test_a_receipt_has_the_form_of_the_day_it_was_issued_and_keeps_it(
    database: None, tmp_path: Path, day: str
) -> None:
    with time_machine.travel(datetime.fromisoformat(f'{day}T02:00').replace(tzinfo=UTC), tick=True):
        await forget_all()
        old = await municipality.build(tmp_path, valid_from='2019-01-01')
        async with write() as db:
            await db.execute(update(Unit).values(valid_from=date(2019, 1, 1)))
        one = await filed(old)
        await commands.accept(old.binh, one.dossier_id, 1)
    async with read() as db:
        row = (await db.execute(select(Document))).scalar_one()
    text = text_of((await papers.open_document(old.binh, row.id)).content)
    is_old = day.startswith('2024')
    assert row.template_version == ('2018' if is_old else '2025')
    assert row.number == ('0001/BPTNTKQ' if is_old else '0001/TTPVHCC')
    assert ('Thông tư số 01/2018/TT-VPCP' in text, 'Vào Sổ theo dõi hồ sơ, Quyển số' in text) == (is_old, is_old)
