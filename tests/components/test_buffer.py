"""Nothing that a person has typed is lost, whatever happens to the connection, the page or the server."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.components.conftest import Gallery, until
from tests.components.proxy import Wire

pytestmark = pytest.mark.browser

DROP_SECONDS = int(os.environ.get('DROP_SECONDS', '10'))
"""How long the wire is cut; 60 was run by hand."""
TYPED = {
    'full_name': 'Nguyễn Thị Hạnh',
    'personal_id': '079194001234',
    'birth_date': '27/03/1994',
    'phone': '0903123456',
}


def open_form(page: Page, gallery: Gallery) -> None:
    page.goto(f'/nop/form?draft={gallery.draft}')
    page.get_by_label('Họ, chữ đệm, tên').wait_for()
    page.wait_for_function('window.did_handshake')


def type_everything(page: Page, pause_ms: float = 0) -> None:
    for name, text in TYPED.items():
        page.locator(f'#q-{name}').press_sequentially(text)
        page.wait_for_timeout(pause_ms)
    page.get_by_label('Nữ').check()
    page.locator('#q-hamlet').select_option('3')
    page.locator('#q-reason').fill('Trẻ mới sinh')  # and the cursor stays in the question


ANSWERS = {**TYPED, 'gender': 'f', 'hamlet': '3', 'reason': 'Trẻ mới sinh'}


def shown(page: Page) -> dict[str, str]:
    texts = {name: page.locator(f'#q-{name}').input_value() for name in (*TYPED, 'hamlet', 'reason')}
    return {**texts, 'gender': 'f' if page.get_by_label('Nữ').is_checked() else ''}


def kept(page: Page, gallery: Gallery) -> str | None:
    value: str | None = page.evaluate('key => sessionStorage.getItem(key)', f'mc.draft.{gallery.draft}')
    return value


@pytest.mark.parametrize('mode', ['cut', 'silent'])
def test_typing_goes_on_while_the_connection_is_gone(page: Page, wire: Wire, gallery: Gallery, mode: str) -> None:
    open_form(page, gallery)
    wire.set(mode)  # type: ignore[arg-type]
    type_everything(page, pause_ms=DROP_SECONDS * 1000 / len(TYPED))
    expect(page.get_by_text('Mất kết nối, vẫn giữ những gì ông/bà gõ.')).to_be_visible()
    assert gallery.saved() == {}
    wire.set('open')
    page.locator('#q-full_name').focus()
    until(page, lambda: gallery.saved() == ANSWERS, 60)
    expect(page.get_by_text('Đã lưu lúc')).to_be_visible()
    assert shown(page) == ANSWERS
    until(page, lambda: kept(page, gallery) is None)


def test_a_reload_without_connection_keeps_everything(page: Page, wire: Wire, gallery: Gallery) -> None:
    open_form(page, gallery)
    wire.set('cut')
    type_everything(page)
    with pytest.raises(Exception, match='ERR_'):
        page.reload()
    page.wait_for_url('chrome-error://**')
    wire.set('open')
    open_form(page, gallery)
    expect(page.locator('#q-full_name')).to_have_value(TYPED['full_name'])
    until(page, lambda: gallery.saved() == ANSWERS)
    assert shown(page) == ANSWERS
    until(page, lambda: kept(page, gallery) is None)


def test_a_restart_of_the_server_keeps_everything(page: Page, wire: Wire, gallery: Gallery) -> None:
    open_form(page, gallery)
    gallery.kill()
    type_everything(page)
    gallery.start()
    until(page, lambda: gallery.saved() == ANSWERS, 60)
    expect(page.locator('#q-full_name')).to_have_value(TYPED['full_name'])
    assert shown(page) == ANSWERS


def test_words_typed_before_leaving_the_question_survive_a_reload(page: Page, gallery: Gallery) -> None:
    open_form(page, gallery)
    page.locator('#q-reason').fill('Một nửa câu')
    page.reload()
    expect(page.locator('#q-reason')).to_have_value('Một nửa câu', timeout=15_000)
    until(page, lambda: gallery.saved() == {'reason': 'Một nửa câu'})


def test_an_answer_of_another_page_is_saved_too(page: Page, gallery: Gallery) -> None:
    open_form(page, gallery)
    script = 'key => sessionStorage.setItem(key, JSON.stringify({elsewhere: [5, "của bước trước"]}))'
    page.evaluate(script, f'mc.draft.{gallery.draft}')
    page.reload()
    until(page, lambda: gallery.saved() == {'elsewhere': 'của bước trước'})
    until(page, lambda: kept(page, gallery) is None)


def test_sending_saves_the_question_one_is_in_and_clears_the_browser(page: Page, gallery: Gallery) -> None:
    open_form(page, gallery)
    type_everything(page)
    page.get_by_label('Số con').fill('2')
    page.get_by_label('Thư điện tử').fill('h@example.com')
    page.get_by_label('Tỉnh, thành phố').select_option('79')
    page.get_by_label('Gửi bưu điện').first.check()
    page.get_by_role('radio', name='Bản điện tử').check()
    page.get_by_label('Tôi cam đoan').check()
    page.locator('#q-reason').fill('Sửa vào phút chót')
    page.evaluate('document.querySelector(".mc-btn-primary").click()')  # pressed without leaving the question
    expect(page.get_by_role('heading', name='Đã gửi hồ sơ')).to_be_focused()
    assert gallery.saved()['reason'] == 'Sửa vào phút chót'
    assert kept(page, gallery) is None


def test_a_refused_answer_stays_in_the_browser(page: Page, gallery: Gallery) -> None:
    open_form(page, gallery)
    page.locator('#q-reason').fill('HỎNG')
    page.locator('#q-full_name').focus()
    expect(page.get_by_text('Chưa lưu được')).to_be_visible()
    assert 'HỎNG' in (kept(page, gallery) or '')
    page.locator('#q-reason').fill('lành')
    page.locator('#q-full_name').focus()
    expect(page.get_by_text('Đã lưu lúc')).to_be_visible()
    assert gallery.saved() == {'reason': 'lành'}


def test_signing_out_erases_what_the_browser_kept(page: Page, gallery: Gallery) -> None:
    open_form(page, gallery)
    page.locator('#q-reason').fill('HỎNG')
    page.locator('#q-full_name').focus()
    expect(page.get_by_text('Chưa lưu được')).to_be_visible()
    page.locator('.mc-menu summary').click()
    page.get_by_role('button', name='Đăng xuất').click()
    page.wait_for_url('**/dang-xuat')
    assert kept(page, gallery) is None
