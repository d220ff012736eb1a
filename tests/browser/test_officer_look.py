"""Every screen and dialog of the desk, at four sizes, light and dark: nothing for axe to complain of, nothing overflowing."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.desk import Office, Tablet, faults

Act = Callable[[Tablet], None]


@pytest.fixture(scope='module')
def office(browser: Browser, site: Site) -> Iterator[Office]:
    yield Office(browser, site)


class Cases:
    """One dossier in each state that changes what an officer sees."""

    def __init__(self, office: Office) -> None:
        self.earlier = office.filed('khai-tu', 21)
        self.filed = office.filed('khai-sinh', 3)
        self.at_chi = office.filed(seed=22)
        self.at_dung = office.filed(seed=23)
        self.resolved = office.filed(seed=24)
        self.verified = office.filed('xac-nhan-tinh-trang-hon-nhan', 25)
        self.late = office.filed('xac-nhan-tinh-trang-hon-nhan', 26)
        for one in (self.verified, self.late):
            office.lab(f'carry/{one["id"]}?to=case_officer')
        office.lab(f'overdue/{self.late["id"]}')
        for dossier, role in ((self.at_chi, 'case_officer'), (self.at_dung, 'leader'), (self.resolved, 'return')):
            office.lab(f'carry/{dossier["id"]}?to={role}')


@pytest.fixture(scope='module')
def cases(office: Office) -> Cases:
    return Cases(office)


def tab(name: str) -> Act:
    """Open a tab of the dossier."""

    def act(tablet: Tablet) -> None:
        tablet.page.get_by_role('tab', name=name).click()
        expect(tablet.page.get_by_role('tab', name=name)).to_have_attribute('aria-selected', 'true')

    return act


def dialog(name: str, *, rare: bool = False, fails: bool = False) -> Act:
    """Open the dialog of an act, perhaps with everything in it refused."""

    def act(tablet: Tablet) -> None:
        if rare:
            tablet.page.get_by_text('Việc khác').click()
        tablet.act(name).click()
        expect(tablet.page.get_by_role('dialog')).to_be_visible()
        if fails:
            tablet.confirm(name).click()
            expect(tablet.page.locator('dialog .mc-error, dialog .mc-notice.is-error').first).to_be_visible()

    return act


def word(tablet: Tablet) -> None:
    """Open the words of a drafted apology."""
    tablet.page.get_by_role('button', name='Sửa dự thảo').click()
    expect(tablet.page.get_by_role('dialog')).to_be_visible()


def papers(tablet: Tablet) -> None:
    """Open a paper, and the menu of rare acts."""
    tablet.page.get_by_role('button', name='Xem').first.click()
    expect(tablet.page.locator('.mc-viewer img')).to_be_visible()
    tablet.page.get_by_text('Việc khác').click()
    tablet.page.get_by_text('Cách tính hạn').click()


def find_nothing(tablet: Tablet) -> None:
    """Search for what is not there."""
    tablet.page.get_by_role('searchbox').fill('zzzz')
    tablet.page.keyboard.press('Enter')
    expect(tablet.page.locator('.mc-empty, .mc-told .mc-notice').first).to_be_visible()


def first_row(tablet: Tablet) -> None:
    """Open the first row."""
    tablet.page.locator('.mc-rows a').first.click()
    expect(tablet.page.locator('.mc-case, dialog').first).to_be_visible()


def look(office: Office, who: str, stops: dict[str, tuple[str, Act | None]]) -> list[str]:
    """Return the faults of all these screens."""
    found: list[str] = []
    with office.tablet(who) as tablet:
        for name, (path, act) in stops.items():
            tablet.page.set_viewport_size({'width': 820, 'height': 1180})
            tablet.go(path)
            if act:
                act(tablet)
            found += faults(tablet.page, name)
    return found


@pytest.mark.looks
@pytest.mark.timeout(300)
def test_intake_has_no_fault_in_any_look(office: Office, cases: Cases) -> None:
    filed, resolved = f'/can-bo/ho-so/{cases.filed["id"]}', f'/can-bo/ho-so/{cases.resolved["id"]}'
    assert look(office, 'binh', {
        'queue': ('/can-bo?hop=to_receive', None),
        'nothing': ('/can-bo?hop=all', find_nothing),
        'papers': (f'/can-bo/ho-so/{cases.earlier["id"]}', papers),
        'answers': (filed, tab('Thông tin khai')),
        'history': (filed, tab('Lịch sử')),
        'accept': (filed, dialog('Tiếp nhận', fails=True)),
        'supplement': (filed, dialog('Yêu cầu bổ sung')),
        'refuse': (filed, dialog('Từ chối tiếp nhận', fails=True)),
        'secret': (filed, dialog('Cấp lại mã bí mật', rare=True, fails=True)),
        'hand over': (resolved, dialog('Trả kết quả')),
        'counter': ('/can-bo/tiep-nhan', None),
        'return': ('/can-bo/tra-ket-qua', find_nothing),
        'paper to be signed': ('/can-bo/giay-to', first_row),
    }) == []  # fmt: skip


@pytest.mark.looks
@pytest.mark.timeout(300)
def test_those_who_work_on_a_dossier_have_no_fault_in_any_look(office: Office, cases: Cases) -> None:
    chi, dung = f'/can-bo/ho-so/{cases.at_chi["id"]}', f'/can-bo/ho-so/{cases.at_dung["id"]}'
    assert look(office, 'chi', {
        'forward': (chi, dialog('Chuyển bước sau')),
        'send back': (chi, dialog('Trả lại bước trước', fails=True)),
        'stop': (chi, dialog('Dừng giải quyết', rare=True, fails=True)),
        'steps': (chi, tab('Luân chuyển')),
        'extend': (f'/can-bo/ho-so/{cases.verified["id"]}', dialog('Kéo dài thời hạn để xác minh', fails=True)),
        'late': (f'/can-bo/ho-so/{cases.late["id"]}', None),
    }) == []  # fmt: skip
    assert look(office, 'dung', {
        'approve': (dung, dialog('Phê duyệt')),
        'approvals': ('/can-bo/cho-duyet', first_row),
        'reassign': (dung, dialog('Giao người khác', rare=True)),
        'apologies': ('/can-bo/xin-loi', None),
        'word an apology': (f'/can-bo/ho-so/{cases.late["id"]}', word),
    }) == []  # fmt: skip


@pytest.mark.looks
def test_a_paper_to_be_signed_gets_the_room_of_a_telephone(office: Office, cases: Cases) -> None:
    with office.tablet('binh', {'width': 360, 'height': 740}) as binh:
        binh.go('/can-bo/giay-to')
        first_row(binh)
        expect(binh.page.locator('.mc-viewer img')).to_be_visible()
        stage, bar = (binh.page.locator(where).bounding_box() for where in ('.mc-viewer-stage', '.mc-actionbar'))
        assert stage and bar
        assert bar['y'] - stage['y'] > 400, 'more than half of the screen is paper'
        assert stage['width'] == 360


@pytest.mark.looks
def test_a_changed_dossier_has_no_fault_in_any_look(office: Office, cases: Cases) -> None:
    one = office.filed('khai-sinh', 31)
    with office.tablet('binh') as binh:
        binh.open(one)
        office.lab(f'carry/{one["id"]}?to=case_officer')
        expect(binh.changed()).to_be_visible()
        assert faults(binh.page, 'changed') == []


def test_large_text_on_a_narrow_screen_does_not_overflow(office: Office, cases: Cases) -> None:
    wide: list[str] = []
    with office.tablet('binh', {'width': 320, 'height': 640}) as binh:
        for path in ('/can-bo', f'/can-bo/ho-so/{cases.filed["id"]}', '/can-bo/tiep-nhan', '/can-bo/tra-ket-qua'):
            binh.go(path)
            binh.page.add_style_tag(content='html { font-size: 200% !important }')
            if binh.page.evaluate('document.documentElement.scrollWidth') > 320:
                wide += [path, *binh.page.evaluate(_WIDE)]
    assert wide == []


_WIDE = """() => [...document.querySelectorAll("body *")].filter(
    el => el.getBoundingClientRect().right > 321 && !el.closest(".mc-tabs, .mc-chips")).map(el => el.outerHTML.slice(0, 90))"""
"""What sticks out of a narrow screen; tabs and queues scroll by themselves."""


def test_the_bar_of_acts_covers_nothing_that_can_be_reached(office: Office, cases: Cases) -> None:
    with office.tablet('binh') as binh:
        for size in ((360, 740), (820, 1180), (1180, 820)):
            binh.page.set_viewport_size({'width': size[0], 'height': size[1]})
            binh.open(cases.earlier)
            assert _bottom(binh.page) == size[1], 'the bar is in reach without scrolling'
            last = binh.page.locator('.mc-papers > .mc-card').last
            last.scroll_into_view_if_needed()
            box = last.bounding_box()
            bar = binh.page.locator('.mc-actionbar').bounding_box()
            assert box and bar and box['y'] + box['height'] <= bar['y'] + 1


def _bottom(page: Page) -> int:
    """Return where the bar of acts ends."""
    return int(page.evaluate('Math.round(document.querySelector(".mc-actionbar").getBoundingClientRect().bottom)'))


def test_the_summary_prints_alone_on_a4(office: Office, cases: Cases) -> None:
    with office.tablet('binh') as binh:
        binh.page.add_init_script('window.print = () => { window.printed = true }')
        binh.open(cases.earlier)
        binh.page.get_by_text('Việc khác').click()
        binh.act('In tóm tắt').click()
        binh.page.wait_for_function('window.printed')
        binh.page.emulate_media(media='print')
        expect(binh.page.locator('.mc-sheet article')).to_be_visible()
        expect(binh.page.locator('.mc-sheet article')).to_contain_text(cases.earlier['number'])
        for hidden in ('.mc-top', '.mc-split-list', '.mc-actionbar', '.mc-foot'):
            expect(binh.page.locator(hidden)).to_be_hidden()
