"""Every component in every state: nothing for axe to complain of, nothing too small to touch, nothing overflowing."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.components.conftest import Gallery, violations
from tests.support.looks import THOROUGH

LOOKS = [
    (360, 740, 'light'),
    (1180, 820, 'dark'),
    *([(820, 1180, 'light'), (1180, 820, 'light'), (1440, 900, 'light'), (360, 740, 'dark')] if THOROUGH else []),
]
State = Callable[[Page], None]

SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter((el) => {
    const target = el.closest('label') ?? el;
    const box = target.getBoundingClientRect();
    const inText = el.matches('a') && getComputedStyle(el).display === 'inline';
    const unseen = !box.width || el.closest('[hidden], .mc-sr, .mc-skip, dialog:not([open])') || el.matches('[type=file]');
    return !inText && !unseen && (box.height < 43.5 || box.width < 43.5);
}).map((el) => el.outerHTML.slice(0, 120))"""


def ready(page: Page) -> None:
    page.wait_for_function('window.did_handshake')
    page.locator('h1').wait_for(state='attached')


def as_it_is(page: Page) -> None:
    ready(page)


def errors(page: Page) -> None:
    ready(page)
    page.get_by_role('button', name='Lưu và xem lại').click()
    expect(page.get_by_role('alert')).to_be_focused()
    expect(page).to_have_title('Lỗi: Thông tin người đi khai sinh và trẻ – Một cửa trực tuyến')


def dialog(page: Page) -> None:
    ready(page)
    page.get_by_role('button', name='Từ chối').click()
    expect(page.get_by_label('Lý do')).to_be_focused()
    page.get_by_role('dialog').get_by_role('button', name='Từ chối').click()
    expect(page.get_by_role('dialog').get_by_text('Xin trả lời câu này.')).to_be_visible()


def menu(page: Page) -> None:
    ready(page)
    page.locator('.mc-menu summary').click()
    expect(page.get_by_role('button', name='Đăng xuất')).to_be_visible()


def upload_failed(page: Page) -> None:
    ready(page)
    files = [
        FilePayload(name='trống.jpg', mimeType='image/jpeg', buffer=b''),
        FilePayload(name='hỏng.pdf', mimeType='application/pdf', buffer=b'x'),
        FilePayload(name='to.pdf', mimeType='application/pdf', buffer=b'x' * 2**21),
    ]
    page.locator('input[type=file]').first.set_input_files(files)
    expect(page.get_by_text('Không đọc được tệp này.').first).to_be_visible()


def opened(page: Page) -> None:
    ready(page)
    page.get_by_role('link', name='Trần Văn Đức').click()
    page.get_by_role('button', name='Báo có thay đổi').click()
    page.get_by_role('button', name='Tiếp nhận').click()
    expect(page.get_by_text('Nội dung trang này vừa có thay đổi.')).to_be_visible()
    expect(page.get_by_text('Không tiếp nhận được')).to_be_visible()


STATES: tuple[tuple[str, State], ...] = (
    ('/nop?demo', as_it_is),
    ('/nop', dialog),
    ('/nop', menu),
    ('/nop/form', as_it_is),
    ('/nop/form', errors),
    ('/nop/giay-to', as_it_is),
    ('/nop/giay-to', upload_failed),
    ('/nop/ban', as_it_is),
    ('/nop/ban', opened),
)


@pytest.mark.looks
@pytest.mark.timeout(300)
@pytest.mark.parametrize(('width', 'height', 'theme'), LOOKS)
def test_no_state_of_any_screen_has_a_fault(
    browser: Browser, gallery: Gallery, width: int, height: int, theme: Literal['light', 'dark']
) -> None:
    context = browser.new_context(
        viewport={'width': width, 'height': height},
        color_scheme=theme,
        reduced_motion='reduce',
        base_url=f'http://127.0.0.1:{gallery.port}',
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    troubles: list[str] = []
    page.on('pageerror', lambda error: troubles.append(str(error)))
    for path, state in STATES:
        page.goto(path)
        state(page)
        here = f'{path} {state.__name__}'
        assert violations(page) == [], here
        assert not page.evaluate('document.documentElement.scrollWidth > innerWidth'), here
        assert page.evaluate(SMALL) == [], here
        assert page.locator('html').get_attribute('lang') == 'vi'
        assert page.locator('h1').count() == 1, here
    assert troubles == []
    context.close()


def test_large_text_on_a_narrow_screen_does_not_overflow(browser: Browser, gallery: Gallery) -> None:
    context = browser.new_context(viewport={'width': 320, 'height': 640}, base_url=f'http://127.0.0.1:{gallery.port}')
    page = context.new_page()
    for path in ('/nop', '/nop/form', '/nop/giay-to', '/nop/ban'):
        page.goto(path)
        ready(page)
        page.add_style_tag(content='html { font-size: 200% !important }')
        assert page.evaluate('document.documentElement.scrollWidth') <= 320, path
    context.close()


def test_without_javascript_the_page_says_where_to_turn(browser: Browser, gallery: Gallery) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=f'http://127.0.0.1:{gallery.port}')
    page = context.new_page()
    page.goto('/nop/form')
    expect(page.get_by_role('heading', name='Trang này cần JavaScript')).to_be_visible()
    expect(page.get_by_role('link', name='028 3123 4567')).to_be_visible()
    expect(page.get_by_text('Your browser')).to_be_hidden()
    context.close()
