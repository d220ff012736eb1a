"""An officer at a tablet: signing in, opening, pressing, and looking for faults."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import axe_playwright_python
from playwright.sync_api import Browser, Locator, Page, StorageState, ViewportSize, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.conftest import Site
from tests.browser.filling import ready, sign_in
from tests.components.conftest import RULES
from tests.components.test_screens import SMALL
from tests.support.looks import PICTURES, SIZES, looks

SOON = 10_000
"""Milliseconds until an open screen has followed a change: a second on a machine that does nothing else."""
TABLET: ViewportSize = {'width': 820, 'height': 1180}
LYING: ViewportSize = {'width': 1180, 'height': 820}
NAMES = {
    'binh': 'Trần Văn Bình',
    'chi': 'Phạm Thị Chi',
    'dung': 'Hoàng Văn Dũng',
    'van': 'Đỗ Hồng Vân',
    'giang': 'Ngô Thu Giang',
    'khanh': 'Đặng Quốc Khánh',
    'em': 'Lý Văn Em',
}
_AXE = (Path(axe_playwright_python.__file__).parent / 'axe.min.js').read_text('utf-8')


class Office:
    """The officers of one site, each signed in once; tablets are opened for them as needed."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self._states: dict[str, StorageState] = {}

    @contextmanager
    def tablet(self, who: str, size: ViewportSize = TABLET) -> Iterator['Tablet']:
        """Give a tablet at which somebody is signed in; a fault of a script fails the test."""
        context = self.browser.new_context(
            viewport=size, base_url=self.site.url, reduced_motion='reduce', storage_state=self._states.get(who)
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        troubles: list[str] = []
        page.on('pageerror', lambda error: troubles.append(str(error)))
        if who not in self._states:
            sign_in(page, NAMES[who])
            self._states[who] = context.storage_state()
        yield Tablet(page)
        context.close()
        assert troubles == []

    def forget(self, who: str) -> None:
        """Let somebody whose session has ended sign in anew."""
        self._states.pop(who, None)

    def opens(self, dossier: dict[str, str], secret: str) -> bool:
        """Tell whether number and secret open a dossier for somebody without an account."""
        context = self.browser.new_context(base_url=self.site.url)
        page = context.new_page()
        page.goto('/tra-cuu')
        page.get_by_label('Mã hồ sơ').fill(dossier['number'])
        page.get_by_label('Mã bí mật').fill(secret)
        with page.expect_navigation():  # to the dossier, or to the form with its errors
            page.locator('form', has=page.get_by_label('Mã bí mật')).get_by_role('button').click()
        is_open = dossier['id'] in page.url
        context.close()
        return is_open

    def lab(self, what: str) -> dict[str, Any]:
        """Let somebody else do something."""
        with urlopen(f'{self.site.url}/lab/{what}', timeout=20) as answer:
            return dict(json.load(answer))

    def filed(self, slug: str = 'thanh-lap-ho-kinh-doanh', seed: int = 1) -> dict[str, str]:
        """Let somebody file a dossier."""
        return self.lab(f'file/{slug}?seed={seed}')


class Tablet:
    """One officer's page; every touch is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)
        ready(self.page)
        self.taps = 0

    def open(self, dossier: dict[str, str]) -> None:
        """Open a dossier by its address."""
        self.go(f'/can-bo/ho-so/{dossier["id"]}')
        expect(self.page.locator('.mc-case h2')).to_be_visible()

    def tap(self, target: Locator) -> None:
        """Touch something once."""
        target.click()
        self.taps += 1

    def row(self, text: str) -> Locator:
        """Return a row of the list."""
        return self.page.locator('.mc-rows a', has_text=text)

    def act(self, name: str) -> Locator:
        """Return a button of the bar."""
        return self.page.locator('.mc-actionbar').get_by_role('button', name=name, exact=True)

    def confirm(self, name: str) -> Locator:
        """Return a button of the open dialog."""
        return self.page.get_by_role('dialog').get_by_role('button', name=name, exact=True)

    def press(self, name: str, *, sure: bool = False) -> None:
        """Press a button of the bar, and the same one of its dialog."""
        self.tap(self.act(name))
        if sure:
            self.tap(self.confirm(name))
            dialog = self.page.get_by_role('dialog')
            try:
                dialog.wait_for(state='detached', timeout=15_000)
            except PlaywrightTimeoutError as error:
                raise AssertionError(f'still open: {dialog.inner_text()}') from error

    def state(self) -> Locator:
        """Return the tags of the opened dossier."""
        return self.page.locator('.mc-case-head .mc-tags')

    def changed(self) -> Locator:
        """Return the word that somebody else has changed the dossier."""
        return self.page.locator('.mc-live-box')


def faults(page: Page, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> list[str]:
    """Return what is wrong with the screen as it is, at these sizes, light and dark."""
    options = {'runOnly': RULES, 'rules': {'target-size': {'enabled': False}}, 'resultTypes': ['violations']}
    dark = {'runOnly': ['color-contrast'], 'resultTypes': ['violations']}
    if not page.evaluate('Boolean(window.axe)'):
        page.evaluate(_AXE)
    found: list[str] = []
    for (width, height), themes in looks(sizes):
        page.set_viewport_size({'width': width, 'height': height})
        for theme in themes:
            rules = dark if theme == 'dark' else options
            page.emulate_media(color_scheme='dark' if theme == 'dark' else 'light', reduced_motion='no-preference')
            page.wait_for_function(_SETTLED, arg=theme == 'dark')
            where = f'{name} {width} {theme}'
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f'{where.replace(" ", "-")}.png', full_page=True)
            found += [f'{where}: {fault}' for fault in page.evaluate(_RUN, rules)]
        found += [f'{where}: overflows'] * page.evaluate('document.documentElement.scrollWidth > innerWidth')
        found += [f'{where}: small {html}' for html in page.evaluate(SMALL)]
        found += [f'{where}: {page.locator("h1").count()} h1'] * (page.locator('h1').count() != 1)
    return found


_SETTLED = "dark => !window.did_handshake || document.body.classList.contains('body--dark') === dark"
"""The application follows the device a moment after the style sheet does; plain pages do at once."""
_RUN = """async options => (await axe.run(document, options)).violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${node.html.slice(0, 160)}`))"""


def tab_to(page: Page, target: Locator, *, most: int = 60) -> None:
    """Go to something with the Tab key alone."""
    for _ in range(most):
        if target.evaluate('el => el === document.activeElement'):
            return
        page.keyboard.press('Tab')
    raise AssertionError('not reached by Tab')
