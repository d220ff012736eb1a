"""Rarer acts of the desk on tablets: a result drawn up, its draft shown, reassigned, stopped, a new secret, issued.

Each state that opens on the way is looked at in a telephone's and a tablet's size.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.conftest import Site
from tests.browser.desk import LYING, NAMES, Office, Tablet, faults

TWO = ((360, 740), (1180, 820))


@pytest.fixture(scope='module')
def office(browser: Browser, site: Site) -> Iterator[Office]:
    yield Office(browser, site)


def clean(tablet: Tablet, name: str) -> None:
    """Look at what is open."""
    assert faults(tablet.page, name, TWO) == []
    tablet.page.set_viewport_size(LYING)


def rare(tablet: Tablet, name: str) -> None:
    """Press one of the acts behind "more"."""
    tablet.page.get_by_text('Việc khác').click()
    tablet.act(name).click()


def test_a_result_is_drawn_up_from_the_dossier_and_its_draft_shown(office: Office) -> None:
    one = office.filed('xac-nhan-tinh-trang-hon-nhan', 61)
    office.lab(f'carry/{one["id"]}?to=case_officer')
    with office.tablet('chi', LYING) as chi:
        page, dialog = chi.page, chi.page.get_by_role('dialog')
        chi.open(one)
        chi.press('Nhận xử lý')
        chi.press('Lập kết quả từ hồ sơ')
        expect(dialog).to_contain_text('Đối chiếu'.lower())
        chi.confirm('Lập văn bản').click()
        expect(dialog.locator('.mc-error').first).to_be_visible()
        clean(chi, 'draw up a result')
        dialog.get_by_label('Nội dung xác nhận').fill('Chưa đăng ký kết hôn với ai.')
        page.keyboard.press('Escape')
        chi.press('Lập kết quả từ hồ sơ')
        expect(dialog.get_by_label('Nội dung xác nhận')).to_have_value('Chưa đăng ký kết hôn với ai.')
        dialog.get_by_label('Chức vụ người ký').fill('Chủ tịch')
        chi.confirm('Lập văn bản').click()
        expect(dialog).to_have_count(0)
        paper = page.locator('.mc-paper', has_text='giay-xac-nhan-tinh-trang-hon-nhan.pdf')
        paper.get_by_role('button', name='Xem').click()
        expect(page.locator('.mc-viewer img')).to_have_js_property('complete', True)
        assert page.locator('.mc-viewer img').evaluate('el => el.naturalWidth') > 0
        chi.press('Gửi dự thảo cho người nộp')
        clean(chi, 'show the draft')
        chi.confirm('Gửi dự thảo cho người nộp').click()
        expect(page.locator('.mc-case')).to_contain_text('Người nộp đang xem dự thảo')
        chi.press('Lập kết quả từ hồ sơ')
        expect(dialog.get_by_label('Nội dung xác nhận')).to_have_value('Chưa đăng ký kết hôn với ai.')


def test_a_bad_file_is_refused_in_words_then_reassigned_and_stopped(office: Office) -> None:
    office.lab('grant/van/case_officer')
    one = office.filed(seed=62)
    office.lab(f'carry/{one["id"]}?to=case_officer')
    with office.tablet('chi', LYING) as chi:
        dialog = chi.page.get_by_role('dialog')
        chi.open(one)
        chi.press('Nhận xử lý')
        chi.press('Đính kèm kết quả')
        bad = FilePayload(name='ket-qua.pdf', mimeType='application/pdf', buffer=b'khong phai PDF')
        dialog.locator('input[type=file]').first.set_input_files(bad)
        expect(dialog).to_contain_text('Loại tệp này không được nhận')
        clean(chi, 'attach a result')
    with office.tablet('dung', LYING) as dung:
        dung.open(one)
        rare(dung, 'Giao người khác')
        note = dung.page.get_by_role('dialog').get_by_label(re.compile('^Ghi chú')).first
        note.fill('Chị Chi đi công tác')
        dung.page.get_by_role('dialog').get_by_label(re.compile(NAMES['van'])).check()
        dung.open(one)
        rare(dung, 'Giao người khác')
        expect(note).to_have_value('Chị Chi đi công tác')
        dung.confirm('Giao người khác').click()
        expect(dung.page.locator('.mc-case-head')).to_contain_text(NAMES['van'])
    with office.tablet('van', LYING) as van:
        van.open(one)
        rare(van, 'Dừng giải quyết')
        van.confirm('Dừng giải quyết').click()
        expect(van.page.get_by_role('dialog').locator('.mc-error').first).to_be_visible()
        van.page.get_by_role('dialog').get_by_role('radio').last.check()
        van.page.get_by_role('dialog').get_by_label('Lý do (người nộp đọc được)').fill('Theo yêu cầu của tòa án')
        van.confirm('Dừng giải quyết').click()
        expect(van.state()).to_contain_text('Dừng xử lý')


def test_a_new_secret_is_given_after_an_identity_check_and_opens_the_dossier(office: Office) -> None:
    one = office.filed('khai-sinh', 63)
    with office.tablet('binh', LYING) as binh:
        page, dialog = binh.page, binh.page.get_by_role('dialog')
        binh.open(one)
        rare(binh, 'Cấp lại mã bí mật')
        dialog.get_by_label('Giấy tờ đã kiểm tra').fill('Căn cước 001190000123')
        binh.confirm('Cấp lại mã bí mật').click()
        expect(dialog.locator('.mc-error')).to_be_visible()
        dialog.get_by_role('checkbox').check()
        binh.confirm('Cấp lại mã bí mật').click()
        code = dialog.locator('.mc-bigcode')
        secret = re.sub(r'\s', '', code.inner_text())
        assert len(secret) == 8 and secret != one['secret']
        clean(binh, 'a new secret')
        binh.confirm('Đóng').click()
        page.get_by_role('tab', name='Lịch sử').click()
        expect(page.locator('.mc-case')).to_contain_text('…123')
        assert '001190000123' not in page.content()
    for tried, opens in ((one['secret'], False), (secret, True)):
        assert office.opens(one, tried) == opens


def test_several_are_approved_and_one_issued_with_a_look_at_what_is_asked(office: Office) -> None:
    waiting = [office.filed(seed=seed) for seed in (64, 65)]
    codes = [office.lab(f'carry/{each["id"]}?to=leader')['code'] for each in waiting]
    with office.tablet('dung', LYING) as dung:
        dung.go('/can-bo/cho-duyet')
        for code in codes:
            dung.tap(dung.row(code))
            expect(dung.row(code)).to_have_attribute('aria-current', 'true')
            dung.press('Chọn, xem hồ sơ tiếp')
        dung.tap(dung.page.locator('.mc-listbar').get_by_role('button'))
        clean(dung, 'approve together')
        dung.tap(dung.page.get_by_role('dialog').get_by_role('button').first)
        expect(dung.row(codes[0])).to_have_count(0)
    with office.tablet('van', LYING) as van:
        van.open(waiting[0])
        van.press('Phát hành kết quả')
        clean(van, 'issue')
        van.confirm('Phát hành kết quả').click()
        expect(van.state()).to_contain_text('Đã xử lý xong')


def test_the_queue_leads_to_the_register_of_two_days(office: Office) -> None:
    with office.tablet('binh', LYING) as binh:
        binh.go('/can-bo')
        binh.page.get_by_text('Sổ theo dõi hồ sơ').click()
        form = binh.page.locator('form[action="/can-bo/so-theo-doi"]')
        days = [form.get_by_label(label, exact=True).input_value() for label in ('Từ ngày', 'Đến hết ngày')]
        clean(binh, 'register')
        address = f'/can-bo/so-theo-doi?tu={days[0]}&den={days[1]}'
        with binh.page.context.expect_event('request', lambda asked: asked.url.endswith(f'{address}&dang=pdf')):
            form.get_by_role('button', name='Mở bản in').click()
        answer = binh.page.request.get(f'{address}&dang=xlsx')
        assert answer.ok and answer.body().startswith(b'PK')
