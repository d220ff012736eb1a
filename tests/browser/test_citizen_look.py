"""Every screen of an applicant, in every look: nothing for axe to complain of, nothing too small, nothing overflowing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.desk import faults
from tests.browser.filling import Person, ready, sign_in
from tests.support.looks import PICTURES

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


@contextmanager
def visited(browser: Browser, journey: Journey, who: str, size: ViewportSize = PHONE) -> Iterator[Page]:
    """Give the page of somebody who has come so far; a fault of a script fails the test."""
    context = browser.new_context(
        viewport=size, reduced_motion='reduce', base_url=journey.site.url, storage_state=journey.states[who]
    )
    context.set_default_timeout(15_000)
    page, troubles = context.new_page(), list[str]()
    page.on('pageerror', lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert troubles == []


def show(page: Page, stop: Stop) -> None:
    """Open a screen and do what is to be done there."""
    _, _, address, act = stop
    page.goto(address)
    ready(page)
    if act:
        act(page)


@pytest.mark.looks
@pytest.mark.timeout(900)
def test_no_screen_of_an_applicant_has_a_fault_in_any_look(browser: Browser, site: Site) -> None:
    """All in one: to come so far takes longer than to look."""
    journey = Journey(browser, site)
    found: list[str] = []
    for who in journey.states:
        with visited(browser, journey, who) as page:
            for stop in (each for each in journey.stops if each[1] == who):
                page.set_viewport_size(PHONE)
                show(page, stop)
                found += faults(page, stop[0])
                found += _with_large_text(page, stop[0])
                if stop[0] == 'sent':
                    found += _receipt(page)
    assert found == []


def _with_large_text(page: Page, name: str) -> list[str]:
    page.set_viewport_size({'width': 320, 'height': 640})
    page.add_style_tag(content='html { font-size: 200% !important }')
    return [f'{name}: overflows with large text'] * (page.evaluate('document.documentElement.scrollWidth') > 320)


def _receipt(page: Page) -> list[str]:
    """Print what stands on the confirmation: one A5 page with everything on it."""
    page.reload()
    ready(page)
    number = page.locator('.mc-panel .mc-code').inner_text()
    secret = page.locator('.mc-secret .mc-copy-text span').last.inner_text()
    printed = page.pdf(prefer_css_page_size=True)
    if PICTURES:
        (Path(PICTURES) / 'receipt.pdf').write_bytes(printed)
    paper = pypdfium2.PdfDocument(printed)
    text = paper[0].get_textpage().get_text_bounded()
    found = [f'the receipt has {len(paper)} pages'] * (len(paper) != 1)
    size = [round(each / 72 * 25.4) for each in paper[0].get_size()]
    found += [f'the receipt is {size}'] * (size != [148, 210])
    words = ('GIẤY BIÊN NHẬN', number, secret, 'Ủy ban nhân dân xã Tân Phú', 'Mã kiểm tra', 'Người nộp')
    return found + [f'the receipt does not say {word}' for word in words if word not in text]
