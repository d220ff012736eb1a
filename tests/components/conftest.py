"""Chromium in front of the gallery, with a wire between them that can be cut."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.components.proxy import Wire
from tests.support.ports import free_port


class Gallery:
    """The gallery's server as a process that can be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.draft = ''
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, '-m', 'tests.components.gallery', str(self.port), str(self.folder)]
        self._process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, 'the gallery ended'
            assert time.monotonic() < deadline, 'the gallery does not answer'
            time.sleep(0.1)

    def kill(self) -> None:
        """End it without warning."""
        self._process.kill()
        self._process.wait(10)

    def saved(self) -> dict[str, Any]:
        """Return the answers that the server has saved in this test's draft."""
        file = self.folder / f'{self.draft}.json'
        return dict(json.loads(file.read_text('utf-8'))) if file.exists() else {}

    def _answers(self) -> bool:
        try:
            with urlopen(f'http://127.0.0.1:{self.port}/static/none', timeout=5):
                return True
        except OSError as error:
            return getattr(error, 'code', None) == 404


@pytest.fixture(scope='session')
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    server = Gallery(tmp_path_factory.mktemp('gallery'))
    yield server
    server.kill()


@pytest.fixture
def wire(gallery: Gallery) -> Iterator[Wire]:
    gallery.draft = uuid4().hex
    cable = Wire(gallery.port)
    yield cable
    cable.close()


@pytest.fixture
def page(browser: Browser, wire: Wire) -> Iterator[Page]:
    context = browser.new_context(
        viewport={'width': 360, 'height': 740}, base_url=f'http://127.0.0.1:{wire.port}', reduced_motion='reduce'
    )
    tab = context.new_page()
    tab.set_default_timeout(15_000)
    yield tab
    context.close()


def until(page: Page, true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait while the browser goes on."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, 'waited in vain'
        page.wait_for_timeout(50)


RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong on the page as it is now.

    Sizes are measured by the tests themselves, 44 px instead of 24: axe also counts what a bar that stays happens to cover.
    """
    options = {'runOnly': RULES, 'rules': {'target-size': {'enabled': False}}}
    found = Axe().run(page, options=options).response['violations']
    return [f'{each["id"]}: {node["html"][:160]}' for each in found for node in each['nodes']]
