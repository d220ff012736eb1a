"""Rating on plain pages: a link and one touch, without account and script; light, and silent about people."""

import gzip
import re
from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import select, update

from app import notifications
from app.db import read, write
from app.errors import NotFound
from app.ratings import commands, queries, tasks, tokens
from app.ratings.rules import Ballot
from app.settings import Settings
from models import Dossier, Message, Rating
from tests.public import site
from tests.ratings.ended import Ended, refused, returned
from tests.support.world import ANSWERS, World

WORDS = 'Chờ hai tiếng ở quầy số 3'


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    notifications.use_settings(Settings(base_url='http://test'))
    async with AsyncClient(transport=ASGITransport(site.application()), base_url='http://test') as client:
        yield client


async def _touch(visitor: AsyncClient, path: str, **fields: str | list[str]) -> Response:
    """Press a button of a page, as a browser without script does; follow where it leads."""
    token = re.search(r'name="csrf" value="([^"]+)"', (await visitor.get(path)).text)
    assert token
    return await visitor.post(path, data={'csrf': token[1], **fields}, follow_redirects=True)


async def _link(ended: Ended) -> str:
    async with write() as db:
        await db.execute(update(Dossier).where(Dossier.id == ended.id).values(contact_verified=True))
        dossier = await db.get_one(Dossier, ended.id)
        query = select(Message).where(Message.dossier_id == ended.id, Message.template.in_(('returned', 'refused')))
        message = (await db.execute(query)).scalar_one()
        return tokens.link_address(dossier, message).removeprefix('http://test')


async def _given() -> list[Rating]:
    async with read() as db:
        return list((await db.execute(select(Rating))).scalars())


async def test_a_link_and_one_touch_rate_and_more_can_be_said(visitor: AsyncClient, world: World) -> None:
    ended = await returned(world)
    path = await _link(ended)
    page = await visitor.get(path)
    assert page.status_code == 200 and not await _given()  # opening a link is no rating: programs that scan mail do it
    assert page.text.count('name="muc"') == 3 and '<script' not in page.text
    assert len(gzip.compress(page.content)) < 20_000
    thanked = await _touch(visitor, path, muc='1')
    assert 'Đã ghi nhận: Không hài lòng' in thanked.text and '10 ngày làm việc' in thanked.text
    more = await _touch(
        visitor, path, muc='1', reception='3', handling='1', handover='3', ly_do=['time', 'attitude'], loi=WORDS
    )
    assert WORDS in more.text and len(gzip.compress(more.content)) < 20_000
    (rating,) = await _given()
    assert (rating.level, rating.reception, rating.handling, rating.handover) == (1, 3, 1, 3)
    assert rating.reasons == ['time', 'attitude'] and rating.via == 'link'
    for text in (page.text, thanked.text):
        for private in (*ANSWERS.values(), world.binh.name, world.chi.name, ended.secret):
            assert private not in text, private
    assert page.headers['cache-control'] == 'no-store' and 'noindex' in page.text


async def test_number_and_secret_lead_there_and_the_dossiers_page_has_the_buttons(
    visitor: AsyncClient, world: World
) -> None:
    ended = await refused(world)
    wrong = await _touch(visitor, '/danh-gia', ma=ended.number, khoa='AAAAAAAA')
    unknown = await _touch(visitor, '/danh-gia', ma='X00000000', khoa='AAAAAAAA')
    assert wrong.status_code == unknown.status_code == 422
    alone = await _touch(visitor, '/danh-gia', ma=ended.number, khoa='')
    assert alone.status_code == 422 and '<a href="#khoa">Nhập mã bí mật</a>' in alone.text
    assert f'value="{ended.number}"' in alone.text and 'Nhập mã hồ sơ<' not in alone.text, 'only what is missing'
    opened = await _touch(visitor, '/danh-gia', ma=ended.number, khoa=ended.secret)
    assert opened.url.path == f'/danh-gia/ho-so/{ended.id}' and opened.text.count('name="muc"') == 3
    assert f'action="/danh-gia/ho-so/{ended.id}"' in (await visitor.get(f'/tra-cuu/{ended.id}')).text
    assert 'Đã ghi nhận: Hài lòng' in (await _touch(visitor, f'/danh-gia/ho-so/{ended.id}', muc='2')).text
    assert 'Ông/bà đã đánh giá: Hài lòng' in (await visitor.get(f'/tra-cuu/{ended.id}')).text


async def test_the_counters_code_leads_the_one_who_touched_on_and_nobody_else(
    visitor: AsyncClient, world: World
) -> None:
    ended = await refused(world)
    path = (await commands.offer(world.binh, ended.id)).removeprefix('http://test')
    thanked = await _touch(visitor, path, muc='3')
    assert thanked.status_code == 200 and thanked.url.path != path and 'Rất hài lòng' in thanked.text
    again = await visitor.get(path)
    assert again.text.count('name="muc"') == 3 and 'Đã ghi nhận' not in again.text, 'the counter learns nothing by it'
    assert (await _touch(visitor, path, muc='1')).status_code == 409
    assert 'Đã ghi nhận: Hài lòng' in (await _touch(visitor, thanked.url.path, muc='2', loi='Tốt')).text


async def test_what_was_typed_is_there_again_after_a_refusal(
    visitor: AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = await refused(world)
    path, own = await _link(ended), f'/danh-gia/ho-so/{ended.id}'
    await _touch(visitor, path, muc='3')
    await _touch(visitor, '/danh-gia', ma=ended.number, khoa=ended.secret)
    for address in (path, own):
        long = await _touch(visitor, address, muc='1', ly_do='time', loi='Dài ' * 300)
        assert long.status_code == 422 and 'Dài Dài' in long.text and 'value="time" checked' in long.text
    monkeypatch.setattr(commands, 'CHANGES', 1)
    many = await _touch(visitor, own, muc='1', loi=WORDS)
    assert many.status_code == 429 and WORDS in many.text
    monkeypatch.setattr(commands, 'TRIES', 1)
    many = await _touch(visitor, path, muc='1', loi=WORDS)
    assert many.status_code == 429 and WORDS in many.text and (await _given())[0].level == 3


async def test_a_link_that_dies_while_somebody_writes_is_said_in_words(
    visitor: AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = await refused(world)
    path, own = await _link(ended), f'/danh-gia/ho-so/{ended.id}'
    await _touch(visitor, '/danh-gia', ma=ended.number, khoa=ended.secret)
    token = re.search(r'name="csrf" value="([^"]+)"', (await visitor.get(path)).text)
    assert token

    async def gone(*_: object, **__: object) -> None:
        raise NotFound('ratings.link_dead')

    monkeypatch.setattr(queries, 'view_by_token', gone)
    monkeypatch.setattr(queries, 'view', gone)
    for address in (path, own):
        answer = await visitor.post(address, data={'csrf': token[1], 'muc': '9'})
        assert answer.status_code == 404 and 'name="khoa"' in answer.text, 'the way on: number and secret'


async def test_what_is_made_by_hand_is_refused_and_changes_nothing(visitor: AsyncClient, world: World) -> None:
    ended, other = await refused(world), await refused(world)
    path = await _link(ended)
    assert (await visitor.post(path, data={'muc': '3'})).status_code == 403
    for level in ('', '0', '4', '-1', '33', '³', 'x'):
        assert (await _touch(visitor, path, muc=level)).status_code == 422, level
    assert (await _touch(visitor, path, muc='3', loi='x' * 1001)).status_code == 422
    token = re.search(r'name="csrf" value="([^"]+)"', (await visitor.get(path)).text)
    assert token
    for foreign in (f'/danh-gia/ho-so/{other.id}', f'/danh-gia/ho-so/{ended.id}', '/danh-gia/' + 'A' * 62):
        assert (await visitor.post(foreign, data={'csrf': token[1], 'muc': '3'})).status_code == 404
        assert (await visitor.get(foreign)).status_code == 404
    assert not await _given()


async def test_the_answer_is_read_where_the_rating_was_given(visitor: AsyncClient, world: World) -> None:
    ended = await refused(world)
    await commands.rate(ended.me, ended.id, Ballot(1, words=WORDS))
    await tasks.answer(world.dung, ended.id, 'Chúng tôi xin lỗi và đã nhắc nhở.')
    page = await visitor.get(await _link(ended))
    assert 'Chúng tôi xin lỗi' in page.text and 'name="muc"' not in page.text
    assert world.dung.name not in page.text
