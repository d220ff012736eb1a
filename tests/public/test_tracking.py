"""Following a dossier on plain pages: the number tells how far, number and secret tell everything."""

import re
from datetime import timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import update

from app.clock import now
from app.db import write
from app.dossiers import commands
from app.dossiers.filing import Submitted
from models import SupplementRequest
from tests.support.world import ANSWERS, World, filed


@pytest.fixture
async def dossier(world: World) -> Submitted:
    """A dossier that a guest filed."""
    return await filed(world)


async def _send(visitor: AsyncClient, **fields: str) -> Response:
    """Fill in the form the way a browser does: with the hidden field of the page."""
    page = (await visitor.get('/tra-cuu')).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    return await visitor.post('/tra-cuu', data={'csrf': token[1], **fields})


async def test_the_number_alone_shows_how_far_and_never_who(visitor: AsyncClient, dossier: Submitted) -> None:
    sent = await _send(visitor, ma=f'  {dossier.filing_number.lower()} ', khoa='')
    assert sent.status_code == 303 and 'khoa' not in sent.headers['location']
    answer = await visitor.get(sent.headers['location'])
    text = answer.text
    assert answer.status_code == 200 and 'Cấp giấy thử' not in text and 'Mới đăng ký' in text
    assert '<progress class="mc-progress" max="100" value="10"' in text
    for private in (*ANSWERS.values(), 'giay.png', 'Giấy chứng minh', dossier.secret or ''):
        assert private not in text, private
    assert answer.headers['cache-control'] == 'no-store' and 'noindex' in text


async def test_the_public_page_follows_the_dossier(visitor: AsyncClient, world: World, dossier: Submitted) -> None:
    done = await commands.accept(world.binh, dossier.dossier_id, 1)
    text = (await visitor.get('/tra-cuu', params={'ma': done.official_code or ''})).text
    assert 'Được tiếp nhận' in text and 'Hẹn trả kết quả' in text and world.unit.name in text
    assert (await visitor.get('/tra-cuu', params={'ma': dossier.filing_number})).status_code == 200
    assert world.binh.name not in text


async def test_number_and_secret_show_everything_but_identity_pictures(
    visitor: AsyncClient, world: World, dossier: Submitted
) -> None:
    await commands.request_supplement(
        world.binh,
        dossier.dossier_id,
        1,
        reason='Ảnh mờ',
        items=[{'kind': 'document', 'id': 'proof', 'text': 'Chụp lại trang 2'}],
        guidance='Chụp nơi đủ sáng',
        contact='Ông Bình',
    )
    sent = await _send(visitor, ma=dossier.filing_number, khoa=(dossier.secret or '').lower())
    assert sent.status_code == 303 and sent.headers['location'] == f'/tra-cuu/{dossier.dossier_id}'
    assert dossier.secret and dossier.secret not in str(sent.headers) and 'HttpOnly' in sent.headers['set-cookie']
    text = (await visitor.get(sent.headers['location'])).text
    for words in (
        'Giấy chứng minh',
        'Chụp lại trang 2',
        'Chụp nơi đủ sáng',
        'giay.png',
        'Đã nộp hồ sơ',
        'Ông/bà cần bổ sung',
    ):
        assert words in text, words
    assert f'href="/ho-so/{dossier.dossier_id}"' in text
    assert ANSWERS['personal_id'] not in text and '<img' not in text
    assert 'Tính lại khi ông/bà bổ sung xong' in text and 'Hạn bổ sung: ' in text, 'the limit says why'
    assert 'Phiếu yêu cầu bổ sung ghi hạn' not in text
    async with write() as db:  # as if it had been written before a day off was decided
        await db.execute(update(SupplementRequest).values(limit_at=now() + timedelta(days=1)))
    moved = (await visitor.get(sent.headers['location'])).text
    assert re.findall(r'Xin gửi trước ([^.]+)', moved) == re.findall(r'Xin gửi trước ([^.]+)', text)
    assert 'Phiếu yêu cầu bổ sung ghi hạn' in moved
    public = (await visitor.get('/tra-cuu', params={'ma': dossier.filing_number})).text
    assert 'Tính lại khi ông/bà bổ sung xong' in public and 'Yêu cầu bổ sung giấy tờ' in public


async def test_a_wrong_secret_opens_nothing_and_is_not_written_back(visitor: AsyncClient, dossier: Submitted) -> None:
    wrong = await _send(visitor, ma=dossier.filing_number, khoa='AAAABBBB')
    unknown = await _send(visitor, ma='N55.242-010101-9999', khoa='AAAABBBB')
    for answer in (wrong, unknown):
        assert answer.status_code == 422 and 'AAAABBBB' not in answer.text
        assert 'set-cookie' not in answer.headers and '<title>Lỗi: ' in answer.text
        assert 'href="#ma"' in answer.text and 'aria-invalid="true"' in answer.text
    assert re.sub(r'value="[^"]*"', '', wrong.text) == re.sub(r'value="[^"]*"', '', unknown.text)


async def test_guessing_is_stopped_with_a_clear_word(visitor: AsyncClient, dossier: Submitted) -> None:
    answers = [await _send(visitor, ma=dossier.filing_number, khoa=f'AAAABBB{n}') for n in range(12)]
    assert answers[-1].status_code == 429 and 'Đã thử quá nhiều lần' in answers[-1].text
    right = await _send(visitor, ma=dossier.filing_number, khoa=dossier.secret or '')
    assert right.status_code == 429


async def test_an_empty_or_unknown_number_is_explained_beside_the_field(visitor: AsyncClient, world: World) -> None:
    empty = await _send(visitor, ma='   ', khoa='')
    assert empty.status_code == 422 and 'Nhập mã hồ sơ' in empty.text
    unknown = await visitor.get('/tra-cuu', params={'ma': '<b>H55</b>' + 'x' * 3000})
    assert unknown.status_code == 404 and 'Không có hồ sơ nào mang mã này' in unknown.text
    assert '<b>H55' not in unknown.text and len(unknown.text) < 20_000


async def test_a_form_that_we_did_not_draw_is_refused(visitor: AsyncClient, dossier: Submitted) -> None:
    answer = await visitor.post('/tra-cuu', data={'ma': dossier.filing_number, 'khoa': dossier.secret or ''})
    assert answer.status_code == 403 and 'set-cookie' not in answer.headers
    foreign = await visitor.post('/tra-cuu', files={'ma': ('a.txt', b'x')}, data={'csrf': 'x'})
    assert foreign.status_code == 400


async def test_an_unopened_dossier_asks_for_number_and_secret(visitor: AsyncClient, dossier: Submitted) -> None:
    for unknown in (dossier.dossier_id, 'A' * 22, 'x' * 400):
        answer = await visitor.get(f'/tra-cuu/{unknown}')
        assert answer.status_code == 404 and 'Xin nhập lại mã hồ sơ và mã bí mật' in answer.text
        assert 'Cấp giấy thử' not in answer.text


async def test_what_was_refused_leads_to_filing_again(visitor: AsyncClient, world: World, dossier: Submitted) -> None:
    sent = await _send(visitor, ma=dossier.filing_number, khoa=dossier.secret or '')
    assert 'Nộp lại' not in (await visitor.get(sent.headers['location'])).text
    await commands.refuse(world.binh, dossier.dossier_id, 1, 'Sai thẩm quyền')
    text = (await visitor.get(sent.headers['location'])).text
    assert 'Những gì ông/bà đã khai' in text and re.search(r'href="/ho-so/[^"]+"[^>]*>\s*Nộp lại', text)
