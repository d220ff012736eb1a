"""The whole application in a process of its own, and Chromium before it as a citizen's telephone."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.components.proxy import Wire
from tests.support.ports import free_port

PHONE: ViewportSize = {'width': 360, 'height': 740}


class Site:
    """A running application with prepared units and people."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        command = [sys.executable, '-m', 'tests.browser.server', str(self.port), str(folder)]
        self._process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        deadline = time.monotonic() + 90
        while not self._answers():
            assert self._process.poll() is None, 'the application ended'
            assert time.monotonic() < deadline, 'the application does not answer'
            time.sleep(0.1)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(20)

    def officer(self, what: str) -> None:
        """Let an officer do something meanwhile: ``ask/ID?document=...``, ``accept/ID``, ``draft/ID``."""
        with urlopen(f'{self.url}/lab/{what}', timeout=20) as answer:
            assert answer.status == 200

    def _answers(self) -> bool:
        try:
            with urlopen(f'{self.url}/healthz', timeout=5):
                return True
        except OSError:
            return False


@pytest.fixture(scope='session')
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start the application once."""
    running = Site(tmp_path_factory.mktemp('site'))
    yield running
    running.close()


@pytest.fixture
def wire(site: Site) -> Iterator[Wire]:
    """Stand between browser and application: a line that can be cut."""
    cable = Wire(site.port)
    yield cable
    cable.close()


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Give a telephone that nobody has used."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, base_url=site.url, reduced_motion='reduce'
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """Give a tab in which every fault of a script fails the test."""
    tab = phone.new_page()
    troubles: list[str] = []
    tab.on('pageerror', lambda error: troubles.append(str(error)))
    yield tab
    assert troubles == []
