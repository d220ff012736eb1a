"""The administration in Chromium: each screen is used once, and looked at in every look."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Site
from tests.browser.desk import Office, Tablet, faults


@pytest.fixture(scope='module')
def office(browser: Browser, site: Site) -> Iterator[Office]:
    yield Office(browser, site)


def card(khanh: Tablet, text: str) -> Locator:
    """Return the card of a person, a unit or a procedure."""
    return khanh.page.locator('.mc-card', has_text=text).first


def test_a_colleague_is_invited_granted_a_role_and_let_go(office: Office) -> None:
    with office.tablet('khanh') as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/nguoi-dung')
        page.get_by_role('button', name='Mời cán bộ').click()
        khanh.confirm('Lưu').click()
        expect(dialog.locator('.mc-error')).to_have_count(4)
        assert faults(page, 'invite') == []
        dialog.get_by_label('Họ và tên').fill('Lê Thị Thử')
        dialog.get_by_label('Thư điện tử công vụ').fill('thu@tanphu.example')
        dialog.get_by_label('Vai trò').select_option('clerk')
        dialog.get_by_label('Đơn vị').select_option(index=1)
        khanh.confirm('Lưu').click()
        expect(dialog).to_contain_text('/dat-mat-khau/')
        khanh.confirm('Đóng').click()
        expect(card(khanh, 'Lê Thị Thử')).to_contain_text('Văn thư')
        card(khanh, 'Lê Thị Thử').get_by_role('button', name='Giao vai trò').click()
        dialog.get_by_label('Vai trò').select_option('case_officer')
        dialog.get_by_label('Đơn vị').select_option(index=1)
        khanh.confirm('Lưu').click()
        expect(card(khanh, 'Lê Thị Thử')).to_contain_text('Thụ lý')
        card(khanh, 'Lê Thị Thử').get_by_role('button', name='Thu hồi').first.click()
        khanh.confirm('Thu hồi').click()
        expect(card(khanh, 'Lê Thị Thử').get_by_role('button', name='Thu hồi')).to_have_count(1)
        card(khanh, 'Lê Thị Thử').get_by_role('button', name='Ngừng tài khoản').click()
        expect(dialog).to_contain_text('Lê Thị Thử')
        khanh.confirm('Ngừng tài khoản').click()
        expect(card(khanh, 'Lê Thị Thử')).to_contain_text('Đã ngừng')


def test_a_letterhead_is_put_right_and_a_wrong_answer_is_said_in_its_dialog(office: Office) -> None:
    with office.tablet('khanh') as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/don-vi')
        card(khanh, 'H55.242').get_by_role('button', name='Sửa').click()
        name = dialog.get_by_label('Tên', exact=True)
        before = name.input_value()
        name.fill('')
        khanh.confirm('Lưu').click()
        expect(name).to_be_focused()
        expect(dialog.locator('.mc-error')).to_have_count(1)
        name.fill(before)
        dialog.get_by_label('Điện thoại').fill('0208 123 456')
        khanh.confirm('Lưu').click()
        expect(card(khanh, 'H55.242')).to_contain_text('0208 123 456')
        page.reload()
        expect(page.locator('.mc-foot')).to_contain_text('0208 123 456')


def test_a_day_off_is_added_after_a_look_at_what_would_move_and_a_draft_year_confirmed(office: Office) -> None:
    one = office.filed(seed=41)
    office.lab(f'carry/{one["id"]}?to=case_officer')
    with office.tablet('khanh') as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/lich')
        page.get_by_role('button', name='Lưu ngày này').click()
        expect(page.locator('.mc-error')).to_have_count(2)
        due = office.lab(f'carry/{one["id"]}?to=case_officer')['due']
        page.get_by_label('Ngày', exact=True).fill(due)
        page.get_by_label('Lý do').fill('Nghỉ do bão')
        page.get_by_role('button', name='Lưu ngày này').click()
        expect(dialog.locator('li').first).to_contain_text('→')
        khanh.confirm('Lưu ngày này').click()
        expect(page.locator('.mc-line', has_text='Nghỉ do bão')).to_contain_text(due)
        page.locator('.mc-line', has_text='Nghỉ do bão').get_by_role('button').click()
        khanh.confirm('Bỏ ngày này').click()
        expect(page.locator('.mc-line', has_text='Nghỉ do bão')).to_have_count(0)
        following = int(due[-4:]) + 1
        page.get_by_label('Năm').select_option(str(following))
        page.get_by_role('button', name='Xác nhận lịch').click()
        dialog.get_by_label('Số quyết định, thông báo').fill('Thông báo 1/TB-BNV')
        khanh.confirm('Xem hồ sơ bị ảnh hưởng').click()
        khanh.confirm(f'Xác nhận lịch năm {following}').click()
        expect(page.locator('.mc-toast', has_text='Đã xác nhận')).to_be_visible()
        expect(page.get_by_role('button', name='Xác nhận lịch')).to_have_count(0)
        expect(page.locator('.mc-line', has_text='Quốc khánh').first).to_contain_text('Thông báo 1/TB-BNV')


def test_a_procedure_is_closed_and_the_public_page_is_gone(office: Office) -> None:
    with office.tablet('khanh') as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/thu-tuc')
        page.get_by_role('searchbox').fill('khuyen mai')
        page.keyboard.press('Enter')
        expect(page.locator('.mc-card')).to_have_count(1)
        for is_open in (False, True):
            page.get_by_role('button', name='Cách nộp').click()
            dialog.get_by_label('Mở thủ tục này').set_checked(is_open)
            khanh.confirm('Lưu').click()
            expect(dialog).to_have_count(0)
            expect(page.get_by_text('Đang đóng')).to_have_count(0 if is_open else 1)
            answer = page.request.get('/thu-tuc/thong-bao-khuyen-mai')
            assert answer.status == (200 if is_open else 404)


def test_the_outbox_is_filtered_and_a_letter_sent_again(office: Office) -> None:
    one = office.filed(seed=42)
    with office.tablet('khanh') as khanh:
        page = khanh.page
        khanh.go('/quan-tri/thu')
        letter = page.locator('.mc-line', has_text=one['number'])
        expect(letter).to_be_visible()
        expect(letter.get_by_role('button', name='Gửi lại')).to_be_visible()
        assert 'nguoi-nop@' not in page.locator('.mc-lined').inner_text(), 'addresses are veiled'
        letter.get_by_role('button', name='Gửi lại').click()
        expect(page.locator('.mc-toast', has_text='gửi lại')).to_be_visible()
        page.get_by_role('button', name='Không gửi được').click()
        expect(page.get_by_text('Không có thư nào ở đây')).to_be_visible()


@pytest.mark.looks
@pytest.mark.timeout(300)
def test_no_screen_has_a_fault_in_any_look(office: Office) -> None:
    found: list[str] = []
    with office.tablet('khanh') as khanh:
        for path, press in (
            ('', None),
            ('/nguoi-dung', 'Ngừng tài khoản'),
            ('/don-vi', 'Sửa'),
            ('/lich', 'Bỏ ngày này'),
            ('/thu-tuc', 'Cách nộp'),
            ('/thu', None),
        ):
            khanh.page.set_viewport_size({'width': 820, 'height': 1180})
            khanh.go(f'/quan-tri{path}')
            found += faults(khanh.page, path)
            if press:
                khanh.page.get_by_role('button', name=press).first.click()
                expect(khanh.page.get_by_role('dialog')).to_be_visible()
                found += faults(khanh.page, f'{path} {press}')
    assert found == []
