"""Administration in Chromium: an address of another system is added, tried, looked after and removed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.desk import LYING, Office, Tablet, faults

TWO = ((360, 740), (1180, 820))


@pytest.fixture(scope='module')
def office(browser: Browser, site: Site) -> Iterator[Office]:
    yield Office(browser, site)


def clean(tablet: Tablet, name: str) -> None:
    """Look at what is open."""
    assert faults(tablet.page, name, TWO) == []
    tablet.page.set_viewport_size(LYING)


def test_an_address_is_added_tried_and_removed(office: Office) -> None:
    with office.tablet('khanh', LYING) as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/bao-tin')
        clean(khanh, 'no address')
        page.get_by_role('button', name='Thêm địa chỉ').click()
        dialog.get_by_label('Tên hệ thống nhận').fill('Trục liên thông tỉnh')
        dialog.get_by_label('Địa chỉ').fill('https://10.0.0.1/')
        dialog.get_by_label('Hồ sơ của đơn vị').select_option(index=1)
        khanh.confirm('Thêm địa chỉ').click()
        expect(dialog.locator('.mc-error')).to_contain_text('phải bắt đầu bằng https://')
        clean(khanh, 'wrong address')
        dialog.get_by_label('Địa chỉ').fill('https://lgsp.example/motcua')
        khanh.confirm('Thêm địa chỉ').click()
        expect(dialog).to_contain_text(re.compile('whsec_'))
        clean(khanh, 'secret')
        khanh.confirm('Đóng').click()
        expect(dialog).to_have_count(0)
        assert 'whsec_' not in page.content()
        page.get_by_role('button', name='Gửi thử').click()
        expect(page.locator('.mc-line', has_text='Gửi thử')).to_be_visible()
        clean(khanh, 'log')
        page.get_by_role('button', name=re.compile('^Bỏ')).click()
        khanh.confirm('Bỏ').click()
        expect(page.get_by_text('Chưa có địa chỉ nào.')).to_be_visible()
