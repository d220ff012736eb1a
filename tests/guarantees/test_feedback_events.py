"""Events made by hand against the desk of feedback: nothing strange is taken, nobody else sees who complained."""

import re

import httpx
import pytest

from tests.guarantees.conftest import ELSEWHERE, HOME
from tests.guarantees.test_handmade_events import NO_TEXTS, TEXTS
from tests.guarantees.visit import House, Person, unchanged, visiting

PROMISES = 'G12'
NAME, WORDS = 'Trịnh Thị Phản Ánh', 'Cán bộ hẹn ba lần không trả kết quả'
TYPED = {
    'about': 'conduct', 'subject': 'Hẹn nhiều lần', 'text': WORDS, 'disclosure': 'named', 'full_name': NAME,
    'phone': '0912000333', 'unit': 'H55.243',
}  # fmt: skip


async def send(http: httpx.AsyncClient, **changes: str) -> str:
    """Send feedback by the plain form and return its code."""
    page = await http.get('/phan-anh')
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return re.findall(r'PA-\d{6}-\d{4}', (await http.post('/phan-anh', data={**hidden, **TYPED, **changes})).text)[0]


@pytest.fixture
async def feedback_id(house: House) -> str:
    """Feedback about the other commune, which the home unit has."""
    await house.ask('/forget')
    async with house.http() as http:
        code = await send(http)
    return str(house.one('SELECT id FROM feedback WHERE code = ?', code))


async def test_whoever_is_complained_about_learns_nothing_whatever_they_send(house: House, feedback_id: str) -> None:
    em = await house.person(ELSEWHERE.format('leader'))
    async with visiting(house, '/can-bo/phan-anh', em.cookies) as own:
        before = house.kept()
        for guess in (feedback_id, [feedback_id, 1], f'/can-bo/phan-anh/{feedback_id}', 'all', 'open', 'PA'):
            for listener in own.listeners():
                await own.emit(listener, guess)
        await own.quiet()
        assert not [text for text in own.heard if NAME in text or WORDS in text or 'Hẹn nhiều lần' in text]
        unchanged(house, before)
    async with house.http(em.cookies) as http:
        for path in (f'/can-bo/phan-anh/{feedback_id}', f'/can-bo/phan-anh/{feedback_id}/anh/{"x" * 22}'):
            answer = await http.get(path)
            assert answer.status_code == 404 and NAME not in answer.text and WORDS not in answer.text
    async with house.http() as http:
        assert (await http.get(f'/can-bo/phan-anh/{feedback_id}/anh/{"x" * 22}')).status_code == 404


async def test_strange_answers_in_the_dialogs_change_nothing_and_sensible_ones_do(
    house: House, feedback_id: str, binh: Person
) -> None:
    async with visiting(house, f'/can-bo/phan-anh/{feedback_id}', binh.cookies) as desk:
        assert NAME in desk.heard[0] and WORDS in desk.heard[0]
        await desk.press('Tiếp nhận xử lý')
        before = house.kept()
        for strange in (*NO_TEXTS, *TEXTS[:2]):
            await desk.answer('about', strange, within=desk.dialog())
            await desk.press('Tiếp nhận xử lý', within=desk.dialog())
        unchanged(house, before)
        await desk.answer('about', 'conduct', within=desk.dialog())
        for strange in (['x'], {'a': 1}, 'x' * 22, 7):
            await desk.answer('about_unit', strange, within=desk.dialog())
            await desk.press('Tiếp nhận xử lý', within=desk.dialog())
        unchanged(house, before)
        await desk.answer('about_unit', '', within=desk.dialog())
        await desk.press('Tiếp nhận xử lý', within=desk.dialog())
        assert house.one('SELECT state FROM feedback WHERE id = ?', feedback_id) == 'sorted'
        await desk.quiet()  # the panel follows the change of its own state as well: wait until it is drawn
        await desk.press('Nhận xử lý')
        assert house.one('SELECT handler_id FROM feedback WHERE id = ?', feedback_id) == binh.account_id


async def test_who_lost_the_grant_can_do_nothing_on_a_page_still_open(house: House, feedback_id: str) -> None:
    officer = await house.person(HOME.format('section_head'))
    async with visiting(house, f'/can-bo/phan-anh/{feedback_id}', officer.cookies) as desk:
        await house.ask(f'/lose/revoked/{officer.account_id}')
        before = house.kept()
        for listener in desk.listeners():
            await desk.emit(listener, 'x', 1)
        await desk.quiet()
        unchanged(house, before)
