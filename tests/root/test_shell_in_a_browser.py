"""The frame of live pages in Chromium: its own policy lets it work, moving about keeps focus, title and address right."""

import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.guarantees.attacker import Server, lab
from tests.support.browser import Unavailable, chromium

pytestmark = pytest.mark.browser


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with lab('shell', tmp_path_factory.mktemp('shell'), 'tests.root.shell_lab') as running:
        yield running


@pytest.fixture(scope='module')
def page(server: Server) -> Iterator[Page]:
    try:
        with chromium() as browser:
            yield browser.new_page(base_url=server.url, viewport={'width': 360, 'height': 740})
    except Unavailable as reason:
        pytest.skip(str(reason))


def test_a_live_page_runs_under_its_policy(page: Page) -> None:
    complaints: list[str] = []
    page.on('console', lambda said: complaints.append(said.text) if said.type in ('error', 'warning') else None)
    page.on('requestfailed', lambda request: complaints.append(request.url))
    page.goto('/nop/1')
    expect(page.get_by_role('heading', level=1)).to_have_text('Thủ tục 1')
    page.wait_for_function('window.socket?.connected')
    assert complaints == []


def test_a_link_inside_changes_screen_address_title_and_focus(page: Page) -> None:
    page.goto('/nop/1')
    page.evaluate('window.same = true')
    page.click('#inside')
    heading = page.get_by_role('heading', level=1)
    expect(heading).to_have_text('Thủ tục 2')
    expect(heading).to_be_focused()
    expect(page).to_have_url('/nop/2')
    expect(page).to_have_title('Thủ tục 2 – Một cửa trực tuyến')
    assert page.evaluate('window.same'), 'the document was never left'
    page.go_back()
    expect(heading).to_have_text('Thủ tục 1')


def test_a_link_to_a_plain_page_leaves_the_application(page: Page) -> None:
    page.goto('/nop/1')
    page.wait_for_function('window.socket?.connected')
    page.click('#outside')
    expect(page).to_have_url('/hits?x=1')
    expect(page.locator('body')).to_contain_text('"clients"')


def test_a_change_shows_by_itself_within_a_second(page: Page, server: Server) -> None:
    page.goto('/nop/1')
    page.wait_for_function('window.socket?.connected')
    took = [float('inf')]
    for number in range(5):  # the best of a few: whatever else the machine does just then can only make it slower
        if min(took) < 2:
            break
        begun = time.monotonic()
        httpx.get(f'{server.url}/lab/change/vừa-đổi-{number}')
        expect(page.get_by_text(f'vừa-đổi-{number}')).to_be_visible()
        took.append(time.monotonic() - begun)
    assert min(took) < 2, took


def test_when_the_session_ends_the_page_goes_to_the_sign_in_page(page: Page, server: Server) -> None:
    page.goto('/lab/sign-in/intake')
    token = page.evaluate('JSON.parse(document.body.innerText).token')
    page.goto('/can-bo')
    expect(page.get_by_role('heading', level=1)).to_contain_text('staff: Lê Thị Em')
    page.wait_for_function('window.socket?.connected')
    httpx.get(f'{server.url}/lab/end/{token}')
    expect(page).to_have_url('/dang-nhap?next=/can-bo&tin=het-han')
    page.goto('/can-bo')
    expect(page).to_have_url('/dang-nhap?next=/can-bo')
