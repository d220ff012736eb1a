"""The whole story, told once for a guest and once for an account: telephone, tablets, and the mail of a real server."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.desk import SOON, Office, Tablet
from tests.browser.filling import Person, photo, ready, sign_in
from tests.support.smtp import Received, SmtpServer

SUPPLEMENT, FORWARD, ACCEPT = 'Yêu cầu bổ sung', 'Chuyển bước sau', 'Tiếp nhận'
GUEST = 'khach@example.com'
WITNESS = re.compile('Văn bản của người làm chứng')
PERSONAL_ID = '079190000017'
ENGLISH = re.compile(r'\b(the|your|please|dossier|dear|has been)\b', re.IGNORECASE)


class Portal(Site):
    """A running service that sends its mail to a real server."""

    def __init__(self, folder: Path, smtp: SmtpServer) -> None:
        self.file, self.smtp = folder / 'motcua.db', smtp
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv('MOTCUA_SMTP_HOST', '127.0.0.1')
            environment.setenv('MOTCUA_SMTP_PORT', str(smtp.port))
            environment.setenv('MOTCUA_SMTP_TLS', 'none')
            environment.setenv('MOTCUA_MAIL_FROM', 'Một cửa xã Tân Phú <motcua@tanphu.example>')
            super().__init__(folder)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with closing(sqlite3.connect(f'file:{self.file}?mode=ro', uri=True)) as db:
            return db.execute(query, values).fetchall()


class Postbox:
    """The mail of one address, read letter by letter. ``private`` may stand in none of them."""

    def __init__(self, portal: Portal, address: str, *private: str) -> None:
        self.portal, self.address, self.private = portal, address, list(private)
        self.read: list[Received] = []

    def next(self, subject: str) -> Received:
        """Return the next letter, which must have come and be about this; nothing else may come with it."""
        deadline = time.monotonic() + 60
        while len(mine := self.portal.smtp.to(self.address)) <= len(self.read):
            assert time.monotonic() < deadline, f'no letter: {subject}'
            time.sleep(0.05)
        letter = mine[len(self.read)]
        self.read.append(letter)
        self._check(letter, subject)
        return letter

    def _check(self, letter: Received, subject: str) -> None:
        mail = letter.mail
        assert subject in mail['Subject'] == mail['Subject'].strip()
        assert mail['From'] == 'Một cửa xã Tân Phú <motcua@tanphu.example>' and mail['To'] == self.address
        assert mail['Content-Language'] == 'vi' and not ENGLISH.search(letter.text)
        known = self.portal.rows('SELECT message_id FROM message WHERE message_id = ?', mail['Message-ID'])
        assert known and len({each.mail['Message-ID'] for each in self.read}) == len(self.read)
        everything = ''.join(map(str, (mail.items(), letter.text, letter.html)))
        assert not [word for word in self.private if word in everything]

    def link(self) -> str:
        """Return where the button of the last letter leads."""
        found = re.search(r'href="(http://127[^"]+)"', self.read[-1].html)
        assert found and found[1].replace('&amp;', '&') in self.read[-1].text.replace('\n', '')
        return found[1].replace('&amp;', '&')

    def settled(self) -> None:
        """Assert that each change of status told by a letter was told once, and no letter came unread."""
        events = """SELECT e.id, count(m.id) FROM event e JOIN dossier d ON d.id = e.dossier_id LEFT JOIN message m ON m.event_id = e.id
            WHERE d.contact_email = ? AND e.to_status IS NOT e.from_status GROUP BY e.id"""
        counts = [count for _, count in self.portal.rows(events, self.address)]
        assert counts and set(counts) == {1}
        deadline = time.monotonic() + 30
        while self._states() != ['sent'] * len(self.read):  # that it was sent is written once the server has taken it
            assert time.monotonic() < deadline, self._states()
            time.sleep(0.05)
        assert len(self.portal.smtp.to(self.address)) == len(self.read)

    def _states(self) -> list[str]:
        return [state for (state,) in self.portal.rows('SELECT state FROM message WHERE recipient = ?', self.address)]


@pytest.fixture(scope='module')
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with SmtpServer() as smtp:
        running = Portal(tmp_path_factory.mktemp('portal'), smtp)
        yield running
        running.close()


@pytest.fixture
def telephone(browser: Browser, portal: Portal) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, base_url=portal.url, reduced_motion='reduce'
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def tablets(browser: Browser, portal: Portal) -> Iterator[dict[str, Tablet]]:
    """Bình, Chi, Dũng and Vân, each at a tablet, all looking at their lists."""
    office = Office(browser, portal)
    with ExitStack() as stack:
        open_now = {who: stack.enter_context(office.tablet(who)) for who in ('binh', 'chi', 'dung', 'van')}
        open_now['binh'].go('/can-bo?hop=to_receive')
        for who in ('chi', 'van'):
            open_now[who].go('/can-bo?hop=all')
        open_now['dung'].go('/can-bo/cho-duyet')
        yield open_now


def appears(tablet: Tablet, text: str) -> None:
    """Wait for a row that must come by itself, within a second."""
    expect(tablet.row(text)).to_be_visible(timeout=SOON)


def open_row(tablet: Tablet, text: str) -> None:
    tablet.tap(tablet.row(text))
    expect(tablet.page.locator('.mc-case-head')).to_contain_text(text)


def accept(binh: Tablet) -> str:
    """Accept the opened dossier and return its code."""
    binh.press(ACCEPT)
    expect(binh.state()).to_contain_text('Được tiếp nhận')
    return binh.state().locator('.mc-tag').last.inner_text()


def attach(chi: Tablet, *, draft: bool) -> None:
    chi.press('Đính kèm kết quả')
    dialog = chi.page.get_by_role('dialog')
    for number, name in enumerate(['du-thao.jpg', 'ket-qua.jpg'][not draft :]):
        dialog.locator('input[type=file]').nth(number).set_input_files(photo(name))
        expect(dialog.get_by_role('link', name=name)).to_be_visible()
    chi.tap(chi.confirm('Đóng'))


def finish(tablets: dict[str, Tablet], code: str, post: Postbox) -> None:
    """From the leader's list to the applicant's hands."""
    binh, dung, van = tablets['binh'], tablets['dung'], tablets['van']
    appears(dung, code)
    open_row(dung, code)
    dung.press('Phê duyệt', sure=True)
    expect(dung.row(code)).to_have_count(0)
    appears(van, code)
    open_row(van, code)
    van.press('Phát hành kết quả', sure=True)
    expect(van.state()).to_contain_text('Đã xử lý xong')
    post.next('đã có kết quả')
    binh.go('/can-bo/tra-ket-qua')
    binh.tap(binh.row(code))
    dialog = binh.page.get_by_role('dialog')
    if not dialog.get_by_label('Họ tên người nhận').input_value():
        dialog.get_by_label('Họ tên người nhận').fill('Người nhận')
    for box in dialog.get_by_role('checkbox').all():
        box.check()
    binh.tap(binh.confirm('Trả kết quả'))
    expect(binh.row(code)).to_have_count(0)
    post.next('đã được trả kết quả')


def tracked(page: Page, number: str) -> str:
    """Return what everybody sees who knows a number."""
    page.goto(f'/tra-cuu?ma={number}')
    return page.inner_text('main')


@pytest.mark.timeout(300)
def test_a_guests_birth_registration_from_the_telephone_to_the_returned_result(
    portal: Portal, telephone: BrowserContext, tablets: dict[str, Tablet]
) -> None:
    page, binh, chi = telephone.new_page(), tablets['binh'], tablets['chi']
    an = Person(page, 'khai-sinh', birth_proof_kind='witness', copy_requested='no', result_delivery='counter',
                requester_email=GUEST, requester_personal_id=PERSONAL_ID)  # fmt: skip
    name = str(an.answers['requester_full_name'])
    an.start()
    an.fill_all()
    first, secret = an.submit()
    appears(binh, first)
    post = Postbox(portal, GUEST, PERSONAL_ID, secret, name)
    post.next(f'Đã nhận hồ sơ nộp trực tuyến {first}')

    open_row(binh, first)
    binh.press(SUPPLEMENT)
    binh.page.get_by_role('dialog').get_by_label(WITNESS).check()
    binh.tap(binh.confirm(SUPPLEMENT))
    expect(binh.state()).to_contain_text('Chờ bổ sung')
    assert name not in post.next(f'Hồ sơ {first} cần bổ sung').text

    telephone.clear_cookies()
    page.goto(post.link())
    assert first in page.inner_text('main') and name not in page.inner_text('main')
    page.goto('/ho-so')
    ready(page)
    page.get_by_label('Mã hồ sơ').fill(first)
    page.get_by_label('Mã bí mật').fill(secret.lower())
    page.locator('form', has=page.get_by_label('Mã bí mật')).get_by_role('button').click()
    ready(page)
    page.get_by_role('button', name='Bổ sung ngay').click()
    expect(page.get_by_text('Hồ sơ CHƯA được gửi')).to_be_visible()
    expect(page.get_by_text(name).first).to_be_visible()
    assert PERSONAL_ID not in page.content()
    page.get_by_role('link', name=WITNESS).first.click()
    box = page.locator('.mc-field:has(input[type=file])', has_text=WITNESS)
    box.get_by_role('button', name=re.compile('^Xóa')).click()
    box.locator('input[type=file]').first.set_input_files(photo('chup-lai.jpg'))
    expect(box.get_by_role('link', name='chup-lai.jpg')).to_be_visible()
    an.go_on('Lưu và về trang kiểm tra')
    second, other = an.submit()
    assert second != first and other != secret
    post.private.append(other)
    post.next('')
    post.next('')
    assert {re.sub(r'N55\S+', '…', each.mail['Subject']) for each in post.read[-2:]} == {
        'Đã nhận hồ sơ nộp trực tuyến …', 'Hồ sơ … đã được thay bằng hồ sơ mới',
    }  # fmt: skip

    binh.go('/can-bo?hop=to_receive')
    open_row(binh, second)
    code = accept(binh)
    due = portal.rows('SELECT promised_at FROM dossier WHERE official_code = ?', code)[0][0]
    letter = post.next(f'Hồ sơ {code} đã được tiếp nhận')
    assert re.search(r'\d\d/\d\d/\d{4}', letter.text) and due
    binh.press(FORWARD, sure=True)
    post.next(f'Hồ sơ {code} đang được xử lý')
    appears(chi, code)

    open_row(chi, code)
    chi.press('Nhận xử lý')
    attach(chi, draft=True)
    chi.press('Gửi dự thảo cho người nộp', sure=True)
    post.next('xin kiểm tra dự thảo kết quả')
    page.get_by_role('button', name='Theo dõi hồ sơ').click()
    ready(page)
    page.get_by_role('button', name='Thông tin đúng, tôi đồng ý').click()
    page.get_by_role('dialog').get_by_role('button', name='Thông tin đúng, tôi đồng ý').click()
    expect(page.get_by_text('Đã ghi nhận ông/bà đồng ý với dự thảo.')).to_be_visible()
    post.next('đã ghi nhận dự thảo đúng')
    chi.go('/can-bo?hop=all')
    open_row(chi, code)
    chi.press(FORWARD, sure=True)
    finish(tablets, code, post)

    public = tracked(page, code)
    assert '100' in public and 'Đã trả kết quả' in public and name not in public
    assert '100' in tracked(page, second)
    post.settled()


@pytest.mark.timeout(300)
def test_an_account_supplements_in_place_and_opens_the_dossier_by_the_link_of_the_mail(
    browser: Browser, portal: Portal, telephone: BrowserContext, tablets: dict[str, Tablet]
) -> None:
    page, binh, chi = telephone.new_page(), tablets['binh'], tablets['chi']
    sign_in(page, 'Nguyễn Thị An')
    an = Person(page, 'chung-thuc-ban-sao', result_delivery='counter', requester_email='an@motcua.example',
                requester_full_name='Nguyễn Thị An', requester_personal_id='001190012345')  # fmt: skip
    an.start('Bắt đầu với tài khoản của tôi')
    an.fill_all()
    number, secret = an.submit()
    post = Postbox(portal, 'an@motcua.example', '001190012345', secret)
    assert 'Nguyễn Thị An' in post.next(number).text

    appears(binh, number)
    open_row(binh, number)
    code = accept(binh)
    post.next('đã được tiếp nhận')
    binh.press(FORWARD, sure=True)
    post.next('đang được xử lý')
    appears(chi, code)
    open_row(chi, code)
    chi.press('Nhận xử lý')
    chi.press(SUPPLEMENT)
    chi.page.get_by_role('dialog').get_by_role('checkbox').last.check()
    chi.tap(chi.confirm(SUPPLEMENT))
    expect(chi.state()).to_contain_text('Yêu cầu bổ sung')
    letter = post.next('cần bổ sung')
    assert 'Kính gửi ông/bà Nguyễn Thị An' in letter.text

    stranger = browser.new_context(base_url=portal.url)
    by_mail = stranger.new_page()
    by_mail.goto(post.link())
    by_mail.goto(post.link())
    by_mail.get_by_role('button', name='Mở hồ sơ').click()
    expect(by_mail.locator('main')).to_contain_text(code)
    by_mail.goto(post.link())
    by_mail.get_by_role('button', name='Mở hồ sơ').click()
    expect(by_mail.get_by_label('Mã bí mật')).to_be_visible()
    stranger.close()

    page.goto('/ho-so')
    ready(page)
    page.get_by_role('link', name=re.compile(re.escape(code))).first.click()
    page.get_by_role('link', name='Bổ sung ngay').click()
    expect(page.locator('h1')).to_have_text('Bổ sung hồ sơ')
    for box in page.locator('.mc-field:has(input[type=file])').all():
        box.locator('input[type=file]').first.set_input_files(photo('bo-sung.jpg'))
        expect(box.get_by_role('link', name='bo-sung.jpg')).to_be_visible()
    page.get_by_role('button', name='Gửi bổ sung').click()
    expect(page.get_by_text('Đã gửi bổ sung.')).to_be_visible()
    post.next('Đã nhận phần bổ sung')
    expect(chi.changed().or_(chi.page.get_by_text('Người nộp đã bổ sung')).first).to_be_visible(timeout=SOON)

    chi.go('/can-bo?hop=all')
    open_row(chi, code)
    attach(chi, draft=False)
    chi.press(FORWARD, sure=True)
    finish(tablets, code, post)
    assert '100' in tracked(page, code)
    post.settled()
