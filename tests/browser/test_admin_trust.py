"""Administration in Chromium, where trust is given: proofs, sessions, tokens, a citizen's lost factor; the outbox by itself.

Each state that opens on the way is looked at in a telephone's and a tablet's size.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Site
from tests.browser.desk import LYING, NAMES, Office, Tablet, faults

TWO = ((360, 740), (1180, 820))


@pytest.fixture(scope='module')
def office(browser: Browser, site: Site) -> Iterator[Office]:
    yield Office(browser, site)


def card(khanh: Tablet, text: str) -> Locator:
    """Return the card or line of something."""
    return khanh.page.locator('.mc-card, .mc-line', has_text=text).last


def clean(tablet: Tablet, name: str) -> None:
    """Look at what is open."""
    assert faults(tablet.page, name, TWO) == []
    tablet.page.set_viewport_size(LYING)


def prove(tablet: Tablet, password: str) -> None:
    """Say the password once more in the dialog above."""
    top = tablet.page.get_by_role('dialog').last
    top.get_by_label('Mật khẩu hoặc mã 6 số').fill('không phải mật khẩu')
    top.get_by_role('button', name='Xác nhận').click()
    expect(top.locator('.mc-error')).to_contain_text('chưa đúng')
    clean(tablet, 'proof')
    top.get_by_label('Mật khẩu hoặc mã 6 số').fill(password)
    top.get_by_role('button', name='Xác nhận').click()


def test_a_role_is_given_only_after_a_proof_and_nothing_typed_is_lost(office: Office) -> None:
    with office.tablet('khanh', LYING) as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/nguoi-dung')
        password = office.lab('idle/khanh')['password']
        card(khanh, NAMES['giang']).get_by_role('button', name='Giao vai trò').click()
        clean(khanh, 'grant')
        dialog.get_by_label('Vai trò').select_option('cashier')
        dialog.get_by_label('Đơn vị').select_option(index=1)
        khanh.confirm('Lưu').click()
        expect(dialog).to_have_count(2)
        page.keyboard.press('Escape')
        expect(dialog.locator('.mc-notice')).to_contain_text('xác nhận lại đúng là ông/bà')
        expect(dialog.get_by_label('Vai trò')).to_have_value('cashier')
        khanh.confirm('Lưu').click()
        prove(khanh, password)
        expect(dialog).to_have_count(0)
        expect(card(khanh, NAMES['giang'])).to_contain_text('Thu phí')
        card(khanh, NAMES['giang']).get_by_role('button', name='Thu hồi').last.click()
        clean(khanh, 'revoke')
        khanh.confirm('Thu hồi').click()
        expect(card(khanh, NAMES['giang'])).not_to_contain_text('Thu phí')
        card(khanh, NAMES['chi']).get_by_role('button', name='Đặt lại xác thực hai bước').click()
        clean(khanh, 'reset a factor')
        khanh.confirm('Hủy').click()
        khanh.go('/quan-tri/nguoi-dung')
        for name in ('Ngừng tài khoản', 'Cho dùng lại'):
            card(khanh, NAMES['giang']).get_by_role('button', name=name).click()
            if name == 'Cho dùng lại':
                clean(khanh, 'reactivate')
            khanh.confirm(name).click()
        expect(card(khanh, NAMES['giang']).get_by_role('button', name='Ngừng tài khoản')).to_be_visible()


def test_a_citizens_factor_is_reset_after_an_identity_check(office: Office) -> None:
    email = office.lab('citizen/mat-ma')['email']
    with office.tablet('khanh', LYING) as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/nguoi-dan')
        for text in ('khong-co@dan.example', email):
            page.get_by_role('searchbox').fill(text)
            page.keyboard.press('Enter')
            expect(page.get_by_text('Không có tài khoản người dân')).to_have_count(0 if text == email else 1)
        page.get_by_role('button', name='Đặt lại xác thực hai bước').click()
        dialog.get_by_label('Đã xem giấy tờ gì').fill('Thẻ căn cước')
        khanh.confirm('Đặt lại xác thực hai bước').click()
        expect(dialog.locator('.mc-error')).to_have_count(1)
        clean(khanh, "reset a citizen's factor")
        dialog.get_by_role('checkbox').check()
        password = office.lab('idle/khanh')['password']
        khanh.confirm('Đặt lại xác thực hai bước').click()
        prove(khanh, password)
        expect(page.get_by_text('Không dùng mã xác thực')).to_be_visible()


def test_a_strange_session_is_ended_and_its_screen_closes(office: Office) -> None:
    with office.tablet('van') as van, office.tablet('khanh', LYING) as khanh:
        van.go('/can-bo')
        khanh.go('/quan-tri/dang-nhap')
        lines = khanh.page.locator('.mc-line', has_text=NAMES['van'])
        clean(khanh, 'sessions')
        for _ in range(lines.count()):
            before = lines.count()
            lines.first.get_by_role('button').click()
            khanh.confirm('Kết thúc phiên').click()
            expect(lines).to_have_count(before - 1)
        expect(van.page).to_have_url(re.compile(r'/dang-nhap\?'))
    office.forget('van')


def test_a_token_is_made_shown_once_and_revoked(office: Office) -> None:
    with office.tablet('khanh', LYING) as khanh:
        page, dialog = khanh.page, khanh.page.get_by_role('dialog')
        khanh.go('/quan-tri/ma-truy-cap')
        page.get_by_role('button', name='Tạo mã cho một hệ thống').click()
        khanh.confirm('Tạo mã').click()
        expect(dialog.locator('.mc-error').first).to_be_visible()
        clean(khanh, 'make a token')
        dialog.get_by_label('Tên phần mềm hoặc hệ thống').fill('Ki-ốt sảnh')
        dialog.get_by_label('Đơn vị').select_option(index=1)
        dialog.get_by_label('Vai trò').select_option('intake')
        dialog.get_by_label('phê duyệt').check()
        khanh.confirm('Tạo mã').click()
        expect(dialog).to_contain_text('Không thể cho phạm vi')
        dialog.get_by_label('phê duyệt').uncheck()
        dialog.get_by_label('xem hồ sơ').check()
        khanh.confirm('Tạo mã').click()
        expect(dialog).to_contain_text('mct_')
        clean(khanh, 'new token')
        khanh.confirm('Đóng').click()
        expect(dialog).to_have_count(0)
        assert 'mct_' not in page.content()
        card(khanh, 'Ki-ốt sảnh').get_by_role('button', name='Thu hồi mã').click()
        khanh.confirm('Thu hồi mã').click()
        expect(card(khanh, 'Ki-ốt sảnh')).to_contain_text('Đã hết hiệu lực')
    with office.tablet('binh') as binh:
        binh.go('/quan-tri/ma-truy-cap')
        expect(binh.page.get_by_text('Ki-ốt sảnh')).to_have_count(0)
        expect(binh.page.get_by_role('button', name='Tạo mã cho một hệ thống')).to_have_count(0)
        binh.page.get_by_role('button', name='Tạo mã cho phần mềm của tôi').click()
        expect(binh.page.get_by_role('dialog').get_by_label('phê duyệt')).to_have_count(0)


def test_the_outbox_follows_by_itself(office: Office) -> None:
    with office.tablet('khanh') as khanh:
        khanh.go('/quan-tri/thu')
        one = office.filed(seed=51)
        expect(khanh.page.locator('.mc-line', has_text=one['number'])).to_be_visible()
        expect(khanh.page.locator('.mc-line', has_text=one['number'])).to_contain_text('Đã gửi')
