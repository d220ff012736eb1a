"""Every screen of an applicant, in every look: nothing for axe to complain of, nothing too small, nothing overflowing."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, StorageState, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.filling import Person, ready, sign_in
from tests.components.conftest import violations
from tests.components.test_screens import LOOKS, SMALL

PICTURES = os.environ.get('PICTURES', '')
"""A folder to keep a picture of each screen in each look."""
Act = Callable[[Page], None]
Stop = tuple[str, str, str, Act | None]
"""name, who looks (guest or citizen), address, what is done there."""


def no_answers(page: Page) -> None:
    page.get_by_role('button', name='Tiếp tục', exact=True).click()
    expect(page.get_by_role('alert')).to_be_focused()


def send_undeclared(page: Page) -> None:
    page.get_by_role('button', name='Gửi hồ sơ').click()
    expect(page.get_by_role('alert')).to_be_focused()


def unfold(page: Page) -> None:
    for summary in page.locator('main summary, .nicegui-content summary').all():
        summary.click()


def withdraw(page: Page) -> None:
    page.get_by_role('button', name='Rút hồ sơ').click()
    expect(page.get_by_role('dialog')).to_be_visible()


def send_nothing(page: Page) -> None:
    page.get_by_role('button', name='Gửi bổ sung').click()
    expect(page.get_by_role('alert')).to_be_focused()


class Journey:
    """Dossiers and drafts in every state, made once; ``stops`` are the screens to look at."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self.states: dict[str, StorageState] = {}
        self.stops: list[Stop] = [
            ('list', 'guest', '/nop', unfold),
            ('list-none', 'guest', '/nop?q=xyzxyz', None),
            ('start', 'guest', '/nop/khai-sinh', unfold),
            ('start-unchecked', 'guest', '/nop?muc_do=information', None),
            ('open', 'guest', '/ho-so', None),
            ('closed', 'guest', '/ho-so/aaaaaaaaaaaaaaaaaaaaaa', None),
        ]
        self._guest(browser)
        self._citizen(browser)

    def _guest(self, browser: Browser) -> None:
        page = self._page(browser)
        an = Person(page, 'khai-sinh', birth_proof_kind='witness', copy_requested='no')
        an.start()
        draft = page.url.partition('?')[0]
        an.fill_all()
        first = page.get_by_role('link', name='Sửa').first.get_attribute('href') or ''
        self._add('page', 'guest', first, unfold)
        self._add('review', 'guest', f'{draft}?trang=xem-lai', send_undeclared)
        self._add('papers', 'guest', f'{draft}?trang=giay-to', None)
        self._add('later', 'guest', f'{draft}?trang=de-sau', None)
        other = Person(page, 'chung-thuc-chu-ky')
        other.start()
        self._add('group-errors', 'guest', page.url, no_answers)
        other.start()
        other.fill_all()
        other.submit()
        self._add('sent', 'guest', page.url, None)
        page.get_by_role('button', name='Theo dõi hồ sơ').click()
        page.wait_for_url('**/ho-so/*')
        ready(page)
        known = page.url
        self._add('dossier', 'guest', known, unfold)
        self._add('withdraw', 'guest', known, withdraw)
        self._add('opened', 'guest', '/ho-so', None)
        self.states['guest'] = page.context.storage_state()
        page.context.close()

    def _citizen(self, browser: Browser) -> None:
        page = self._page(browser)
        sign_in(page, 'Nguyễn Thị An')
        for what in ('ask', 'draft'):
            an = Person(page, 'khai-sinh', birth_proof_kind='witness', copy_requested='no')
            an.start('Bắt đầu với tài khoản của tôi')
            an.fill_all()
            an.submit()
            page.get_by_role('link', name='Theo dõi hồ sơ').click()
            page.wait_for_url('**/ho-so/*')
            known = page.url
            dossier = known.rsplit('/', 1)[1]
            self.site.officer(f'accept/{dossier}')
            if what == 'ask':
                self.site.officer(f'ask/{dossier}?document=witness_statement&field=child_full_name')
                self._add('supplement', 'citizen', f'{known}/bo-sung', send_nothing)
            else:
                self.site.officer(f'draft/{dossier}')
            self._add(f'dossier-{what}', 'citizen', known, None)
        Person(page, 'ket-hon').start('Bắt đầu với tài khoản của tôi')
        self._add('start-again', 'citizen', '/nop/ket-hon', None)
        self._add('mine', 'citizen', '/ho-so', None)
        self.states['citizen'] = page.context.storage_state()
        page.context.close()

    def _page(self, browser: Browser) -> Page:
        context = browser.new_context(viewport=PHONE, base_url=self.site.url, reduced_motion='reduce')
        context.set_default_timeout(15_000)
        return context.new_page()

    def _add(self, name: str, who: str, address: str, act: Act | None) -> None:
        self.stops.append((name, who, address, act))


@pytest.fixture(scope='module')
def journey(browser: Browser, site: Site) -> Journey:
    return Journey(browser, site)


def looking(
    browser: Browser, site: Site, who: StorageState, width: int, height: int, theme: Literal['light', 'dark'] = 'light'
) -> BrowserContext:
    context = browser.new_context(
        viewport={'width': width, 'height': height},
        color_scheme=theme,
        reduced_motion='reduce',
        base_url=site.url,
        storage_state=who,
    )
    context.set_default_timeout(15_000)
    return context


def note(faults: list[str], error: Error) -> None:
    faults.append(str(error))


def show(page: Page, stop: Stop) -> None:
    """Open a screen and do what is to be done there."""
    _, _, address, act = stop
    page.goto(address)
    ready(page)
    if act:
        act(page)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(('width', 'height', 'theme'), LOOKS)
def test_no_screen_has_a_fault_in_any_look(
    browser: Browser, site: Site, journey: Journey, width: int, height: int, theme: Literal['light', 'dark']
) -> None:
    faults: list[str] = []
    for who, state in journey.states.items():
        context = looking(browser, site, state, width, height, theme)
        page = context.new_page()
        page.on('pageerror', partial(note, faults))
        for stop in (each for each in journey.stops if each[1] == who):
            show(page, stop)
            name = stop[0]
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f'{name}-{width}-{theme}.png', full_page=True)
            faults += [f'{name}: {fault}' for fault in violations(page)]
            faults += [f'{name}: overflows'] * page.evaluate('document.documentElement.scrollWidth > innerWidth')
            faults += [f'{name}: small {html}' for html in page.evaluate(SMALL)]
            faults += [f'{name}: {page.locator("h1").count()} h1'] * (page.locator('h1').count() != 1)
        context.close()
    assert faults == []


@pytest.mark.timeout(300)
def test_large_text_on_a_narrow_screen_does_not_overflow(browser: Browser, site: Site, journey: Journey) -> None:
    wide: list[str] = []
    for who, state in journey.states.items():
        context = looking(browser, site, state, 320, 640)
        page = context.new_page()
        for stop in (each for each in journey.stops if each[1] == who):
            show(page, stop)
            page.add_style_tag(content='html { font-size: 200% !important }')
            if page.evaluate('document.documentElement.scrollWidth') > 320:
                wide.append(stop[0])
        context.close()
    assert wide == []


def test_the_receipt_is_one_a5_page_with_everything_on_it(browser: Browser, site: Site, journey: Journey) -> None:
    context = looking(browser, site, journey.states['guest'], 1180, 820)
    page = context.new_page()
    show(page, next(stop for stop in journey.stops if stop[0] == 'sent'))
    number = page.locator('.mc-panel .mc-code').inner_text()
    secret = page.locator('.mc-secret .mc-copy-text span').last.inner_text()
    printed = page.pdf(prefer_css_page_size=True)
    if PICTURES:
        (Path(PICTURES) / 'receipt.pdf').write_bytes(printed)
    paper = pypdfium2.PdfDocument(printed)
    assert len(paper) == 1
    assert [round(each / 72 * 25.4) for each in paper[0].get_size()] == [148, 210]
    text = paper[0].get_textpage().get_text_bounded()
    for word in ('GIẤY BIÊN NHẬN', number, secret, 'Ủy ban nhân dân xã Tân Phú', 'Mã kiểm tra', 'Người nộp'):
        assert word in text, word
    context.close()
