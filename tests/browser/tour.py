"""A tour of every page: each is opened once, looked at in every size and colour, and what is wrong is written down."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

from pages import collect
from tests.browser.conftest import PHONE, Site
from tests.browser.desk import Office, faults
from tests.browser.filling import ready, sign_in
from tests.support.looks import SIZES

Act = Callable[[Page], object]
ENGLISH = re.compile(
    r'\b(the|and|your|you|please|submit|search|loading|errors?|files?|upload|cancel|save|close|next|previous|back|pages?|'
    r'log ?in|log ?out|sign ?(in|out|up)|password|invalid|required|optional|unknown|select|none|null|undefined|NaN|true|false|'
    r'dossiers?|drafts?|status|help|skip|yes|not|with|from|this|that|are|is|object|choose|choice|open|result|date|name)\b',
    re.IGNORECASE,
)
_WORDS = """() => {
  const foreign = [...document.querySelectorAll('[lang="en"], [data-english]')].map(one => one.innerText);
  const spoken = [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]
    .filter(one => !one.closest('[lang="en"]') && one.checkVisibility())
    .flatMap(one => ['aria-label', 'title', 'placeholder', 'alt'].map(name => one.getAttribute(name) ?? ''));
  return [document.title, foreign.reduce((text, words) => text.replace(words, ''), document.body.innerText), ...spoken].join('\\n');
}"""
_GO = """path => {
  const way = Object.assign(document.createElement('a'), { href: path });
  document.body.append(way);
  way.click();
  way.remove();
}"""
_WIDER = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'


class Tour:
    """What was seen. ``found`` holds what is wrong, by kind."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.office = Office(browser, site)
        self.live = collect().routes
        self.found: dict[str, list[str]] = defaultdict(list)
        self.sizes: Sequence[tuple[int, int]] = SIZES
        self.seen: set[str] = set()
        self.titles: dict[str, set[str]] = defaultdict(set)

    @contextmanager
    def visitor(self, name: str = '') -> Iterator[Page]:
        """Give the page of somebody, signed in under a name of the demonstration if there is one."""
        context = self.browser.new_context(
            viewport=PHONE, base_url=self.site.url, reduced_motion='reduce', bypass_csp=True
        )
        context.set_default_timeout(10_000)
        self._watch(context)
        page = context.new_page()
        page.on('pageerror', lambda error: self.found['scripts'].append(str(error)))
        if name:
            sign_in(page, name)
        yield page
        context.close()

    def _watch(self, context: BrowserContext) -> None:
        own = (self.site.url, self.site.url.replace('http', 'ws'), 'data:', 'blob:')
        context.on(
            'request', lambda asked: None if asked.url.startswith(own) else self.found['hosts'].append(asked.url)
        )

    def look(self, page: Page, path: str, act: Act | None = None, *, name: str = '', heading: str = 'h1') -> None:
        """Go to a page, from within the application where that can be, do what is to be done, and look.

        ``heading`` takes the focus when one comes from within.
        """
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme='light')
        self._go(page, path, heading)
        if act:
            act(page)
        self.here(page, name or path)

    def here(self, page: Page, name: str) -> None:
        """Look at the page as it is."""
        self.seen.add(urlsplit(page.url).path)
        if page.locator('html').get_attribute('lang') != 'vi':
            self.found['language'].append(name)
        title = page.title()
        self.titles[title].add(name)
        if not title.strip() or 'NiceGUI' in title:
            self.found['titles'].append(f'{name}: {title!r}')
        self.found['english'] += [f'{name}: {found[0]}' for found in ENGLISH.finditer(page.evaluate(_WORDS))]
        self.found['look'] += faults(page, name, self.sizes)
        self._narrow(page, name)

    def _go(self, page: Page, path: str, heading: str) -> None:
        """Open a screen of the application from inside it: the heading takes the focus. Other pages are opened plainly."""
        is_live = any(route.matches(urlsplit(path).path) for route in self.live)
        is_inside = page.evaluate('Boolean(window.did_handshake)') and not page.url.endswith(path)
        if is_live and is_inside:
            before = page.title()
            page.keyboard.press('Shift')  # a person, not a script
            page.evaluate(_GO, path)
            page.wait_for_url(lambda url: url.endswith(path))
            self.found['focus'] += [f'{path}: a dialog stayed open'] * page.get_by_role('dialog').count()
            try:
                expect(page.locator(heading)).to_be_focused()
            except AssertionError:
                at = page.evaluate('document.activeElement?.outerHTML.slice(0, 120)')
                self.found['focus'].append(f'{path}: {at}')
            with suppress(TimeoutError):  # the title comes a moment after the screen; one that stays is found later
                page.wait_for_function('before => document.title !== before', arg=before, timeout=5_000)
            return
        page.goto(path)
        if is_live:
            ready(page)

    def _narrow(self, page: Page, name: str) -> None:
        page.emulate_media(color_scheme='light')
        page.set_viewport_size({'width': 320, 'height': 640})
        self.found['narrow'] += [f'{name}: 320 px'] * page.evaluate(_WIDER)
        style = page.add_style_tag(content='html { font-size: 200% !important }')
        self.found['narrow'] += [f'{name}: 320 px, text at 200 %'] * page.evaluate(_WIDER)
        style.evaluate('style => style.remove()')

    def unseen(self, but: set[str]) -> list[str]:
        """Return the pages at which nobody has looked."""
        patterns = {route.path for route in self.live} | set(_plain())
        return sorted(p for p in patterns - but if not any(re.fullmatch(_shape(p), path) for path in self.seen))


def _shape(pattern: str) -> str:
    return '[^/]+'.join(re.escape(part) for part in re.split(r'\{[^}]+\}', pattern))


def _plain() -> Iterator[str]:
    """Yield the addresses of all plain pages."""

    def inside(routes: Any, prefix: str) -> Iterator[str]:
        for route in routes:
            if inner := getattr(route, 'original_router', None):
                yield from inside(inner.routes, prefix + route.include_context.prefix)
            elif 'GET' in (getattr(route, 'methods', None) or ()) and not (prefix + route.path).startswith('/api/'):
                yield prefix + route.path

    for router in collect().routers:
        yield from inside(router.routes, '')
