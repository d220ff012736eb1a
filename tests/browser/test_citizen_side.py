"""On a narrow telephone: a supplement that is sent too late goes on with the secret; the account is within reach."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site
from tests.browser.filling import ready, sign_in
from tests.browser.test_citizen import filed, follow


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate('document.documentElement.scrollWidth > window.innerWidth'))


def test_a_supplement_after_two_hours_asks_for_the_secret_and_goes_on(page: Page, site: Site) -> None:
    _, number, secret = filed(page)
    known = follow(page, number, secret)
    site.officer(f'ask/{known}?document=copies')
    page.reload()
    ready(page)
    page.get_by_role('button', name='Bổ sung ngay').click()
    expect(page.get_by_text('Hồ sơ CHƯA được gửi')).to_be_visible()
    expect(page.get_by_text('Nơi tiếp nhận', exact=True)).to_be_visible()
    page.context.clear_cookies(name='motcua_dossier')  # what is left after two hours
    page.reload()
    ready(page)
    page.get_by_label(re.compile('cam đoan', re.IGNORECASE)).check()
    page.get_by_role('button', name='Gửi hồ sơ').click()
    asked = page.get_by_role('dialog')
    expect(asked).to_contain_text('Đã quá 2 giờ')
    assert not is_too_wide(page)
    asked.get_by_label('Mã bí mật').fill('AAAA AAAA')
    asked.get_by_role('button', name='Gửi hồ sơ').click()
    expect(asked.get_by_role('alert')).to_contain_text('Mã bí mật không đúng')
    asked.get_by_label('Mã bí mật').fill(f'{secret[:4]} {secret[4:].lower()}')
    asked.get_by_role('button', name='Gửi hồ sơ').click()
    expect(page.get_by_role('heading', name='Đã gửi hồ sơ')).to_be_visible()
    assert page.locator('.mc-panel .mc-code').inner_text() != number
    page.goto(f'/ho-so/{known}/bo-sung')
    ready(page)
    expect(page.get_by_label('Mã bí mật')).to_be_visible()


def test_the_account_is_within_reach_on_plain_pages_and_inside(page: Page, phone: BrowserContext, site: Site) -> None:
    sign_in(page, 'Nguyễn Thị An')
    page.goto('/thu-tuc')
    assert not is_too_wide(page)
    page.get_by_role('link', name='Thông tin tài khoản').click()
    expect(page).to_have_url(re.compile('/tai-khoan$'))
    phone.add_cookies([{'name': 'theme', 'value': 'dark', 'url': site.url}])
    page.goto('/nop', wait_until='commit')
    assert page.locator('html').get_attribute('data-theme') == 'dark', 'before anything is drawn'
    ready(page)
    page.locator('.mc-menu > summary').click()
    for name in ('Thông tin tài khoản', 'Mật khẩu và bảo mật'):
        expect(page.locator('.mc-menu').get_by_role('link', name=name)).to_be_in_viewport()
    expect(page.locator('.mc-menu').get_by_role('button', name='Đăng xuất')).to_be_in_viewport()
    assert not is_too_wide(page)
    page.locator('.mc-menu').get_by_role('button', name='Đăng xuất').click()
    expect(page).to_have_url(re.compile('/dang-nhap'))
    page.goto('/thu-tuc')
    expect(page.get_by_role('link', name='Thông tin tài khoản')).to_have_count(0)
