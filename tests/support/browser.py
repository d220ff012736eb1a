"""Chromium for tests: Debian's own, without windows where that is packed, and with nothing of it calling home."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

ARGUMENTS = (
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
)

expect.set_options(timeout=15_000)
"""Milliseconds until what is waited for must be there: nothing waits so long but on a machine that does three times as much."""


class Unavailable(Exception):
    """There is no Chromium here; the message says how to get it."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and close it at the end.

    Playwright's plain functions keep an event loop running in this thread, and beside it no asynchronous test can run:
    so never hold it longer than a module, and put no asynchronous test into a module that uses it.
    """
    program = shutil.which('chromium-headless-shell') or shutil.which('chromium')
    if program is None:
        raise Unavailable('Chromium is not installed (apt install chromium)')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()
