"""What each component does when it is used: by keyboard, by touch, twice, with an unruly browser."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.components.conftest import Gallery, until


@pytest.fixture
def at(page: Page, gallery: Gallery) -> Page:
    page.goto('/nop')
    page.wait_for_function('window.did_handshake')
    return page


def go(page: Page, words: str) -> None:
    page.get_by_role('navigation', name='Trang chính').get_by_role('link', name=words).click()


def test_a_change_of_screen_moves_focus_title_and_mark(at: Page) -> None:
    expect(at.locator('body')).to_be_focused()
    go(at, 'Điền đơn')
    expect(at.get_by_role('heading', level=1)).to_be_focused()
    expect(at).to_have_title('Thông tin người đi khai sinh và trẻ – Một cửa trực tuyến')
    expect(at.locator('.mc-nav [aria-current=page]')).to_have_text('Điền đơn')


def test_the_skip_link_leads_to_the_screen(at: Page) -> None:
    at.keyboard.press('Tab')
    expect(at.get_by_role('link', name='Tới nội dung chính')).to_be_focused()
    at.keyboard.press('Enter')
    at.keyboard.press('Tab')
    expect(at.get_by_role('link', name='Sửa Họ tên')).to_be_focused()


def test_a_dialog_is_left_with_escape_and_gives_the_focus_back(at: Page) -> None:
    button = at.get_by_role('button', name='Rút hồ sơ')
    button.focus()
    at.keyboard.press('Enter')
    expect(at.get_by_role('dialog', name='Rút hồ sơ?')).to_be_visible()
    at.keyboard.press('Escape')
    expect(at.get_by_role('dialog')).to_have_count(0)
    expect(button).to_be_focused()
    expect(at.get_by_text('Không rút.')).to_be_visible()


def test_a_dialog_answers_yes_and_brings_its_form_along(at: Page) -> None:
    at.get_by_role('button', name='Rút hồ sơ').click()
    at.get_by_role('dialog').get_by_role('button', name='Rút hồ sơ').click()
    expect(at.get_by_text('Đã rút.')).to_be_visible()
    at.get_by_role('button', name='Từ chối').click()
    at.get_by_label('Lý do').fill('Thiếu giấy chứng sinh')
    at.get_by_role('dialog').get_by_role('button', name='Từ chối').click()
    expect(at.get_by_text('Lý do: Thiếu giấy chứng sinh')).to_be_visible()


def test_a_button_pressed_five_times_acts_once(at: Page) -> None:
    at.evaluate("""() => {
        const button = [...document.querySelectorAll('.mc-btn')].find((each) => each.textContent.includes('Đếm'));
        for (let i = 0; i < 5; i++) button.click();
    }""")
    expect(at.get_by_role('button', name='Đếm')).not_to_have_attribute('aria-busy', 'true')
    expect(at.get_by_text('Đã đếm: 1')).to_be_visible()


def test_the_error_list_leads_to_the_question(at: Page) -> None:
    go(at, 'Điền đơn')
    at.get_by_role('button', name='Lưu và xem lại').click()
    expect(at.get_by_role('alert')).to_be_focused()
    expect(at.get_by_role('alert').get_by_role('link')).to_have_count(13)
    at.get_by_role('alert').get_by_role('link').nth(3).click()
    expect(at.get_by_label('Nam')).to_be_focused()
    name = at.locator('#q-full_name')
    expect(name).to_have_attribute('aria-invalid', 'true')
    described = (name.get_attribute('aria-describedby') or '').split()
    assert [at.locator(f'#{id}').text_content() for id in described] == ['Lỗi: Xin trả lời câu này.']


def test_a_date_gets_its_slashes_and_may_be_typed_otherwise(at: Page) -> None:
    go(at, 'Điền đơn')
    born = at.locator('#q-birth_date')
    born.press_sequentially('27031994')
    expect(born).to_have_value('27/03/1994')
    born.fill('')
    born.press_sequentially('1/2/1990')
    expect(born).to_have_value('1/2/1990')
    born.press('Backspace')
    expect(born).to_have_value('1/2/199')


def test_what_is_typed_survives_an_update_from_the_server(at: Page) -> None:
    go(at, 'Điền đơn')
    name = at.locator('#q-full_name')
    name.fill('Nguyễn')
    name.blur()
    at.locator('#q-reason').press_sequentially('đang gõ')
    at.evaluate('document.querySelector(".mc-btn-primary").click()')
    expect(at.get_by_role('alert')).to_be_visible()
    expect(at.locator('#q-reason')).to_have_value('đang gõ')
    expect(name).to_have_value('Nguyễn')
    expect(name).not_to_have_attribute('aria-invalid', 'true')


def test_papers_are_sent_removed_and_refused(at: Page) -> None:
    go(at, 'Giấy tờ')
    picture = FilePayload(name='giấy chứng sinh.jpg', mimeType='image/jpeg', buffer=b'x' * 5000)
    at.locator('input[type=file]').first.set_input_files([picture])
    row = at.get_by_role('listitem').filter(has_text='giấy chứng sinh.jpg')
    expect(row.get_by_text('1 KB')).to_be_visible()
    row.get_by_role('button', name='Xóa giấy chứng sinh.jpg').click()
    expect(row).to_have_count(0)
    at.get_by_role('button', name='Xóa căn cước.jpg').click()
    expect(at.get_by_text('Không thực hiện được vì hồ sơ')).to_be_visible()
    expect(at.get_by_text('căn cước.jpg').first).to_be_visible()


def test_a_paper_that_the_connection_dropped_is_sent_again(at: Page) -> None:
    go(at, 'Giấy tờ')
    at.get_by_role('heading', name='Giấy tờ cần nộp').wait_for()
    at.route('**/gui-tep', lambda route: route.abort())
    paper = FilePayload(name='đơn.pdf', mimeType='application/pdf', buffer=b'x' * 5000)
    at.locator('input[type=file]').first.set_input_files([paper])
    expect(at.get_by_text('Chưa gửi được vì mất kết nối.').first).to_be_visible()
    at.unroute('**/gui-tep')
    at.get_by_role('button', name='Thử lại đơn.pdf').click()
    expect(at.get_by_role('button', name='Xóa đơn.pdf')).to_be_visible()


def test_entries_are_added_filled_and_removed(at: Page, gallery: Gallery) -> None:
    at.goto(f'/nop/giay-to?draft={gallery.draft}')
    at.get_by_label('Họ tên con').fill('Trần Minh Khôi')
    at.get_by_role('button', name='Thêm', exact=True).click()
    second = at.get_by_role('group', name='Con thứ 2')
    expect(second.get_by_label('Họ tên con')).to_be_focused()
    at.keyboard.type('Trần Minh An')
    second.get_by_label('Ngày sinh').fill('01/02/2026')
    second.get_by_label('Ngày sinh').blur()
    until(at, lambda: len(gallery.saved().get('child', [])) == 2 and 'born' in gallery.saved()['child'][1])
    at.get_by_role('button', name='Xóa Con thứ 1').click()
    until(at, lambda: gallery.saved()['child'] == [{'name': 'Trần Minh An', 'born': '01/02/2026'}])
    expect(at.get_by_label('Họ tên con')).to_have_value('Trần Minh An')
    expect(at.get_by_role('button', name='Thêm', exact=True)).to_be_focused()


def test_the_viewer_obeys_the_keyboard(at: Page) -> None:
    go(at, 'Giấy tờ')
    stage = at.locator('.mc-viewer-stage')
    stage.focus()
    size = "() => { const box = document.querySelector('.mc-viewer img').getBoundingClientRect(); return [box.width, box.height]; }"
    width, _ = at.evaluate(size)
    at.keyboard.press('ArrowRight')
    expect(at.get_by_text('Giấy chứng sinh · Trang 2 trên 2')).to_be_visible()
    at.keyboard.press('+')
    at.keyboard.press('+')
    until(at, lambda: at.evaluate(size)[0] > 2 * width)
    at.keyboard.press('r')
    until(at, lambda: at.evaluate(size)[0] > at.evaluate(size)[1])


def test_tabs_move_with_arrows_and_open_with_enter(at: Page) -> None:
    at.set_viewport_size({'width': 1180, 'height': 820})
    go(at, 'Bàn làm việc')
    first = at.get_by_role('tab', name='Tiến độ')
    first.focus()
    at.keyboard.press('ArrowRight')
    expect(at.get_by_role('tab', name='Giấy tờ')).to_be_focused()
    expect(first).to_have_attribute('aria-selected', 'true')
    at.keyboard.press('Enter')
    expect(at.get_by_role('tabpanel', name='Giấy tờ').get_by_role('link', name='Giấy chứng sinh')).to_be_visible()


def test_a_table_sorts_turns_pages_and_chooses(at: Page) -> None:
    at.set_viewport_size({'width': 1180, 'height': 820})
    go(at, 'Bàn làm việc')
    table = at.get_by_role('table', name='Sổ theo dõi')
    table.get_by_role('button', name='Mã hồ sơ').click()
    expect(table.get_by_role('columnheader', name='Mã hồ sơ')).to_have_attribute('aria-sort', 'ascending')
    table.get_by_role('button', name='Mã hồ sơ').click()
    expect(table.get_by_role('link').first).to_have_text('HS-045')
    at.get_by_role('navigation', name='Sổ theo dõi').get_by_role('button', name='Trang sau').click()
    expect(table.get_by_role('link').first).to_have_text('HS-040')
    table.get_by_role('checkbox', name='Chọn tất cả').check()
    expect(at.get_by_text('Chọn 5')).to_be_visible()


def test_an_inbox_row_opens_beside_the_list_and_over_it_on_a_telephone(at: Page) -> None:
    go(at, 'Bàn làm việc')
    at.get_by_role('link', name='Trần Văn Đức').click()
    expect(at.get_by_role('heading', name='Nguyễn Thị Hạnh')).to_be_visible()
    expect(at.get_by_role('link', name='Trần Văn Đức')).to_be_hidden()
    at.get_by_role('button', name='Yêu cầu bổ sung').click()
    expect(at.get_by_role('link', name='Trần Văn Đức')).to_have_attribute('aria-current', 'true')


def test_language_and_theme_links_leave_the_application(at: Page) -> None:
    with at.expect_request('**/ngon-ngu/en**'):
        at.locator('.mc-tools > a').click()
