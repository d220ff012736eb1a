"""Whole stories on the plain pages of accounts, over HTTP without a script."""

import re
from collections.abc import Callable

import pytest

from app import notifications
from app.accounts import commands
from app.demo.people import prepare_people
from app.demo.units import prepare_units
from app.limits import forget_all
from app.notifications.links import link_address
from app.settings import Settings
from models.enums import LinkPurpose, Role
from tests.accounts import house as h
from tests.accounts.browser import Browser, Forms, portal
from tests.accounts.house import PASSWORD, House

DEMO = Settings(demo=True, base_url='http://portal.example')


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
def visitor(house: House) -> Browser:
    return Browser(portal())


async def mailed(template: str) -> str:
    """Return the path of the link in the last letter."""
    message = (await h.messages(template))[-1]
    purpose = LinkPurpose.VERIFY_EMAIL if template == 'verify_email' else LinkPurpose.SET_PASSWORD
    return link_address(purpose, str(message.data['link'])).removeprefix('http://portal.example')


def error_of(page: str, field: str) -> str:
    """Return what a page says is wrong with a field."""
    found = re.search(rf'id="{field}-error">.*?</span>(.*?)</p>', page, re.DOTALL)
    return found[1].strip() if found else ''


async def test_a_citizen_registers_confirms_and_is_in(visitor: Browser) -> None:
    await visitor.open('/dang-ky')
    page = await visitor.send(full_name='Đỗ Thị Mai', email='mai@dan.example', phone='12', password='ngắn')
    assert page.status_code == 422 and '<title>Lỗi: ' in page.text
    assert error_of(page.text, 'phone') and error_of(page.text, 'password')
    kept = Forms(page.text).found[0][1]
    assert kept['full_name'] == 'Đỗ Thị Mai' and kept['password'] == '' and kept['kind'] == 'citizen'
    await visitor.send(phone='0912345678', password=PASSWORD)
    assert visitor.at == '/dang-ky/da-gui'
    await visitor.open(await mailed('verify_email'))
    assert 'mai@dan.example' in visitor.page.text
    await visitor.send(password='sai mật khẩu')
    assert error_of(visitor.page.text, 'password')
    await visitor.send(password=PASSWORD)
    assert visitor.at == '/ho-so'
    await visitor.open('/tai-khoan')
    assert 'value="Đỗ Thị Mai"' in visitor.page.text and 'value="0912 345 678"' in visitor.page.text


async def test_looking_at_a_link_uses_nothing_up(visitor: Browser, house: House) -> None:
    await visitor.open('/quen-mat-khau')
    await visitor.send(email='an@dan.example')
    assert visitor.at == '/quen-mat-khau/da-gui'
    link = await mailed('set_password')
    for _ in range(3):
        assert (await visitor.open(link)).status_code == 200
    await visitor.send(password='một mật khẩu khác')
    assert visitor.at == '/dang-nhap?tin=mat-khau' and 'Mật khẩu mới đã được lưu' in visitor.page.text
    assert 'không còn dùng được' in (await visitor.open(link)).text
    await visitor.open('/dang-nhap')
    await visitor.send('/dang-nhap', email='an@dan.example', password='một mật khẩu khác')
    assert visitor.at == '/ho-so'


async def test_a_reset_looks_the_same_for_an_unknown_address(visitor: Browser) -> None:
    pages = []
    for email in ('an@dan.example', 'nobody@dan.example'):
        await visitor.open('/quen-mat-khau')
        pages.append((await visitor.send(email=email)).text)
    assert pages[0] == pages[1]


async def test_staff_sign_in_with_password_and_code_and_go_where_they_wanted(visitor: Browser, house: House) -> None:
    await visitor.open('/dang-nhap?next=%2Fcan-bo%2Fho-so%2Fabc')
    before = visitor.client.cookies.get('motcua_session')
    await visitor.send('/dang-nhap', email='binh@xa.example', password=PASSWORD)
    assert visitor.at.startswith('/dang-nhap/xac-thuc')
    half = visitor.client.cookies['motcua_session']
    await visitor.send(code='000 000')
    assert error_of(visitor.page.text, 'code')
    await visitor.send(code=await h.code(house.binh))
    assert visitor.at == '/can-bo/ho-so/abc'
    assert before is None and visitor.client.cookies['motcua_session'] != half


async def test_new_staff_enrol_on_the_way(visitor: Browser, house: House) -> None:
    new = await h.account('moi@xa.example', (Role.CLERK, house.commune), totp_sealed=None, totp_confirmed_at=None)
    await visitor.open('/dang-nhap')
    await visitor.send('/dang-nhap', email='moi@xa.example', password=PASSWORD)
    assert visitor.at == '/dang-nhap/thiet-lap' and '<svg' in visitor.page.text
    assert (await visitor.open('/tai-khoan')).url.path == '/dang-nhap', 'a half session opens nothing'
    await visitor.open('/dang-nhap/xac-thuc')
    assert visitor.at == '/dang-nhap/thiet-lap'
    await visitor.send(code='123')
    assert error_of(visitor.page.text, 'code') and '<svg' in visitor.page.text
    await visitor.send(code=await h.code(new))
    assert visitor.at == '/can-bo'


async def test_signing_out_takes_the_session_and_the_cookies(visitor: Browser, house: House) -> None:
    await visitor.open('/dang-nhap')
    await visitor.send('/dang-nhap', email='an@dan.example', password=PASSWORD)
    token = visitor.client.cookies['motcua_session']
    await visitor.open('/tai-khoan')
    await visitor.send('/dang-xuat')
    assert visitor.at == '/dang-nhap?tin=da-dang-xuat' and 'motcua_session' not in visitor.client.cookies
    visitor.client.cookies.set('motcua_session', token)
    assert (await visitor.open('/tai-khoan')).url.path == '/dang-nhap'


async def test_the_personal_number_is_kept_but_not_sent_back(visitor: Browser) -> None:
    await visitor.open('/dang-nhap')
    await visitor.send('/dang-nhap', email='an@dan.example', password=PASSWORD)
    await visitor.open('/tai-khoan')
    typed = {'personal_id': '001190012345', 'birth_date': '14/3/1990', 'gender': 'female'}
    await visitor.send('/tai-khoan', **typed, address_commune='xã Tân Phú')
    assert error_of(visitor.page.text, 'address_province')
    assert visitor.page.status_code == 422 and 'value="14/3/1990"' in visitor.page.text
    await visitor.send('/tai-khoan', **typed, address_province='19')
    assert visitor.at == '/tai-khoan?da=luu' and 'Đã lưu' in visitor.page.text, re.findall(
        'mc-error.*', visitor.page.text
    )
    assert '001190012345' not in visitor.page.text and '•••••••••345' in visitor.page.text
    assert 'value="14/03/1990"' in visitor.page.text and '<option value="19" selected>' in visitor.page.text
    assert visitor.page.headers['cache-control'] == 'no-store'


async def test_a_citizen_minds_the_security_of_the_account(visitor: Browser, house: House) -> None:
    await visitor.open('/dang-nhap')
    await visitor.send('/dang-nhap', email='an@dan.example', password=PASSWORD)
    other = Browser(portal(), 'Firefox Windows')
    await other.open('/dang-nhap')
    await other.send('/dang-nhap', email='an@dan.example', password=PASSWORD)
    page = await visitor.open('/tai-khoan/bao-mat')
    assert 'Chrome, Android' in page.text and 'Firefox, Windows' in page.text
    await visitor.send('/tai-khoan/bao-mat/phien')
    assert 'Firefox' not in visitor.page.text and (await other.open('/tai-khoan')).url.path == '/dang-nhap'
    await visitor.send('/tai-khoan/bao-mat/mat-khau', current='sai', password='một mật khẩu khác')
    assert error_of(visitor.page.text, 'current')
    await visitor.send('/tai-khoan/bao-mat/mat-khau', current=PASSWORD, password='một mật khẩu khác')
    assert visitor.at == '/tai-khoan/bao-mat?da=doi'
    await visitor.send('/tai-khoan/bao-mat/bat')
    assert visitor.at == '/tai-khoan/bao-mat/thiet-lap'
    await visitor.send(code=await h.code(house.an))
    assert visitor.at == '/tai-khoan/bao-mat?da=bat' and 'Đang bật' in visitor.page.text
    await visitor.send('/tai-khoan/bao-mat/tat', password_again='một mật khẩu khác')
    assert 'Đang tắt' in visitor.page.text


@pytest.mark.parametrize(
    'path',
    [
        '/dang-nhap',
        '/dang-nhap/trinh-dien',
        '/dang-nhap/xac-thuc',
        '/dang-nhap/thiet-lap',
        '/dang-xuat',
        '/dang-ky',
        '/quen-mat-khau',
        '/dat-mat-khau/x',
        '/xac-nhan-email/x',
        '/tai-khoan',
        '/tai-khoan/bao-mat/mat-khau',
        '/tai-khoan/bao-mat/phien',
        '/tai-khoan/bao-mat/bat',
        '/tai-khoan/bao-mat/thiet-lap',
        '/tai-khoan/bao-mat/tat',
    ],
)
@pytest.mark.parametrize('csrf', [None, '', 'forged', 'ư' * 64])
async def test_no_form_is_taken_that_we_did_not_draw(
    house: House, visitor: Browser, path: str, csrf: str | None
) -> None:
    notifications.use_settings(DEMO)
    visitor.client.cookies.set('motcua_session', token := await h.token(house.an))
    answer = await visitor.client.post(path, data={} if csrf is None else {'csrf': csrf})
    assert answer.status_code == 403, answer.text
    assert (await h.again(token)).account_id == house.an and await h.messages() == []


async def test_another_browsers_form_is_not_taken(visitor: Browser) -> None:
    await visitor.open('/dang-nhap')
    stolen = Forms(visitor.page.text).found[0][1]['csrf']
    other = Browser(portal())
    await other.open('/dang-nhap')
    answer = await other.client.post(
        '/dang-nhap', data={'csrf': stolen, 'email': 'an@dan.example', 'password': PASSWORD}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    'elsewhere',
    ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a\r\nSet-Cookie: x=1'],
)
async def test_signing_in_leads_nowhere_else(visitor: Browser, elsewhere: str) -> None:
    await visitor.open('/dang-nhap')
    csrf = Forms(visitor.page.text).found[0][1]['csrf']
    typed = {'csrf': csrf, 'email': 'an@dan.example', 'password': PASSWORD, 'next': elsewhere}
    answer = await visitor.client.post('/dang-nhap', data=typed)
    assert (answer.status_code, answer.headers['location']) == (303, '/ho-so')
    assert (await visitor.client.get('/dang-nhap', params={'next': elsewhere})).headers['location'] == '/ho-so'


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(visitor: Browser) -> None:
    await visitor.open('/dang-nhap')
    csrf = Forms(visitor.page.text).found[0][1]['csrf']
    answer = await visitor.client.post(
        '/dang-nhap', data={'csrf': csrf, 'email': 'an@dan.example', 'password': PASSWORD}
    )
    cookie = answer.headers['set-cookie']
    assert 'HttpOnly' in cookie and 'SameSite=Lax' in cookie and 'Path=/' in cookie


async def test_too_many_tries_are_told_without_telling_whether_the_account_exists(visitor: Browser) -> None:
    pages = []
    for email in ('an@dan.example', 'nobody@dan.example'):
        await visitor.open('/dang-nhap')
        for _ in range(11):
            await visitor.send('/dang-nhap', email=email, password='sai')
        assert visitor.page.status_code == 429
        pages.append(re.search(r'<div class="mc-errors".*?</div>', visitor.page.text, re.DOTALL))
    assert pages[0] and pages[1] and pages[0][0] == pages[1][0]


async def test_the_first_administrator_names_the_agency(database: None) -> None:
    notifications.use_settings(Settings(base_url='http://portal.example'))
    await forget_all()
    visitor = Browser(portal())
    await visitor.open(commands.create_admin_link('sep@xa.example').removeprefix('http://portal.example'))
    await visitor.send(password=PASSWORD, full_name='Lê Văn Sếp', unit_name='Xã Tân Phú', unit_code='sai')
    assert error_of(visitor.page.text, 'unit_code') and 'value="Xã Tân Phú"' in visitor.page.text
    await visitor.send(password=PASSWORD, unit_code='H55.242')
    await visitor.send('/dang-nhap', email='sep@xa.example', password=PASSWORD)
    assert visitor.at == '/dang-nhap/thiet-lap' and 'Xã Tân Phú' in visitor.page.text


async def test_the_demonstration_shows_its_people_and_lets_one_in_by_a_press(database: None) -> None:
    notifications.use_settings(DEMO)
    await prepare_units(DEMO)
    await prepare_people(DEMO)
    visitor = Browser(portal())
    page = await visitor.open('/dang-nhap')
    assert len(Forms(page.text).found) == 13 and 'dung@motcua.example' in page.text
    person = next(f for a, f in Forms(page.text).found if f.get('person') == 'dung')
    answer = await visitor.client.post('/dang-nhap/trinh-dien', data=person)
    assert (answer.status_code, answer.headers['location']) == (303, '/can-bo')


async def test_a_real_installation_shows_nobody_and_lets_nobody_in_by_a_press(visitor: Browser) -> None:
    page = await visitor.open('/dang-nhap')
    assert len(Forms(page.text).found) == 1 and 'motcua.example' not in page.text
    csrf = Forms(page.text).found[0][1]['csrf']
    answer = await visitor.client.post('/dang-nhap/trinh-dien', data={'csrf': csrf, 'person': 'khanh'})
    assert answer.status_code == 404 and 'motcua_session' not in visitor.client.cookies


LONG: Callable[[], str] = lambda: 'x' * 100_000  # noqa: E731


@pytest.mark.parametrize('field', ['email', 'password', 'next', 'full_name', 'phone', 'code'])
@pytest.mark.parametrize('value', [LONG(), '\x00\ud7ff', '<script>alert(1)</script>', '🙂' * 300, "' OR 1=1 --"])
async def test_hostile_text_gets_a_plain_answer(visitor: Browser, field: str, value: str) -> None:
    for path in ('/dang-nhap', '/dang-ky', '/quen-mat-khau'):
        await visitor.open(path)
        answer = await visitor.send(path, **{field: value})
        assert answer.status_code in (200, 422, 429), (path, answer.status_code)
        assert '<script>' not in answer.text
