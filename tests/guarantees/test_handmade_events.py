"""Events made by hand against the real screens: only who may act acts, once, and whatever else is sent changes nothing.

Each test lets the attack arrive and also shows that the same event works for whom it is meant.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import socketio

from tests.guarantees.attacker import connected
from tests.guarantees.conftest import ELSEWHERE, HOME
from tests.guarantees.visit import House, Listener, Person, Raw, Visit, changed, unchanged, visiting

PROMISES = 'G12, G14, section 1'

FORM = '/nop/cap-giay-thu/{token}?trang={stop}'
REFUSE, NOTE = 'Từ chối tiếp nhận', 'Giấy chứng minh không đọc được'
TEXTS = ('x', 'x' * 90_000, 'không\0có', '../../etc/passwd', "'; DROP TABLE dossier; --")
NO_TEXTS: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, '', ' \0 ', {}, {'value': 1}, {'$ne': None}, [], [[]], [None], [[[[[[['sâu']]]]]]],
    [{'kind': 'document', 'id': 'x'}], ['x'] * 500, {'x': {'y': ['z']}}, Raw('NaN'), Raw('Infinity'), Raw('1e308'), Raw('1e999'),
    Raw('{'), Raw('[' * 5_000), Raw('"\\ud800"'),
)  # fmt: skip
"""What no browser of ours sends: wrong types, absurd sizes, numbers that are none, text that is no JSON."""


@asynccontextmanager
async def refusing(house: House, officer: Person, dossier_id: str) -> AsyncIterator[Visit]:
    """An officer has a dossier open and is about to refuse it: the reason is typed, one press is left."""
    async with visiting(house, f'/can-bo/ho-so/{dossier_id}', officer.cookies) as desk:
        await desk.press(REFUSE)
        await desk.answer('note', NOTE, within=desk.dialog())
        yield desk


def last_press(desk: Visit) -> Listener:
    """Return the button that carries out what the open dialog asks about."""
    return desk.find('press', within=desk.dialog())


def status(house: House, dossier_id: str) -> int:
    return int(house.one('SELECT status FROM dossier WHERE id = ?', dossier_id))


# --- who is not meant ------------------------------------------------------------------------------------------------


async def test_a_stranger_with_all_ids_of_an_officers_page_changes_nothing(
    house: House, dossier: dict[str, str], binh: Person
) -> None:
    em, citizen = await house.person(ELSEWHERE.format('intake')), await house.person('citizen')
    async with refusing(house, binh, dossier['id']) as desk:
        before, came, sent = house.kept(), await house.received(), 0
        stolen = desk.listeners()
        assert len(stolen) > 10
        for stranger, path in ((em, '/can-bo'), (citizen, '/ho-so'), (Person('', {}), '/nop')):
            async with visiting(house, path, stranger.cookies) as own:
                for listener in stolen:
                    for client_id in (desk.page.client_id, own.page.client_id):
                        await own.socket.emit('event', own.message(listener, 'x', 1, client_id=client_id))
                        sent += 1
                await own.quiet()
            with pytest.raises(socketio.exceptions.ConnectionError):
                async with connected(desk.page, cookies={**stranger.cookies, **own.page.cookies}):
                    pass
        assert await house.received() - came == sent, 'every event reached the server'
        unchanged(house, before)
        await desk.send(last_press(desk))
    assert status(house, dossier['id']) == 3, 'the officer whose page it is goes on undisturbed'


async def test_a_stranger_learns_nothing_by_address_guess_or_list(
    house: House, dossier: dict[str, str], binh: Person
) -> None:
    em = await house.person(ELSEWHERE.format('intake'))
    secrets = ('Nguyễn Thị An', '0912345678', 'an@example.com')
    async with visiting(house, '/can-bo', em.cookies) as own:
        for guess in (dossier['id'], [dossier['id'], 1], f'/can-bo/ho-so/{dossier["id"]}', dossier['number'], 'all'):
            for listener in own.listeners():
                await own.emit(listener, guess)
            await own.quiet()
        new = await house.ask('/dossier')
        await own.quiet()
        assert not [text for text in own.heard if any(word in text for word in (*secrets, new['id'], new['number']))]
    paper = house.one('SELECT id FROM attachment WHERE dossier_id = ?', dossier['id'])
    paths = [f'/can-bo/ho-so/{dossier["id"]}', f'/tra-cuu/{dossier["id"]}', f'/tep/{paper}', f'/tep/{paper}/trang/1']
    async with house.http(em.cookies) as http:
        answers = [await http.get(path) for path in paths]
    assert not [word for answer in answers for word in secrets if word in answer.text]
    assert [answer.status_code for answer in answers[1:]] == [404, 404, 404]
    async with visiting(house, paths[0], binh.cookies) as desk:
        assert secrets[0] in desk.heard[0]
        await desk.send(desk.find('pick', label='Hồ sơ'), 'answers')
        assert desk.said(secrets[2]), 'whom it concerns sees it'


@pytest.mark.parametrize('how', ['signed-out', 'deactivated', 'revoked', 'ended'])
async def test_who_has_lost_their_rights_changes_nothing_on_a_page_still_open(
    house: House, dossier: dict[str, str], how: str
) -> None:
    officer = await house.person(HOME.format('intake'))
    async with refusing(house, officer, dossier['id']) as desk:
        mark = next(q for q in desk.questions() if ['ok', 'Đạt'] in desk.props(q).get('options', []))
        await desk.send(mark, 'ok', 1)
        assert house.one("SELECT count(*) FROM event WHERE action = 'check_paper' AND dossier_id = ?", dossier['id'])
        if how == 'signed-out':
            await sign_out(house, desk)
        else:
            await house.ask(f'/lose/{how}/{officer.account_id}')
        before, came = house.kept(), await house.received()
        everything = desk.listeners()
        await desk.emit(mark, 'missing', 2)
        for listener in (last_press(desk), *everything):
            await desk.emit(listener, 'x', 1)
        await desk.quiet()
        assert await house.received() - came == len(everything) + 2, 'the socket is still open'
        unchanged(house, before)
    assert status(house, dossier['id']) == 1


async def sign_out(house: House, desk: Visit) -> None:
    """Sign out by the form of the page, in another tab of the same browser."""
    found = re.search(r'name=\W*csrf\W+value=\W*(\w+)', desk.heard[0])
    assert found
    async with house.http(desk.page.cookies) as http:
        assert (await http.post('/dang-xuat', data={'csrf': found[1]})).headers['location'].startswith('/dang-nhap')


# --- what cannot be meant --------------------------------------------------------------------------------------------


async def test_a_press_on_an_old_screen_is_refused_in_words(
    house: House, dossier: dict[str, str], binh: Person
) -> None:
    async with refusing(house, binh, dossier['id']) as old:
        async with refusing(house, await house.person(HOME.format('intake')), dossier['id']) as fresh:
            await fresh.send(last_press(fresh))
        assert status(house, dossier['id']) == 3
        before = house.kept()
        await old.send(last_press(old))
        await old.send(old.find('press', 'Tiếp nhận'))
        unchanged(house, before)
        assert old.said('Xin tải lại để xem nội dung mới rồi quyết định.')


@pytest.mark.parametrize('role', ['intake', 'case_officer', 'leader'])
async def test_answers_that_no_dialog_offers_are_refused(house: House, dossier: dict[str, str], role: str) -> None:
    acts = {
        'intake': ('Tiếp nhận', 'Từ chối tiếp nhận', 'Yêu cầu bổ sung', 'Cấp lại mã bí mật'),
        'case_officer': ('Chuyển bước sau', 'Yêu cầu bổ sung', 'Trả lại bước trước', 'Dừng giải quyết'),
        'leader': ('Trả lại bước trước', 'Giao người khác', 'Dừng giải quyết'),
    }[role]
    officer = await brought_to(house, dossier['id'], role)
    async with visiting(house, f'/can-bo/ho-so/{dossier["id"]}', officer.cookies) as desk:
        before = house.kept()
        for act in acts:
            await desk.press(act)
            opened = desk.dialog()
            asks_words_only = act in ('Từ chối tiếp nhận', 'Yêu cầu bổ sung', 'Trả lại bước trước')
            for strange in NO_TEXTS if asks_words_only else (*NO_TEXTS, *TEXTS):
                if act == 'Chuyển bước sau' and strange in (None, 0, '', {}, []):
                    continue  # "to whoever holds the role"
                for question in desk.questions(opened):
                    await desk.emit(question, strange, 1)
                await desk.send(last_press(desk))
                assert desk.dialog() == opened, f'{act}: {str(strange)[:80]}'
            await desk.send(desk.find('dismiss', within=opened))
        unchanged(house, before)
        await desk.press(acts[1])
        for question in desk.questions(desk.dialog()):
            offered = desk.props(question).get('options')
            key = offered[-1][0] if offered else 'Nguyễn Văn Thử'
            await desk.send(question, [key] if desk.props(question)['kind'] == 'checkboxes' else key, 1)
        await desk.send(last_press(desk))
        assert changed(before[0], house.rows()), 'what is offered is taken'


async def brought_to(house: House, dossier_id: str, role: str) -> Person:
    """Return an officer who holds the dossier's open step."""
    intake = await house.person(HOME.format('intake'))
    if role == 'intake':
        return intake
    clerk = await house.person(HOME.format('case_officer'))
    version = 1
    path = [(intake, 'accept'), (intake, 'forward'), (clerk, 'take')]
    leader = await house.person(HOME.format('leader'))
    path += [(clerk, 'forward'), (leader, 'take')] if role == 'leader' else []
    for person, act in path:
        version = (await house.ask(f'/move/{dossier_id}/{person.account_id}/{act}/{version}'))['version']
    return leader if role == 'leader' else clerk


async def test_nothing_strange_that_a_screen_hears_changes_anything(
    house: House, dossier: dict[str, str], binh: Person
) -> None:
    citizen = await house.person('citizen')
    draft = await house.ask('/draft')
    places = [(f'/can-bo/ho-so/{dossier["id"]}', binh.cookies), ('/ho-so', citizen.cookies), ('/nop', {})]
    places += [(FORM.format(stop=stop, **draft), {}) for stop in ('giay-to', 'xem-lai')]
    for path, cookies in places:
        async with visiting(house, path, cookies) as own:
            before, came, sent = house.kept(), await house.received(), 0
            hearing = [each for each in own.listeners() if each.kind != 'press']
            for strange in (*NO_TEXTS, *TEXTS):
                for listener in hearing:
                    await own.emit(listener, strange)
                    await own.emit(listener, strange, strange)
                    sent += 2
                await own.quiet()
            assert await house.received() - came == sent > 50
            unchanged(house, before)
            elements = len(own.elements)
            assert elements > 10, 'the screen still stands'
    async with refusing(house, binh, dossier['id']) as desk:
        await desk.send(last_press(desk))
    assert status(house, dossier['id']) == 3, 'and the service goes on'


async def test_a_message_of_a_megabyte_ends_at_most_its_own_connection(
    house: House, dossier: dict[str, str], binh: Person
) -> None:
    async with refusing(house, binh, dossier['id']) as desk:
        before = house.kept()
        for size in (200_000, 950_000):
            await desk.send(desk.find('find'), 'x' * size)
        with pytest.raises(socketio.exceptions.SocketIOError):  # its own connection is cut
            async with visiting(house, f'/can-bo/ho-so/{dossier["id"]}', binh.cookies) as other:
                gone = asyncio.Event()
                other.socket.on('disconnect', lambda *_: gone.set())
                await other.emit(other.find('find'), 'x' * 1_100_000)
                await asyncio.wait_for(gone.wait(), 60)
        async with house.http(timeout=10) as http:
            assert (await http.get('/healthz')).status_code == 200
        unchanged(house, before)
        await desk.send(last_press(desk))
    assert status(house, dossier['id']) == 3


# --- once is enough --------------------------------------------------------------------------------------------------


async def test_fifty_submit_events_make_one_dossier_and_one_set_of_messages(house: House) -> None:
    draft = await house.ask('/draft')
    path = FORM.format(stop='xem-lai', **draft)
    before, came = house.rows(), await house.received()
    async with visiting(house, path) as one, visiting(house, path) as two:
        for page in (one, two):
            await page.answer('cam-doan', True)
            for _ in range(25):
                await page.emit(page.find('press', label='Gửi hồ sơ'))
        await one.quiet()
        await two.quiet()
    assert await house.received() - came == 52
    new = changed(before, house.rows())
    assert len(new['dossier']) == 1
    assert [len(new[table]) for table in ('message', 'event', 'answer_sheet', 'party', 'clock_segment')] == [1] * 5
    mine = house.one('SELECT dossier_id FROM draft WHERE id = ?', draft['draft_id'])
    assert house.one('SELECT count(*) FROM dossier WHERE id = ?', mine) == 1


async def test_an_undeclared_draft_is_not_sent_however_often_one_presses(house: House) -> None:
    draft = await house.ask('/draft')
    async with visiting(house, FORM.format(stop='xem-lai', **draft)) as page:
        before = house.kept()
        for raw in (1, 'true', [True], {'checked': True}):
            await page.answer('cam-doan', raw)
            await page.press('Gửi hồ sơ')
        unchanged(house, before)
        await page.answer('cam-doan', True)
        await page.press('Gửi hồ sơ')
    assert house.one('SELECT dossier_id FROM draft WHERE id = ?', draft['draft_id'])


async def test_answers_of_unknown_questions_and_wrong_types_leave_the_earlier_ones_alone(house: House) -> None:
    draft = await house.ask('/draft')
    async with visiting(house, FORM.format(stop='applicant', **draft)) as page:
        orphan = page.find('orphan')
        before = house.kept()
        for name in ('khong_co', 'members[0].name', '__class__', '', 'x' * 5_000, None, 7, ['reason'], 'reason[99].x'):
            await page.emit(orphan, name, 'giả', 1)
        await page.quiet()
        unchanged(house, before)
        for strange in (*NO_TEXTS, 'x' * 90_000):
            await page.answer('full_name', strange)
            await page.answer('personal_id', strange)
        assert page.said('Xin')
    kept = await house.ask(f'/answers/{draft["token"]}')
    assert {key: kept[key] for key in ('phone', 'email', 'reason')} == {
        'phone': '+84912345678',
        'email': 'an@example.com',
        'reason': 'Cần giấy thử',
    }
    async with visiting(house, FORM.format(stop='applicant', **draft)) as page:
        await page.answer('full_name', 'Trần Thị Hoa')
        await page.answer('personal_id', '001190000123')
    assert (await house.ask(f'/answers/{draft["token"]}'))['full_name'] == 'Trần Thị Hoa'
