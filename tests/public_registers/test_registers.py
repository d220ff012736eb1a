"""Public registers: a line with each result, nobody named, revoked ones say so, and nothing that the law does not ask for."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.clock import local, now, pretend
from app.db import read, write
from app.errors import AppError
from app.procedures.load import CATALOG, load_spec
from app.public_registers.definitions import may_be_told, registers
from app.public_registers.entering import shown_until
from app.signing.rules import Printed
from app.verification import revoking
from models import Document, PublicEntry
from tests.support.world import ANSWERS, World, filed
from tests.verification.papers import REASON, carried, corrected

PATH = '/so-cong-khai/giay-phep-xay-dung'


async def _permit(world: World, number: str, site: str) -> tuple[str, int]:
    """Issue a permit; returns the dossier and its version."""
    told: dict[str, Any] = {'site_address': site, 'works_storeys': '3', 'works_kind': ANSWERS['full_name']}
    one = await filed(world, **told, permit_kind=ANSWERS['full_name'])
    return one.dossier_id, (await carried(world, one, number=number)).version


async def _entries() -> int:
    async with read() as db:
        return int(await db.scalar(select(func.count()).select_from(PublicEntry)) or 0)


async def test_a_permit_is_public_with_its_contents_and_nobody_is_named(world: World, visitor: AsyncClient) -> None:
    await _permit(world, '12/GPXD', '45 đường Trần Phú')
    page, table = (await visitor.get(PATH)).text, (await visitor.get(f'{PATH}.csv')).text
    for text in (page, table):
        assert '12/GPXD' in text and '45 đường Trần Phú' in text and 'Còn giá trị' in text
        for private in (
            ANSWERS['full_name'],
            ANSWERS['personal_id'],
            ANSWERS['phone'],
            ANSWERS['email'],
            ANSWERS['reason'],
        ):
            assert private not in text
    rows = list(csv.DictReader(StringIO(table.lstrip('\ufeff'))))
    assert len(rows) == 1 and rows[0]['Số tầng'] == '3' and rows[0]['Công trình'] == rows[0]['Loại giấy phép'] == ''
    assert '1' in (await visitor.get('/so-cong-khai')).text and 'Chưa đối chiếu' in page
    assert '<script' not in page


async def test_a_line_is_made_with_the_result_or_not_at_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await filed(world, site_address='1 Lê Lợi')

    async def fails(*_: object, **__: object) -> None:
        raise AppError('error.invalid')

    monkeypatch.setattr('app.workflow.effects.clocks.since_filing', fails)
    with pytest.raises(AppError):
        await carried(world, one)
    assert await _entries() == 0
    async with read() as db:
        assert await db.scalar(select(func.count()).select_from(Document).where(Document.form_code == 'result')) == 0


async def test_a_revoked_result_says_so_and_its_correction_has_a_line_of_its_own(
    world: World, visitor: AsyncClient
) -> None:
    dossier, version = await _permit(world, '13/GPXD', '9 Hùng Vương')
    done = await revoking.revoke_result(world.dung, dossier, version, **REASON)
    assert 'Đã thu hồi, ngày' in (await visitor.get(PATH)).text
    day = local(now()).date() + timedelta(days=3)
    await revoking.add_correction(world.dung, dossier, 'dung.png', corrected(), printed=Printed('13a/GPXD', day))
    await revoking.reissue_result(world.dung, dossier, done.version, **REASON)
    assert f'{day:%d/%m/%Y}' in (await visitor.get(f'{PATH}.csv')).text, 'the day that stands on it'
    page = (await visitor.get(PATH)).text
    assert 'Đã thay bằng bản đính chính' in page and '13a/GPXD' in page and 'Còn giá trị' in page
    assert REASON['note'] not in page and await _entries() == 2


async def test_the_register_is_searched_without_accents_and_shown_page_by_page(
    world: World, visitor: AsyncClient
) -> None:
    await _permit(world, '14/GPXD', '7 Nguyễn Huệ')
    async with write() as db:
        first = (await db.execute(select(PublicEntry))).scalar_one()
        paper = (await db.execute(select(Document).where(Document.id == first.document_id))).scalar_one()
        for number in range(25):
            copy = Document(**paper.model_dump(exclude={'id', 'number', 'verification_hash'}), number=f'{number}/X')
            db.add(copy)
            await db.flush()
            line = PublicEntry(**first.model_dump(exclude={'id', 'document_id', 'number', 'search_text'}),
                               document_id=copy.id, number=f'{number}/X', search_text=f'{number}/x')  # fmt: skip
            db.add(line)
    assert (await visitor.get(PATH)).text.count('<dl class="mc-summary">') == 20
    assert (await visitor.get(PATH, params={'trang': '2'})).text.count('<dl class="mc-summary">') == 6
    found = (await visitor.get(PATH, params={'q': 'nguyen hue'})).text
    assert found.count('<dl class="mc-summary">') == 1 and '14/GPXD' in found
    assert 'Không tìm thấy' in (await visitor.get(PATH, params={'q': '%%'})).text
    assert (await visitor.get('/so-cong-khai/khong-co')).status_code == 404
    assert (await visitor.get('/so-cong-khai/khong-co.csv')).status_code == 404


async def test_a_line_is_shown_for_a_year_and_no_longer(world: World, visitor: AsyncClient) -> None:
    await _permit(world, '15/GPXD', '3 Quang Trung')
    last = shown_until(local(now()).date(), 12)
    moment = now() + timedelta(days=(last - local(now()).date()).days)
    with pretend(moment):
        assert '15/GPXD' in (await visitor.get(PATH, params={'q': '15'})).text
    with pretend(moment + timedelta(days=1)):
        assert '15/GPXD' not in (await visitor.get(PATH, params={'q': '15'})).text
        assert '15/GPXD' not in (await visitor.get(f'{PATH}.csv')).text


def test_a_year_is_never_short() -> None:
    assert shown_until(date(2026, 11, 22), 12) == date(2027, 11, 22)
    assert shown_until(date(2028, 2, 29), 12) == date(2029, 3, 1)


def test_every_content_of_a_register_is_asked_and_is_about_no_person() -> None:
    for register in registers().values():
        specs = {slug: load_spec(CATALOG / f'{slug}.yaml') for slug in register.procedures}
        assert register.months >= 12
        for told in register.fields:
            for name in told.sources:
                fields = [specs[slug].field(name) for slug in register.procedures]
                known = [field for field in fields if field]
                assert known and all(may_be_told(field) for field in known), name
                assert 'name' not in name
        assert not any(specs[slug].sensitive for slug in register.procedures)
