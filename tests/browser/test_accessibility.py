"""Every page of the service looked at once: axe at four sizes, light and dark, and what a page owes to everybody.

What opens on the screens of applicants, officers and administrators (errors, dialogs, menus) is looked at in
``test_citizen_look``, ``test_officer_look`` and ``test_admin`` at four sizes, in ``test_desk_acts`` and
``test_admin_trust`` at two, the plain pages in ``tests/public/test_look.py``. Here are all pages, from
one to the next; those of accounts with their errors, by `make looks` at four sizes.
"""

import gzip
import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.desk import NAMES
from tests.browser.filling import ready
from tests.browser.tour import Tour
from tests.support.looks import SIZES, THOROUGH

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NO_PAGES = {
    '/trinh-dien/thu/{message_id}',
    '/tep/{file_id}', '/tep/{file_id}/trang/{page}', '/giay-to/{document_id}', '/giay-to/{document_id}/trang/{page}',
    '/ho-so/{dossier_id}/to-khai.pdf',
    '/can-bo/phieu-kiem-soat/{dossier_id}', '/can-bo/du-thao-xin-loi/{dossier_id}', '/can-bo/phan-anh/{feedback_id}/anh/{photo_id}',
    '/can-bo/tep-bao-cao', '/can-bo/bao-cao/{run_id}',
    '/can-bo/so-theo-doi', '/thu-tuc/{slug}/to-khai.pdf', '/healthz', '/readyz', '/metrics', '/robots.txt', '/ngon-ngu/{lang}', '/giao-dien/{theme}',
    '/thong-ke/so-lieu.json', '/thong-ke/so-lieu.csv', '/thong-ke/man-hinh/so-lieu',
    '/du-lieu-mo/{key}/{name}', '/thu-tuc/{slug}/to-roi.pdf',
    '/xac-thuc/{token}/tien-do',
}  # fmt: skip
"""Addresses that answer with a letter as it was sent, a file, a word for programs, or the way to another page."""
PUBLIC = (
    '/',
    '/thu-tuc',
    '/thu-tuc?q=khai+sinh',
    '/thu-tuc/khai-sinh',
    '/tra-cuu',
    '/danh-gia',
    '/tro-giup',
    '/xac-thuc',
    '/dang-nhap',
    '/dang-ky',
)
PASSWORD = 'mật khẩu của người mới'


@pytest.fixture(scope='module')
def tour(browser: Browser, site: Site) -> Tour:
    """Walk through the whole service."""
    walk = Tour(browser, site)
    known = {
        name: walk.office.filed('khai-sinh', seed)
        for name, seed in (('new', 31), ('asked', 32), ('leader', 33), ('result', 34))
    }
    walk.office.lab(f'carry/{known["asked"]["id"]}?to=case_officer')
    site.officer(f'ask/{known["asked"]["id"]}?document=witness_statement&field=child_full_name')
    walk.office.lab(f'carry/{known["leader"]["id"]}?to=leader')
    walk.sizes = SIZES if THOROUGH else SIZES[:1]
    _forms_of_accounts(walk)
    _account(walk)
    walk.sizes = SIZES[:1]  # at the others in the tests named above
    _public(walk, known['new'])
    _filing(walk)
    _following(walk, known['asked'])
    rated = walk.office.filed(seed=35)
    _rating(walk, rated)
    _feedback(walk)
    _desk(walk, known['new'], rated)
    _administration(walk)
    return walk


def _public(walk: Tour, known: dict[str, str]) -> None:
    with walk.visitor() as page:
        for path in (
            '/',
            '/thu-tuc',
            '/thu-tuc?q=xyz',
            '/thu-tuc/khai-sinh',
            '/thu-tuc/chung-thuc-ban-sao',
            '/thu-tuc/doi-gplx',
        ):
            walk.look(page, path, _unfold)
        for path in (
            '/thong-ke',
            '/thong-ke?ky=nam',
            '/thong-ke/cach-tinh',
            '/thong-ke/bieu-mau',
            '/mot-cua',
            '/so-cong-khai',
            '/so-cong-khai/giay-phep-xay-dung',
            '/du-lieu-mo',
            '/du-lieu-mo/giai-quyet-theo-ngay',
            '/thong-ke/ho-so',
            '/thong-ke/man-hinh',
            '/phan-anh',
            '/phan-anh/tra-cuu',
            '/phan-anh/tra-loi',
            '/phan-anh/tra-loi/khong-co',
            '/hoi-dap',
            '/hoi-dap/hoi',
            '/hoi-dap/khong-co',
            '/tro-giup',
            '/tra-cuu',
            '/tra-cuu?ma=KHONG-CO',
            '/xac-thuc',
            '/xac-thuc/khong-co',
            '/can-cookie',
            '/khong-co-trang-nay',
        ):
            walk.look(page, path, _unfold)
        walk.look(page, f'/tra-cuu?ma={known["number"]}', name='/tra-cuu?ma=…')
        _open(page, '/tra-cuu', known)
        walk.here(page, '/tra-cuu/…')
        walk.look(page, '/theo-doi/khong-co')
        walk.look(page, '/trinh-dien/thu')


def _unfold(page: Page) -> None:
    page.evaluate('document.querySelectorAll("details").forEach(one => one.open = true)')


def _open(page: Page, path: str, known: dict[str, str]) -> None:
    """Open a dossier with number and secret."""
    page.goto(path)
    page.get_by_label('Mã hồ sơ').fill(known['number'])
    page.get_by_label('Mã bí mật').fill(known['secret'])
    page.locator('form', has=page.get_by_label('Mã bí mật')).get_by_role('button').click()
    page.wait_for_url(lambda url: known['id'] in url)


def _empty_form(page: Page) -> None:
    """Send the form of the page with nothing in it."""
    page.locator('main form[method=post] button[type=submit]').first.click()
    expect(page).to_have_title(re.compile('^Lỗi'))


def _forms_of_accounts(walk: Tour) -> None:
    with walk.visitor() as page:
        for path in ('/dang-nhap', '/dang-ky', '/quen-mat-khau'):
            walk.look(page, path)
            walk.look(page, path, _empty_form, name=f'{path} with errors')
        for path in ('/dang-ky/da-gui', '/quen-mat-khau/da-gui', '/dat-mat-khau/khong-co', '/xac-nhan-email/khong-co'):
            walk.look(page, path)
        page.goto('/dang-nhap')
        card = page.locator('.mc-card', has=page.get_by_role('heading', name=NAMES['binh']))
        email, password = card.locator('dd').all_inner_texts()[:2]
        page.fill('#email', email)
        page.fill('#password', password)
        page.locator('form[action="/dang-nhap"] button').click()
        page.wait_for_url('**/xac-thuc*')
        walk.here(page, '/dang-nhap/xac-thuc')
        page.fill('main input[name=code]', '000000')
        page.locator('main form[method=post] button').first.click()
        expect(page).to_have_title(re.compile('^Lỗi'))
        walk.here(page, '/dang-nhap/xac-thuc with errors')


def _filing(walk: Tour) -> None:
    with walk.visitor() as page:
        walk.look(page, '/nop', _unfold)
        walk.look(page, '/nop?q=xyz')
        walk.look(page, '/nop/khai-sinh', _unfold)
        page.get_by_role('button', name='Bắt đầu, không cần tài khoản').first.click()
        page.locator('.mc-stepper').wait_for()
        draft = re.sub(r'^https?://[^/]+|\?.*$', '', page.url)
        for stop in ('giay-to', 'xem-lai', 'de-sau'):
            walk.look(page, f'{draft}?trang={stop}')
        walk.look(page, '/nop/khai-sinh/khong-co', name='a draft that is gone')


def _following(walk: Tour, known: dict[str, str]) -> None:
    with walk.visitor() as page:
        walk.look(page, '/ho-so', name='/ho-so of a guest')
        _open(page, '/ho-so', known)
        ready(page)
        walk.here(page, '/ho-so/… of a guest')
        walk.look(page, f'/ho-so/{known["id"]}/bo-sung')


def _account(walk: Tour) -> None:
    with walk.visitor('Nguyễn Thị An') as page:
        walk.look(page, '/ho-so')
        for path in ('/tai-khoan', '/tai-khoan/bao-mat'):
            walk.look(page, path, _unfold)
        page.locator('form[action$="/bat"] button').click()
        page.wait_for_url('**/thiet-lap')
        walk.here(page, 'a second factor')


def _feedback(walk: Tour) -> None:
    with walk.visitor() as page:
        walk.look(page, '/phan-anh', _empty_form, name='/phan-anh: what is missing')
        page.get_by_label('Một quy định hành chính').check()
        page.get_by_label('Tóm tắt').fill('Mẫu tờ khai khó hiểu')
        page.get_by_label('Nội dung').fill('Câu thứ ba của mẫu khó hiểu.')
        page.get_by_label('Không ghi tên').check()
        page.get_by_role('button', name='Gửi phản ánh').click()
        expect(page).to_have_title(re.compile('^Đã nhận'))
        walk.here(page, '/phan-anh: receipt')
        secret = page.locator('.mc-code').nth(1).inner_text()
        page.get_by_role('link', name='Mở trang theo dõi').click()
        page.get_by_label('Mã bí mật').fill(secret)
        page.get_by_role('button', name='Xem').click()
        expect(page.get_by_role('heading', name='Mẫu tờ khai khó hiểu')).to_be_visible()
        walk.here(page, '/phan-anh: followed')
    with walk.visitor(NAMES['binh']) as page:
        walk.look(page, '/can-bo/phan-anh')
        page.get_by_text('Mẫu tờ khai khó hiểu').click()
        page.wait_for_url(re.compile('/can-bo/phan-anh/'))
        expect(page.get_by_role('heading', level=1)).to_have_text('Mẫu tờ khai khó hiểu')
        walk.here(page, '/can-bo/phan-anh/…')
        _dialog(page, 'Tiếp nhận xử lý')
        walk.here(page, '/can-bo/phan-anh/…: taken up')


def _rating(walk: Tour, known: dict[str, str]) -> None:
    walk.office.lab(f'carry/{known["id"]}?to=return')
    with walk.visitor() as page:
        walk.look(page, '/danh-gia')
        walk.look(page, '/danh-gia/khong-co')
        _open(page, '/danh-gia', known)
        walk.here(page, '/danh-gia/ho-so/…')
        page.get_by_role('button', name='Không hài lòng').click()
        expect(page.get_by_text('Đã ghi nhận')).to_be_visible()
        walk.here(page, '/danh-gia/ho-so/…: rated')


def _desk(walk: Tour, known: dict[str, str], rated: dict[str, str]) -> None:
    with walk.visitor(NAMES['binh']) as page:
        walk.look(page, '/can-bo')
        walk.look(page, f'/can-bo/ho-so/{known["id"]}', heading='.mc-case h2')
        for path in (
            '/can-bo/tiep-nhan',
            '/can-bo/tra-ket-qua',
            '/can-bo/nhac-viec',
            '/can-bo/xin-loi',
            '/can-bo/ho-so-rac',
            '/can-bo/giay-to',
            '/can-bo/giay-to/khong-co',
        ):
            walk.look(page, path)
        answer = page.goto('/quan-tri')
        assert answer is not None and answer.status == 403
        walk.here(page, 'not allowed')
    with walk.visitor(NAMES['dung']) as page:
        walk.look(page, '/can-bo/cho-duyet')
        walk.look(page, '/can-bo/chu-ky')
        walk.look(page, '/can-bo/danh-gia')
        walk.look(page, f'/can-bo/danh-gia/{rated["id"]}')
        for path in (
            'bao-cao',
            'chi-so',
            'chi-so/ho-so',
            'chi-tieu',
            'danh-gia-noi-bo',
            'danh-gia-noi-bo/cua-toi',
            'danh-gia-noi-bo/ho-so',
        ):
            walk.look(page, f'/can-bo/{path}')


def _administration(walk: Tour) -> None:
    with walk.visitor(NAMES['khanh']) as page:
        for path in (
            '/quan-tri',
            '/quan-tri/thu',
            '/quan-tri/don-vi',
            '/quan-tri/truc',
            '/quan-tri/gian-doan',
            '/quan-tri/thu-tuc',
            '/quan-tri/le-phi',
            '/quan-tri/can-cu',
            '/quan-tri/gio-lam-viec',
            '/quan-tri/con-dau',
            '/quan-tri/lich',
            '/quan-tri/ngay-dau',
            '/quan-tri/dang-nhap',
            '/quan-tri/nguoi-dan',
            '/quan-tri/ma-truy-cap',
            '/quan-tri/bao-tin',
            '/quan-tri/nguoi-dung',
        ):
            walk.look(page, path)
        walk.look(page, '/quan-tri/don-vi', lambda p: _dialog(p, 'Thêm bộ phận', fails='Lưu'), name='add a unit')
        walk.look(page, '/quan-tri/thu-tuc', lambda p: _dialog(p, 'Cách nộp'), name='ways of filing')
        walk.look(page, '/quan-tri/le-phi', lambda p: _dialog(p, 'Ghi mức phí', fails='Lưu'), name='fee')
        walk.look(page, '/quan-tri/lich', lambda p: _dialog(p, 'Bỏ ngày này'), name='change of a day')
        walk.look(page, '/quan-tri/nguoi-dung', lambda p: _dialog(p, 'Ngừng tài khoản'), name='deactivate')
        walk.look(page, '/quan-tri/nguoi-dung', lambda p: _dialog(p, 'Mời cán bộ', fails='Lưu'), name='invite')
        link = _invite(page)
        walk.here(page, 'invitation')
    with walk.visitor() as page:
        walk.look(page, link, name='/dat-mat-khau/…')
        for box in page.locator('main input[type=password]').all():
            box.fill(PASSWORD)
        page.locator('main form[method=post] button').first.click()
        page.wait_for_url('**/dang-nhap?*')
        page.fill('#email', 'nguoi.moi@tanphu.example')
        page.fill('#password', PASSWORD)
        page.locator('form[action="/dang-nhap"] button').click()
        page.wait_for_url('**/thiet-lap*')
        walk.here(page, '/dang-nhap/thiet-lap')


def _dialog(page: Page, name: str, *, fails: str = '') -> None:
    page.get_by_role('button', name=re.compile(f'^{name}')).first.click()
    dialog = page.get_by_role('dialog')
    expect(dialog).to_be_visible()
    if fails:
        dialog.get_by_role('button', name=fails, exact=True).click()
        expect(dialog.locator('.mc-error').first).to_be_visible()


def _invite(page: Page) -> str:
    """Invite somebody in the open dialog and return the link."""
    dialog = page.get_by_role('dialog')
    dialog.get_by_label('Họ và tên').fill('Lê Người Mới')
    dialog.get_by_label('Thư điện tử công vụ').fill('nguoi.moi@tanphu.example')
    dialog.get_by_label('Vai trò').select_option('clerk')
    dialog.get_by_label('Đơn vị').select_option(index=1)
    dialog.get_by_role('button', name='Lưu', exact=True).click()
    expect(dialog.get_by_role('heading', name='Đường dẫn mời')).to_be_visible()
    found = re.search(r'/dat-mat-khau/\S+', dialog.inner_text())
    assert found
    return found[0]


def test_nothing_is_wrong_with_any_page_in_either_colour(tour: Tour) -> None:
    assert tour.found['look'] == []


def test_no_page_is_too_wide_for_320_pixels_and_text_twice_as_large(tour: Tour) -> None:
    assert tour.found['narrow'] == []


def test_each_page_says_its_language_and_has_a_title_of_its_own(tour: Tour) -> None:
    assert tour.found['language'] == [] and tour.found['titles'] == []
    shared = [names for names in tour.titles.values() if len(names) > 1]
    assert [names for names in shared if not any(names <= alike for alike in ALIKE)] == []


ALIKE = (
    {'/quan-tri/don-vi', 'add a unit'},
    {'/quan-tri/thu-tuc', 'ways of filing'},
    {'/quan-tri/le-phi', 'fee'},
    {'/quan-tri/lich', 'change of a day'},
    {'/quan-tri/nguoi-dung', 'deactivate', 'invite', 'invitation'},
    {'/dang-ky/da-gui', '/quen-mat-khau/da-gui'},
    {'/dat-mat-khau/khong-co', '/xac-nhan-email/khong-co'},
    {'/tra-cuu?ma=…', '/tra-cuu/…'},
    {'/danh-gia', '/danh-gia/khong-co'},
    {'/danh-gia/ho-so/…', '/danh-gia/ho-so/…: rated'},
    {'/dang-nhap/thiet-lap', 'a second factor'},
    {'/khong-co-trang-nay', '/phan-anh/tra-loi/khong-co', '/hoi-dap/khong-co'},
    {'/can-bo/phan-anh/…', '/can-bo/phan-anh/…: taken up'},
)
"""Pages that say the same, or differ only by the dialog that is open."""


def test_the_heading_has_the_focus_after_each_step_inside_the_application(tour: Tour) -> None:
    assert tour.found['focus'] == []


def test_no_english_word_stands_on_a_vietnamese_page(tour: Tour) -> None:
    assert tour.found['english'] == []


def test_no_other_host_is_asked_and_no_script_fails(tour: Tour) -> None:
    assert tour.found['hosts'] == [] and tour.found['scripts'] == []


def test_no_page_was_left_out(tour: Tour) -> None:
    assert tour.unseen(NO_PAGES) == []


@pytest.mark.parametrize('path', PUBLIC)
def test_public_pages_are_at_most_20_kilobytes(site: Site, path: str) -> None:
    with urlopen(site.url + path, timeout=10) as answer:
        page = answer.read()
    assert 1_000 < len(gzip.compress(page)) <= 20 * 1024
