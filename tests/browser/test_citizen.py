"""A citizen with a telephone: files, comes back, follows, supplements; nothing that was entered is ever lost."""

import os
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.conftest import Site
from tests.browser.filling import SAVED, Person, photo, ready, sign_in
from tests.components.proxy import Wire

DROP_SECONDS = int(os.environ.get('DROP_SECONDS', '60'))
"""How long the line is dead in the middle of a form."""


def dossier_id(page: Page) -> str:
    page.wait_for_url(re.compile('/ho-so/'))
    found = re.search(r'/ho-so/([\w-]{22})', page.url)
    assert found, page.url
    return found[1]


def follow(page: Page, number: str, secret: str) -> str:
    """Open a dossier with number and secret; return its id."""
    page.goto('/ho-so')
    ready(page)
    page.get_by_label('Mã hồ sơ').fill(number)
    page.get_by_label('Mã bí mật').fill(secret.lower())
    page.get_by_role('button', name='Tra cứu').click()
    expect(page.get_by_text(number).first).to_be_visible()
    ready(page)
    return dossier_id(page)


def test_a_guest_files_a_birth_comes_back_after_a_reload_and_follows_it(page: Page, phone: BrowserContext) -> None:
    an = Person(page, 'khai-sinh', birth_proof_kind='witness', copy_requested='no')
    an.start()
    an.fill_page()
    first = dict(an.typed)
    assert first
    page.reload()
    ready(page)
    for name, text in first.items():
        expect(page.locator(f'#q-{name}')).to_have_value(text)
    an.go_on()
    where = an.heading()
    elsewhere = phone.new_page()
    elsewhere.goto(page.url.partition('?')[0])
    ready(elsewhere)
    expect(elsewhere.locator('h1'), 'the private link opens where the person left').to_have_text(where)
    elsewhere.close()
    an.fill_all()
    expect(page.get_by_text('Hồ sơ CHƯA được gửi')).to_be_visible()
    assert an.typed['full_name' if 'full_name' in an.typed else next(iter(first))] in page.content()
    number, secret = an.submit()
    assert re.fullmatch(r'N55\.242-\d{6}-\d{4}', number) and re.fullmatch(r'[0-9A-Z]{8}', secret)
    draft = page.url
    page.reload()
    expect(page.locator('.mc-panel')).to_contain_text(number)
    page.get_by_role('button', name='Theo dõi hồ sơ').click()
    expect(page.get_by_text('Mới đăng ký')).to_be_visible()
    phone.clear_cookies()
    page.goto(draft)
    ready(page)
    follow(page, number, secret)
    expect(page.get_by_text('Đã hoàn thành 10%')).to_be_visible()


@pytest.mark.timeout(300 + DROP_SECONDS)
def test_a_line_that_is_dead_in_the_middle_of_a_form_loses_nothing(phone: BrowserContext, wire: Wire) -> None:
    page = phone.new_page()
    page.goto(f'http://127.0.0.1:{wire.port}/nop/khai-sinh')
    an = Person(page, 'khai-sinh')
    ready(page)
    page.get_by_role('button', name='Bắt đầu, không cần tài khoản').first.click()
    page.locator('.mc-stepper').wait_for()
    link = page.url
    wire.set('silent')
    an.fill_page(saved=False)
    page.locator('#q-' + next(reversed(an.typed))).press_sequentially('9')
    last = next(reversed(an.typed))
    an.typed[last] = page.locator(f'#q-{last}').input_value()
    page.wait_for_timeout(DROP_SECONDS * 1000)
    expect(page.get_by_text('Mất kết nối, vẫn giữ những gì ông/bà gõ.')).to_be_visible()
    wire.set('open')
    expect(page.get_by_text('Đã lưu lúc')).to_be_visible(timeout=60_000)
    page.wait_for_function(SAVED, timeout=60_000)
    elsewhere = phone.new_page()
    elsewhere.goto(link)
    ready(elsewhere)
    for name, text in an.typed.items():
        expect(elsewhere.locator(f'#q-{name}')).to_have_value(text)


def test_what_is_wrong_is_said_at_the_question_kept_and_listed(page: Page) -> None:
    an = Person(page, 'chung-thuc-ban-sao')
    an.start()
    page.get_by_role('button', name='Tiếp tục', exact=True).click()
    expect(page.get_by_role('alert')).to_be_focused()
    expect(page).to_have_title(re.compile('^Lỗi: '))
    an.fill_page()
    name = next(f.id for s in an.spec.sections for f in s.fields if f.type == 'personal_id')
    page.locator(f'#q-{name}').fill('12345')
    page.locator(f'#q-{name}').blur()
    said = page.locator(f'#q-{name}-error')
    expect(said).to_contain_text('12')
    page.reload()
    ready(page)
    expect(page.locator(f'#q-{name}')).to_have_value('12345')
    expect(said).to_be_visible()
    page.get_by_role('button', name='Tiếp tục', exact=True).click()
    page.get_by_role('alert').get_by_role('link').first.click()
    expect(page.locator(f'#q-{name}')).to_be_focused()
    page.locator(f'#q-{name}').fill(an.typed[name])
    page.locator(f'#q-{name}').blur()
    expect(said).to_be_hidden()
    an.go_on()


def test_a_bad_file_is_refused_in_words_and_a_good_one_taken(page: Page) -> None:
    an = Person(page, 'chung-thuc-chu-ky')
    an.start()
    while 'trang=giay-to' not in page.url:
        an.fill_page()
        an.go_on()
    box = page.locator('.mc-field:has(input[type=file])').first
    bad = [
        FilePayload(name='trong.jpg', mimeType='image/jpeg', buffer=b''),
        FilePayload(name='gia.jpg', mimeType='image/jpeg', buffer=b'MZ' + b'x' * 500),
        FilePayload(name='hong.pdf', mimeType='application/pdf', buffer=b'%PDF-1.7 x'),
    ]
    for file in bad:
        box.locator('input[type=file]').first.set_input_files(file)
        expect(box.locator('li.is-failed')).to_be_visible()
        expect(box.locator('li.is-failed')).not_to_contain_text('undefined')
        box.get_by_role('button', name=re.compile('^Bỏ')).click()
    page.get_by_role('button', name='Tiếp tục', exact=True).click()
    expect(page.get_by_role('alert')).to_contain_text('Xin tải lên giấy tờ này')
    an.send_papers()
    page.reload()
    ready(page)
    expect(page.get_by_role('link', name='anh.jpg')).to_be_visible()
    page.get_by_role('button', name=re.compile('Xóa anh.jpg')).click()
    expect(page.get_by_role('link', name='anh.jpg')).to_have_count(0)


def test_with_an_account_the_profile_is_filled_in_and_the_draft_waits(page: Page) -> None:
    sign_in(page, 'Nguyễn Thị An')
    an = Person(page, 'chung-thuc-ban-sao')
    an.start('Bắt đầu với tài khoản của tôi')
    name = next(f.id for s in an.spec.sections for f in s.fields if f.prefill == 'full_name')
    expect(page.locator(f'#q-{name}')).to_have_value('Nguyễn Thị An')
    page.get_by_role('button', name='Lưu và làm sau').click()
    expect(page.get_by_role('heading', name='Đã lưu bản nháp')).to_be_visible()
    page.goto('/nop/chung-thuc-ban-sao')
    ready(page)
    expect(page.get_by_text('Ông/bà đang điền dở thủ tục này')).to_be_visible()
    page.get_by_role('link', name='Tiếp tục bản nháp').click()
    page.locator('.mc-stepper').wait_for()
    an.answers[name] = 'Nguyễn Thị An'
    an.fill_all()
    number, _ = an.submit()
    page.goto('/nop/chung-thuc-ban-sao')
    ready(page)
    expect(page.get_by_text('Ông/bà đang điền dở thủ tục này')).to_have_count(0)
    page.goto('/ho-so')
    ready(page)
    page.get_by_role('link', name=re.compile(re.escape(number))).click()
    expect(page.locator('h1')).to_be_focused()
    expect(page.get_by_text(number).first).to_be_visible()


def filed(page: Page, slug: str = 'chung-thuc-ban-sao') -> tuple[Person, str, str]:
    an = Person(page, slug)
    an.start()
    an.fill_all()
    return (an, *an.submit())


def test_a_guest_supplements_before_acceptance_by_a_prefilled_filing(page: Page, site: Site) -> None:
    an, number, secret = filed(page)
    known = follow(page, number, secret)
    field = next(f.id for s in an.spec.sections for f in s.fields if f.type == 'phone')
    site.officer(f'ask/{known}?document=copies&field={field}')
    expect(page.get_by_text('Hồ sơ vừa thay đổi.')).to_be_visible()
    page.get_by_role('button', name='Tải lại').click()
    expect(page.get_by_text('Chụp lại cho rõ')).to_be_visible()
    page.get_by_role('button', name='Bổ sung ngay').click()
    expect(page.get_by_text('Hồ sơ CHƯA được gửi')).to_be_visible()
    shown = page.content()
    personal = next(f.id for s in an.spec.sections for f in s.fields if f.type == 'personal_id')
    assert an.typed[personal] not in shown, 'the slip alone does not give the personal number back'
    page.get_by_role('link', name=re.compile('Giấy tờ.*: Chụp lại cho rõ|Chụp lại cho rõ')).first.click()
    box = page.locator('.mc-field:has(input[type=file])').first
    box.get_by_role('button', name=re.compile('^Xóa')).click()
    box.locator('input[type=file]').first.set_input_files(photo('ro-hon.jpg'))
    expect(box.get_by_role('link', name='ro-hon.jpg')).to_be_visible()
    an.go_on('Lưu và về trang kiểm tra')
    fresh, _ = an.submit()
    assert fresh != number
    page.goto(f'/ho-so/{known}')
    ready(page)
    expect(page.get_by_text(fresh).first).to_be_visible()


def test_an_account_corrects_in_place_what_was_asked_and_only_that(page: Page, site: Site) -> None:
    sign_in(page, 'Nguyễn Thị An')
    an = Person(page, 'chung-thuc-ban-sao')
    an.start('Bắt đầu với tài khoản của tôi')
    an.fill_all()
    number, _ = an.submit()
    page.get_by_role('link', name='Theo dõi hồ sơ').click()
    expect(page.get_by_text(number).first).to_be_visible()
    known = dossier_id(page)
    site.officer(f'accept/{known}')
    field = next(f.id for s in an.spec.sections for f in s.fields if f.type == 'phone')
    site.officer(f'ask/{known}?document=copies&field={field}')
    page.get_by_role('button', name='Tải lại').click()
    page.get_by_role('link', name='Bổ sung ngay').click()
    expect(page.locator('h1')).to_have_text('Bổ sung hồ sơ')
    expect(page.locator('.mc-draft input.mc-input'), 'only the question asked for is open').to_have_count(1)
    page.get_by_role('button', name='Gửi bổ sung').click()
    expect(page.get_by_role('alert')).to_contain_text('Xin tải lên giấy tờ này')
    page.locator(f'#q-{field}').fill('0987654321')
    page.locator(f'#q-{field}').blur()
    box = page.locator('.mc-field:has(input[type=file])').first
    box.locator('input[type=file]').first.set_input_files(photo('ro-hon.jpg'))
    expect(box.get_by_role('link', name='ro-hon.jpg')).to_be_visible()
    page.reload()
    ready(page)
    expect(page.locator(f'#q-{field}')).to_have_value('0987 654 321')
    expect(page.get_by_role('link', name='ro-hon.jpg')).to_be_visible()
    page.get_by_role('button', name='Gửi bổ sung').click()
    expect(page.get_by_text('Đã gửi bổ sung.')).to_be_visible()
    expect(page.get_by_text('ro-hon.jpg')).to_be_visible()


def test_the_draft_of_the_result_is_looked_at_and_confirmed(page: Page, site: Site) -> None:
    an = Person(page, 'khai-sinh', birth_proof_kind='certificate', copy_requested='no')
    an.start()
    an.fill_all()
    an.submit()
    page.get_by_role('button', name='Theo dõi hồ sơ').click()
    ready(page)
    known = dossier_id(page)
    site.officer(f'accept/{known}')
    site.officer(f'draft/{known}')
    page.get_by_role('button', name='Tải lại').click()
    picture = page.locator('.mc-viewer img')
    expect(picture).to_be_visible()
    assert picture.evaluate('el => el.decode().then(() => el.naturalWidth)') > 0
    page.get_by_role('button', name='Có chỗ cần sửa').click()
    page.get_by_role('dialog').get_by_role('button', name='Gửi đề nghị sửa').click()
    expect(page.get_by_role('dialog').get_by_text('Xin trả lời câu này.')).to_be_visible()
    page.keyboard.press('Escape')
    page.get_by_role('button', name='Thông tin đúng, tôi đồng ý').click()
    page.get_by_role('dialog').get_by_role('button', name='Thông tin đúng, tôi đồng ý').click()
    expect(page.get_by_text('Đã ghi nhận ông/bà đồng ý với dự thảo.')).to_be_visible()


def test_a_dossier_is_withdrawn_only_after_a_second_thought(page: Page) -> None:
    filed(page)
    page.get_by_role('button', name='Theo dõi hồ sơ').click()
    ready(page)
    page.get_by_role('button', name='Rút hồ sơ').click()
    page.get_by_role('dialog').get_by_role('button', name='Hủy').click()
    expect(page.get_by_role('dialog')).to_have_count(0)
    expect(page.get_by_text('Mới đăng ký')).to_be_visible()
    page.get_by_role('button', name='Rút hồ sơ').click()
    page.get_by_role('dialog').get_by_label('Lý do rút hồ sơ').fill('Nộp nhầm')
    page.get_by_role('dialog').get_by_role('button', name='Rút hồ sơ').click()
    expect(page.get_by_text('Đã rút hồ sơ theo yêu cầu của ông/bà.')).to_be_visible()
    expect(page.get_by_role('button', name='Rút hồ sơ')).to_have_count(0)


def test_the_number_alone_shows_only_how_far_it_is(page: Page) -> None:
    _, number, _ = filed(page)
    page.goto('/ho-so')
    ready(page)
    page.get_by_label('Mã hồ sơ').fill(number)
    page.get_by_role('button', name='Tra cứu').click()
    expect(page.get_by_text('Trang này không hiện tên người và giấy tờ.')).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(80):
        page.keyboard.press('Tab')
        if page.evaluate('wanted => document.activeElement.matches(wanted)', selector):
            return
    pytest.fail(f'{selector} is not reached by Tab')


def test_the_keyboard_alone_is_enough(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={'width': 1180, 'height': 820}, base_url=site.url, reduced_motion='reduce')
    page = context.new_page()
    page.goto('/nop')
    ready(page)
    tab_to(page, 'input[type=search], .mc-search input')
    page.keyboard.type('ban sao tu ban chinh')
    page.keyboard.press('Enter')
    expect(page.locator('h1')).to_be_focused()
    tab_to(page, 'a[href="/nop/chung-thuc-ban-sao"]')
    page.keyboard.press('Enter')
    expect(page.locator('h1')).to_be_focused()
    tab_to(page, '.mc-btn-primary')
    page.keyboard.press('Enter')
    page.locator('.mc-stepper').wait_for()
    expect(page.locator('h1')).to_be_focused()
    tab_to(page, '.mc-actions .mc-btn-primary')
    page.keyboard.press('Enter')
    expect(page.get_by_role('alert')).to_be_focused()
    page.keyboard.press('Tab')
    page.keyboard.press('Enter')
    expect(page.locator('[id^="q-"]:focus')).to_have_count(1)
    tab_to(page, '#q-requester_phone')
    page.keyboard.type('0912345678')
    page.keyboard.press('Tab')
    page.wait_for_function(SAVED)
    page.reload()
    ready(page)
    expect(page.locator('#q-requester_phone')).to_have_value('0912 345 678')
    context.close()


def test_in_english_the_screens_speak_english(phone: BrowserContext, site: Site) -> None:
    phone.add_cookies([{'name': 'lang', 'value': 'en', 'url': site.url}])
    page = phone.new_page()
    an = Person(page, 'khai-sinh')
    an.start('Start without an account')
    expect(page.get_by_text('Step 1 of')).to_be_visible()
    page.get_by_role('button', name='Continue', exact=True).click()
    expect(page.get_by_role('alert')).to_contain_text('There is a problem')
    for words in ('Tiếp tục', 'Bước', 'Quay lại', 'Đã lưu', 'bắt buộc'):
        assert words not in page.locator('.nicegui-content').inner_text(), words
