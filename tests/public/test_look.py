"""The plain pages in Chromium: accessible at every size and in both colours, nothing overflows, no script needed."""

import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import notifications
from app.db import close_database, open_database, read
from app.dossiers import commands
from app.limits import forget_all
from app.settings import Settings
from app.verification.tokens import token_of
from models import Document
from tests.public import site
from tests.support import browser as chromium
from tests.support import world as municipality
from tests.support.looks import Theme, looks
from tests.support.world import World

pytestmark = pytest.mark.browser

PATHS = (
    '/',
    '/thu-tuc',
    '/thu-tuc?q=chung+thuc&muc_do=partial',
    '/thu-tuc/khai-sinh',
    '/thu-tuc/chung-thuc-ban-sao',
    '/thu-tuc/chi-mau-don',
    '/tro-giup',
    '/tra-cuu',
    '/tra-cuu?ma=KHONG-CO',
    '/tra-cuu?ma={number}',
    '/tra-cuu/{opened}',
    '/xac-thuc',
    '/xac-thuc?ma=SAI',
    '/xac-thuc/{paper}',
    '/thu-tuc/khong-co-thu-tuc-nay',
)
RULES: dict[Theme, dict[str, Any]] = {
    'light': {'runOnly': ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
    'dark': {'runOnly': {'type': 'rule', 'values': ['color-contrast']}},
}
"""Only the contrast depends on the colours."""
TOO_SMALL = """() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')].filter(one => {
    const box = one.getBoundingClientRect();
    const inSentence = getComputedStyle(one).display === 'inline' || one.classList.contains('mc-skip');
    return box.width > 1 && !inSentence && (box.height < 43.5 || box.width < 43.5);
}).map(one => one.outerHTML.slice(0, 120))"""
OVERFLOW = '() => document.documentElement.scrollWidth - document.documentElement.clientWidth'


class Site:
    """The plain pages served from a thread, and a dossier to follow."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder, self.file = folder, Path(shutil.copy(template, folder / 'motcua.db'))
        self.number = self.secret = self.dossier_id = self.paper = ''
        self.ready = Event()
        self.listening = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.url = f'http://127.0.0.1:{self.listening.getsockname()[1]}'
        application = site.application(lifespan=self._life)
        self.server = uvicorn.Server(uvicorn.Config(application, log_level='warning', ws='none'))
        self.thread = Thread(target=self.server.run, args=([self.listening],), daemon=True)

    @asynccontextmanager
    async def _life(self, _app: FastAPI) -> AsyncIterator[None]:
        notifications.use_settings(Settings(base_url=self.url, demo=True))
        await open_database(f'sqlite+aiosqlite:///{self.file}')
        await forget_all()
        world = await site.fill(self.folder)
        filed = await municipality.filed(world)
        self.number, self.secret, self.dossier_id = filed.filing_number, filed.secret or '', filed.dossier_id
        self.paper = await _paper(world)
        self.ready.set()
        yield
        await close_database()

    def address(self, path: str) -> str:
        """Return the address of a path with its names filled in."""
        return self.url + path.format(number=self.number, opened=self.dossier_id, paper=self.paper)


async def _paper(world: World) -> str:
    """Accept another dossier and return the token of its receipt."""
    one = await municipality.filed(world)
    await commands.accept(world.binh, one.dossier_id, 1, order_reason='system_error')
    async with read() as db:
        return token_of((await db.execute(select(Document.id))).scalar_one())


@pytest.fixture(scope='module')
def portal(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """A running portal."""
    one = Site(tmp_path_factory.mktemp('portal'), sqlite_template)
    one.thread.start()
    assert one.ready.wait(60)
    yield one
    one.server.should_exit = True
    one.thread.join(10)
    one.listening.close()


@pytest.fixture(scope='module')
def browser() -> Iterator[Browser]:
    """Chromium for this module."""
    with chromium.chromium() as one:
        yield one


@pytest.fixture
def page(browser: Browser, portal: Site) -> Iterator[Page]:
    """A page of a visitor who opened a dossier with its secret."""
    context = browser.new_context(bypass_csp=True)
    one = context.new_page()
    one.goto(portal.address('/tra-cuu'))
    one.fill('#ma', portal.number)
    one.fill('#khoa', portal.secret)
    one.click('main button[type=submit]')
    yield one
    context.close()


@pytest.mark.looks
@pytest.mark.timeout(300)
def test_nothing_is_wrong_with_any_page_at_any_size_in_either_colour(page: Page, portal: Site) -> None:
    axe, found = Axe(), []
    for path in PATHS:
        page.goto(portal.address(path))
        page.evaluate('document.querySelectorAll("details").forEach(one => one.open = true)')
        for (width, height), themes in looks():
            page.set_viewport_size({'width': width, 'height': height})
            for colours in themes:
                page.emulate_media(color_scheme=colours)
                for one in axe.run(page, options=RULES[colours]).response['violations']:
                    found.append(f'{path} {width} {colours}: {one["id"]} {[n["html"][:100] for n in one["nodes"]][:2]}')
            if page.evaluate(OVERFLOW) > 0:
                found.append(f'{path} {width}: overflows')
            found += [f'{path} {width}: too small {one}' for one in page.evaluate(TOO_SMALL)]
    assert not found, '\n'.join(found)


def test_nothing_overflows_on_the_narrowest_screen_and_with_text_twice_as_large(page: Page, portal: Site) -> None:
    for path in PATHS:
        page.goto(portal.address(path))
        page.evaluate('document.querySelectorAll("details").forEach(one => one.open = true)')
        page.set_viewport_size({'width': 320, 'height': 640})
        assert page.evaluate(OVERFLOW) <= 0, path
        page.add_style_tag(content='html { font-size: 200% !important }')
        for width in (360, 820):
            page.set_viewport_size({'width': width, 'height': 740})
            assert page.evaluate(OVERFLOW) <= 0, f'{path} at 200 % on {width}'


def test_the_pages_work_without_scripts_and_ask_nobody_else(browser: Browser, portal: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    refused: list[str] = []
    page.on('request', lambda request: asked.append(request.url))
    page.on('console', lambda message: refused.append(message.text) if message.type == 'error' else None)
    page.goto(portal.url)
    page.fill('#q', 'dang ky khai sinh')
    page.press('#q', 'Enter')
    page.click('text=Đăng ký khai sinh')
    assert page.locator('form[method=post] .mc-btn-primary').first.get_attribute('type') == 'submit'
    page.click('text=Tra cứu')
    page.fill('#ma', portal.number)
    page.press('#ma', 'Enter')
    assert 'Mới đăng ký' in page.inner_text('main')
    page.fill('#khoa', portal.secret)
    page.press('#khoa', 'Enter')
    assert 'Giấy chứng minh' in page.inner_text('main')
    page.click('a[hreflang=en]')
    assert page.locator('html').get_attribute('lang') == 'en' and 'Papers handed in' in page.inner_text('main')
    page.click('text=Dark')
    assert page.locator('html').get_attribute('data-theme') == 'dark'
    assert all(address.startswith(portal.url) for address in asked)
    assert not refused
    context.close()


def test_the_keyboard_reaches_the_content_first_and_errors_are_read_first(page: Page, portal: Site) -> None:
    page.goto(portal.url)
    page.keyboard.press('Tab')
    expect(page.locator('.mc-skip')).to_be_focused()
    assert page.locator('.mc-skip').bounding_box()['y'] >= 0  # type: ignore[index]
    page.keyboard.press('Enter')
    page.keyboard.press('Tab')
    expect(page.locator('#q')).to_be_focused()
    page.goto(portal.address('/tra-cuu?ma=KHONG-CO'))
    # the focus comes with the first picture, which may be painted after the page is loaded
    expect(page.locator('.mc-errors')).to_be_focused()


def test_colours_follow_the_device_until_chosen(page: Page, portal: Site) -> None:
    def paper() -> str:
        return str(page.evaluate('getComputedStyle(document.body).backgroundColor'))

    page.goto(portal.url)
    page.emulate_media(color_scheme='dark')
    dark = paper()
    page.emulate_media(color_scheme='light')
    light = paper()
    assert dark != light
    page.goto(portal.address('/giao-dien/toi'))
    assert paper() == dark
    page.goto(portal.address('/giao-dien/sang'))
    page.emulate_media(color_scheme='dark')
    assert paper() == light


def test_the_letters_of_vietnamese_come_with_the_page(page: Page, portal: Site) -> None:
    page.goto(portal.url)
    page.evaluate('document.fonts.ready')
    loaded = page.evaluate(
        '[...document.fonts].filter(one => one.status === "loaded").map(one => one.family + one.weight)'
    )
    assert {'Be Vietnam Pro400', 'Be Vietnam Pro700'} <= {one.replace('"', '') for one in loaded}


def test_a_followed_dossier_prints_on_one_sheet_of_a5(page: Page, portal: Site) -> None:
    page.goto(portal.address('/tra-cuu?ma={number}'))
    page.emulate_media(media='print', color_scheme='dark')
    assert page.locator('.mc-nav').is_hidden() and page.locator('.mc-foot').is_hidden()
    assert page.evaluate('getComputedStyle(document.body).backgroundColor') == 'rgb(255, 255, 255)'
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b'/Type /Page\n') == 1
