"""After a result was issued: a leader takes it back and issues a corrected one, proving once who acts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.conftest import Site
from tests.browser.desk import LYING, Office, Tablet, faults
from tests.support.world import PNG

TWO = ((360, 740), (1180, 820))


@pytest.fixture(scope='module')
def office(browser: Browser, site: Site) -> Iterator[Office]:
    yield Office(browser, site)


def _clean(tablet: Tablet, name: str) -> None:
    assert faults(tablet.page, name, TWO) == []
    tablet.page.set_viewport_size(LYING)


def _rare(tablet: Tablet, name: str) -> None:
    """Press one of the acts behind "more"."""
    tablet.page.get_by_text('Việc khác').click()
    tablet.act(name).click()


def test_a_leader_takes_a_result_back_and_issues_it_corrected(office: Office) -> None:
    one = office.filed('thanh-lap-ho-kinh-doanh', 71)
    office.lab(f'carry/{one["id"]}?to=return')
    with office.tablet('dung', LYING) as dung:
        page, dialog = dung.page, dung.page.get_by_role('dialog')
        dung.open(one)
        expect(page.locator('.mc-case')).to_contain_text('Nơi nhận kết quả có thể kiểm tra tại')
        password = office.lab('idle/dung')['password']
        _rare(dung, 'Thu hồi kết quả')
        _clean(dung, 'revoke')
        dialog.get_by_label('Nội dung có sai sót').check()
        dialog.get_by_label('Lý do (người nộp đọc được)').fill('Ghi sai vốn kinh doanh')
        dung.confirm('Thu hồi kết quả').click()
        dialog.get_by_label('Mật khẩu hoặc mã 6 số').fill(password)
        dung.confirm('Xác nhận').click()
        expect(page.locator('.mc-case')).to_contain_text('Cơ quan đã thu hồi kết quả')
        _clean(dung, 'revoked')
        _rare(dung, 'Sửa và cấp lại kết quả')
        file = FilePayload(name='ban-sua.png', mimeType='image/png', buffer=PNG)
        dialog.locator('input[type=file]').first.set_input_files(file)
        expect(dialog).to_contain_text('ban-sua.png')
        dialog.get_by_label('Số của kết quả').fill('21/GCN')
        dialog.get_by_label('Nội dung có sai sót').check()
        dialog.get_by_label('Lý do (người nộp đọc được)').fill('Sửa vốn kinh doanh')
        _clean(dung, 'issue again')
        dung.confirm('Sửa và cấp lại kết quả').click()
        expect(page.locator('.mc-case')).to_contain_text('Bản cấp trước')
        address = page.locator('.mc-case a[href^="/xac-thuc/"]').first.get_attribute('href') or ''
        page.goto(address)
        expect(page.locator('main')).to_contain_text('21/GCN')
        expect(page.locator('main')).to_contain_text('Đã cấp, chưa bị thu hồi')
