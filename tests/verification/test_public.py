"""The public page: what it says of a paper, what it never says, and what becomes of copies and of guesses."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy import text as sql

from app.access import anonymous
from app.clock import local, now
from app.db import read, write
from app.documents import queries as papers
from app.documents.render import make_result
from app.dossiers import attachments, commands, inbox
from app.errors import NotFound
from app.verification import public, tokens
from app.verification.issuing import title_of
from app.verification.results import next_id
from models import Attachment, Document
from tests.support.world import ANSWERS, PNG, World, filed, opened
from tests.verification.papers import carried, resolved, rows, upload

LIMIT = 20_000


def _path(one: Document) -> str:
    return f'/xac-thuc/{tokens.token_of(one.id)}'


async def test_the_qr_code_of_a_paper_leads_to_the_page_that_knows_it(world: World, visitor: AsyncClient) -> None:
    one = await filed(world)
    await commands.accept(world.binh, one.dossier_id, 1)
    (row,) = await rows()
    pdf = (await papers.open_document(world.binh, row.id)).content
    assert len(pypdfium2.PdfDocument(pdf)) == 1  # A5, with the code and its foot
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == f'http://portal.example{_path(row)}'
    page = await visitor.get(found.text)
    assert page.status_code == 200 and row.title in page.text and '0001/TTPVHCC' in page.text
    assert 'Đã cấp, chưa bị thu hồi' in page.text and len(page.content) < LIMIT
    assert 'script' not in page.headers['content-security-policy'] and '<script' not in page.text
    assert 'noindex' in page.headers['x-robots-tag'] and page.headers['cache-control'] == 'no-store'
    shown = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert tokens.spoken(tokens.token_of(row.id)) in shown.replace('\xa0', ' ')


async def test_the_database_holds_no_token(world: World) -> None:
    one, _ = await resolved(world)
    for row in await rows():
        token = tokens.token_of(row.id)
        assert row.verification_hash == tokens.hash_of(token)
        assert token not in str(row.model_dump()) and tokens.spoken(token) not in str(row.model_dump())
    assert one.dossier_id


async def test_the_page_says_nothing_private(world: World, visitor: AsyncClient) -> None:
    one, done = await resolved(world, number='12/GXN')
    private = (*ANSWERS.values(), one.filing_number, done.official_code, one.secret, world.binh.name, 'ket-qua.png')
    for row in await rows():
        for answer in (await visitor.get(_path(row)), await upload(visitor, _path(row), PNG)):
            assert answer.status_code == 200
            for text in private:
                assert text and text not in answer.text, text


async def test_a_sensitive_procedure_is_not_named(world: World) -> None:
    assert title_of(world.spec.model_copy(update={'sensitive': True})) == 'Kết quả giải quyết thủ tục hành chính'
    assert title_of(world.spec) == 'Giấy thử'


async def test_a_copy_is_the_same_to_the_byte_or_it_is_not(world: World, visitor: AsyncClient) -> None:
    await resolved(world)
    row = (await rows())[-1]
    async with read() as db:
        file = await db.get_one(Attachment, row.attachment_id)
    content = (await attachments.open_file(world.binh, file.id)).content
    same = await upload(visitor, _path(row), content)
    assert 'Đúng là bản đã cấp' in same.text and same.status_code == 200
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    other = await upload(visitor, _path(row), bytes(changed))
    assert 'Không phải bản đã cấp' in other.text and 'Đúng là bản đã cấp' not in other.text


async def test_a_form_without_a_copy_or_without_our_field_is_refused(world: World, visitor: AsyncClient) -> None:
    await resolved(world)
    path = _path((await rows())[-1])
    empty = await upload(visitor, path, b'')
    assert empty.status_code == 422 and 'Xin chọn tệp cần kiểm tra' in empty.text
    assert (await visitor.post(path, files={'ban': ('a.pdf', b'x')})).status_code == 403


async def test_an_unknown_code_is_said_clearly_and_typed_codes_are_forgiven(world: World, visitor: AsyncClient) -> None:
    await resolved(world)
    token = tokens.token_of((await rows())[-1].id)
    unknown = await visitor.get('/xac-thuc/' + 'A' * tokens.LENGTH)
    assert unknown.status_code == 404 and 'Không có giấy nào mang mã này' in unknown.text and '<form' in unknown.text
    assert (await visitor.get('/xac-thuc/x')).status_code == 404
    for typed in (
        tokens.spoken(token).lower(),
        f'http://portal.example/xac-thuc/{token}?x=1',
        f' {token[:9]}-{token[9:]}',
    ):
        found = await visitor.get('/xac-thuc', params={'ma': typed})
        assert found.status_code == 200 and str(found.url).endswith(token), typed
    assert (await visitor.get('/xac-thuc', params={'ma': token[:-1]})).status_code == 422
    english = await visitor.get(f'/xac-thuc/{token}', headers={'cookie': 'lang=en'})
    assert 'Issued, not revoked' in english.text


async def test_number_and_day_find_a_paper_and_neither_alone(world: World, visitor: AsyncClient) -> None:
    await resolved(world, number='12/GXN-UBND')
    today = local(now()).date().isoformat()
    found = await visitor.get('/xac-thuc', params={'so': ' 12/gxn-ubnd ', 'ngay': today})
    assert found.status_code == 200 and 'Giấy thử' in found.text and '/xac-thuc/' in str(found.url)
    assert (await visitor.get('/xac-thuc', params={'so': '12/GXN-UBND'})).status_code == 422
    assert (await visitor.get('/xac-thuc', params={'so': '13/GXN-UBND', 'ngay': today})).status_code == 404
    assert (await visitor.get('/xac-thuc', params={'so': '12/GXN-UBND', 'ngay': '2026-01-01'})).status_code == 404


async def test_papers_of_one_number_and_day_are_all_listed(world: World, visitor: AsyncClient) -> None:
    await resolved(world, number='7/QĐ')
    other = await filed(world)
    await commands.accept(world.binh, other.dossier_id, 1)
    async with write() as db:
        moment = now()  # of all: midnight may have passed since the first
        for row in (await db.execute(select(Document))).scalars():
            row.number, row.issued_at = '7/QĐ', moment
    listed = await visitor.get('/xac-thuc', params={'so': '7/qđ', 'ngay': local(moment).date().isoformat()})
    assert listed.status_code == 200 and all(_path(row) in listed.text for row in await rows())


async def test_of_the_other_papers_of_a_day_the_number_alone_is_read(world: World) -> None:
    """A large municipality issues thousands a day: reading them whole held everybody up for seconds."""
    await resolved(world, number='7/QĐ')
    async with write() as db:
        await db.execute(
            sql('UPDATE document SET data = :broken WHERE number <> :number'), {'broken': '{', 'number': '7/QĐ'}
        )
        seventh = select(Document.issued_at).where(Document.number == '7/QĐ')
        day = local((await db.execute(seventh)).scalar_one()).date()
    (found,) = await public.find(anonymous(address='192.0.2.9'), '7/qđ', day)
    assert found.number == '7/QĐ'


@pytest.mark.parametrize('day', ['0001-01-01', '1999-12-31', '9999-12-31'])
async def test_a_day_on_which_nobody_issued_anything_has_no_papers(visitor: AsyncClient, day: str) -> None:
    assert (await visitor.get('/xac-thuc', params={'so': '7/QĐ', 'ngay': day})).status_code == 404


async def test_guessing_is_limited_by_address(world: World, visitor: AsyncClient) -> None:
    today = local(now()).date()
    for n in range(public.NUMBERS):
        with pytest.raises(NotFound):
            await public.find(anonymous(address='127.0.0.1'), f'{n}/X', today)
    refused = await visitor.get('/xac-thuc', params={'so': '1/X', 'ngay': today.isoformat()})
    assert refused.status_code == 429
    for n in range(public.LOOKS):
        with pytest.raises(NotFound):
            await public.look(anonymous(address='127.0.0.1'), f'{n:A>28}')
    assert (await visitor.get('/xac-thuc/' + 'B' * tokens.LENGTH)).status_code == 429


async def test_a_receipt_leads_to_the_progress_and_a_result_does_not(world: World, visitor: AsyncClient) -> None:
    await resolved(world)
    receipt, result = await rows()
    gone = await visitor.get(_path(receipt) + '/tien-do', follow_redirects=False)
    assert gone.status_code == 303 and gone.headers['location'].startswith('/tra-cuu?ma=H55.242-')
    assert (await visitor.get(_path(result) + '/tien-do')).status_code == 404
    assert 'tien-do' in (await visitor.get(_path(receipt))).text
    assert 'tien-do' not in (await visitor.get(_path(result))).text


async def test_the_scanner_at_the_counter_finds_the_dossier_by_the_code_of_a_paper(world: World) -> None:
    one, _ = await resolved(world)
    for row in await rows():
        address = tokens.address_of(tokens.token_of(row.id))
        assert await inbox.find(world.binh, address) == one.dossier_id
        with pytest.raises(NotFound):
            await inbox.find(world.em, address)


async def test_a_result_is_no_paper_that_the_slip_opens(world: World) -> None:
    """Number and secret may lie on a slip that somebody found: the row of the result must not be a way around."""
    one, _ = await resolved(world)
    receipt, result = await rows()
    guest = opened(world, one)
    assert [paper.id for paper in await papers.documents_of(guest, one.dossier_id)] == [receipt.id]
    for who in (guest, world.binh):
        with pytest.raises(NotFound):
            await papers.open_document(who, result.id)


async def test_a_result_that_is_drawn_up_carries_the_code_it_will_be_issued_under(world: World) -> None:
    one = await filed(world)
    async with read() as db:
        ahead = await next_id(db, one.dossier_id)
    where = tokens.printed('http://portal.example/xac-thuc', tokens.token_of(ahead))
    data: dict[str, Any] = {
        'unit': {'above': '', 'name': 'Ủy ban nhân dân xã Tân Phú', 'place': 'Tân Phú'}, 'day': '2026-11-20T16:10',
        'code': 'H55', 'draft': False, 'groups': [], 'statement_title': 'Nội dung', 'statement': 'x', 'signer': 'Chủ tịch',
    }  # fmt: skip
    picture = pypdfium2.PdfDocument(make_result('Giấy thử', data | where))[0].render(scale=2).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    assert not zxingcpp.read_barcodes(pypdfium2.PdfDocument(make_result('Giấy thử', data))[0].render(scale=2).to_pil())
    await carried(world, one)
    assert found.text.endswith(tokens.token_of((await rows())[-1].id))


async def test_a_large_copy_is_hashed_in_pieces(world: World) -> None:
    await resolved(world)
    row = (await rows())[-1]
    checked = await public.check(anonymous(address='192.0.2.9'), tokens.token_of(row.id), BytesIO(b'x' * 3_000_000))
    assert checked.verdict == 'other' and checked.signatures == ()
