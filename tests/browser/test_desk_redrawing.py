"""After a result was taken back its correction is drawn up from the dossier, and whoever waits is not sent to the counter."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.desk import LYING, Office, faults

TWO = ((360, 740), (1180, 820))


@pytest.fixture(scope='module')
def office(browser: Browser, site: Site) -> Iterator[Office]:
    yield Office(browser, site)


@pytest.mark.looks
def test_a_correction_is_drawn_up_from_the_dossier(office: Office) -> None:
    one = office.filed('thanh-lap-ho-kinh-doanh', 72)
    office.lab(f'carry/{one["id"]}?to=return')
    with office.tablet('dung', LYING) as dung:
        page, dialog = dung.page, dung.page.get_by_role('dialog')
        dung.open(one)
        password = office.lab('idle/dung')['password']
        page.get_by_text('Việc khác').click()
        dung.act('Thu hồi kết quả').click()
        dialog.get_by_label('Nội dung có sai sót').check()
        dialog.get_by_label('Lý do (người nộp đọc được)').fill('Ghi sai vốn kinh doanh')
        dung.confirm('Thu hồi kết quả').click()
        dialog.get_by_label('Mật khẩu hoặc mã 6 số').fill(password)
        dung.confirm('Xác nhận').click()
        expect(page.locator('.mc-case')).to_contain_text('Cơ quan đã thu hồi kết quả')
        page.get_by_text('Việc khác').click()
        dung.act('Soạn bản sửa từ hồ sơ').click()
        dialog.get_by_label('Nội dung chứng nhận').fill('Chứng nhận đăng ký hộ kinh doanh.')
        if not dialog.get_by_label('Người ký').input_value():
            dialog.get_by_label('Người ký').fill('Chủ tịch')
        assert faults(page, 'draw up anew', TWO) == []
        page.set_viewport_size(LYING)
        dung.confirm('Lập văn bản').click()
        expect(page.locator('.mc-case')).to_contain_text('giay-chung-nhan-dang-ky-ho-kinh-doanh')
        page.get_by_text('Việc khác').click()
        dung.act('Sửa và cấp lại kết quả').click()
        expect(dialog).to_contain_text('Bản sửa sẽ được cấp')
        expect(dialog).to_contain_text('giay-chung-nhan-dang-ky-ho-kinh-doanh')
        assert faults(page, 'issue again', TWO) == []
        _not_sent_to_the_counter(page, one)


def _not_sent_to_the_counter(page: Page, one: dict[str, str]) -> None:
    """Follow the dossier by its number, and then with the secret."""
    for secret in ('', one['secret']):
        page.goto('/tra-cuu')
        page.get_by_label('Mã hồ sơ').fill(one['number'])
        if secret:
            page.get_by_label('Mã bí mật').fill(secret)
        page.locator('main form button').first.click()
        expect(page.locator('main')).to_contain_text('Kết quả đã bị thu hồi')
        assert faults(page, 'taken back', TWO) == []
