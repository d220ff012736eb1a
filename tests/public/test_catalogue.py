"""The catalogue on plain pages: found without accents, filtered, paged; the start page says what its level allows."""

import re
from itertools import pairwise
from types import SimpleNamespace

from httpx import AsyncClient
from sqlalchemy import Engine, event

from app import i18n
from app.access import anonymous
from app.accounts import sessions
from app.accounts.sessions import NextStep
from app.db import write
from app.documents.blank import has_blank
from app.dossiers import drafts
from app.procedures.queries import search
from app.procedures.schema import ProcedureSpec
from components.listing import page_links
from components.papers import papers_by_kind
from components.templating import part
from models import Account
from models.enums import Authentication
from pages import cookies
from tests.support.world import SPEC, World


async def test_the_search_ignores_accents_and_the_bar_of_d(visitor: AsyncClient) -> None:
    for words in ('dang ky khai sinh', 'ĐĂNG KÝ', 'Khai sinh', 'sinh  dang'):
        text = (await visitor.get('/thu-tuc', params={'q': words})).text
        assert 'href="/thu-tuc/khai-sinh"' in text and '/thu-tuc/chung-thuc-ban-sao' not in text, words
        assert '1 thủ tục' in text


async def test_what_is_wanted_often_is_found_first(visitor: AsyncClient, world: World) -> None:
    def order(text: str) -> list[str]:
        return list(dict.fromkeys(re.findall(r'href="/thu-tuc/([\w-]+)"', text)))

    assert order((await visitor.get('/thu-tuc')).text)[0] != 'khai-sinh', 'by name another one is first'
    assert order((await visitor.get('/thu-tuc', params={'q': 'ch'})).text)[0] == 'khai-sinh'


async def test_filters_narrow_the_list_and_one_that_is_unknown_is_left_out(visitor: AsyncClient) -> None:
    business = (await visitor.get('/thu-tuc?doi_tuong=business')).text
    assert 'chung-thuc-ban-sao' in business and 'href="/thu-tuc/khai-sinh"' not in business
    partial = (await visitor.get('/thu-tuc?muc_do=partial&doi_tuong=citizen')).text
    assert 'chung-thuc-ban-sao' in partial and '1 thủ tục' in partial
    assert '<option value="partial" selected>' in partial
    everything = (await visitor.get('/thu-tuc?muc_do=' + 'x' * 300 + '&doi_tuong=nobody')).text
    assert '51 thủ tục' in everything


async def test_a_filter_by_field_offers_every_field_with_its_count(visitor: AsyncClient) -> None:
    text = (await visitor.get('/thu-tuc')).text
    key = re.search(r'<option value="([^"]+)">Đất đai \(45\)</option>', text)
    assert key
    found = (await visitor.get('/thu-tuc', params={'linh_vuc': key[1]})).text
    assert '45 thủ tục' in found and 'khai-sinh' not in found


async def test_a_long_list_is_paged_and_a_senseless_page_is_a_real_one(visitor: AsyncClient) -> None:
    first = (await visitor.get('/thu-tuc?q=viec+so')).text
    assert 'href="/thu-tuc?q=viec+so&amp;trang=2"' in first and 'aria-current="page"' in first
    last = (await visitor.get('/thu-tuc?q=viec+so&trang=3')).text
    assert 'Việc số 45' in last and 'trang=4' not in last
    assert 'Việc số 45' in (await visitor.get('/thu-tuc?q=viec+so&trang=999')).text
    for senseless in ('-1', '0', 'abc', '1e9', '99999999999999999999', '²'):
        answer = await visitor.get('/thu-tuc', params={'q': 'viec so', 'trang': senseless})
        assert 'Việc số 01' in answer.text, senseless


async def test_what_was_typed_is_shown_again_and_never_becomes_markup(visitor: AsyncClient) -> None:
    answer = await visitor.get('/thu-tuc', params={'q': '"><script>alert(1)</script>%_\\'})
    assert answer.status_code == 200 and '<script' not in answer.text
    assert '&#34;&gt;&lt;script&gt;' in answer.text and 'Không tìm thấy thủ tục nào' in answer.text
    assert (await visitor.get('/thu-tuc', params={'q': 'a' * 5000})).status_code == 200


async def test_a_procedure_that_nobody_compared_with_the_law_says_so(visitor: AsyncClient) -> None:
    assert 'Chưa đối chiếu' in (await visitor.get('/thu-tuc?q=chung+thuc')).text
    assert 'Chưa đối chiếu' in (await visitor.get('/thu-tuc/chung-thuc-ban-sao')).text
    assert 'Chưa đối chiếu' not in (await visitor.get('/thu-tuc/khai-sinh')).text


async def test_the_start_page_says_who_what_how_long_and_how_much(visitor: AsyncClient) -> None:
    text = (await visitor.get('/thu-tuc/khai-sinh')).text
    assert '<form method="post" action="/thu-tuc/khai-sinh">' in text
    assert 'href="/dang-nhap?next=%2Fnop%2Fkhai-sinh"' in text
    for words in (
        'Trong ngày', 'sau 15:00', 'Do Hội đồng nhân dân tỉnh quy định', 'Miễn cho hộ nghèo', 'Không phải đến',
        '2 giấy tờ', 'Khoảng 12 phút', 'Không phải nộp nếu tra được từ CSDL giấy chứng sinh điện tử', 'Khi nộp hộ.',
        'Khi: không chọn “Số định danh cá nhân”',
    ):  # fmt: skip
        assert words in text, words
    sections = text.split('<h3>')
    need, maybe, show, none = (next(one for one in sections if one.startswith(head)) for head in
                               ('Cần nộp', 'Tùy trường hợp', 'Chỉ cần cho xem', 'Không phải chuẩn bị'))  # fmt: skip
    assert (
        'Giấy chứng sinh' in need
        and 'Văn bản ủy quyền' in maybe
        and 'Giấy tờ về lý do' in maybe
        and 'Thẻ căn cước' in show
        and 'Tờ khai' in none
    )


async def test_each_legal_basis_shows_whether_it_still_holds(visitor: AsyncClient) -> None:
    text = (await visitor.get('/thu-tuc/khai-sinh')).text
    basis = dict(re.findall(r'<li>\s*<p><b>([^<]+)</b>(.*?)</li>', text[text.index('mc-basis') :], re.DOTALL))
    assert 'Hết hiệu lực sau ngày 31/12/2020' in basis['01/2010/QH12']
    assert 'Thay bằng: 04/2020/QH14' in basis['01/2010/QH12']
    assert 'Còn hiệu lực đến hết 28/02/2099' in basis['02/2014/QH13']
    assert 'Hết hiệu lực một phần' in basis['03/2015/QH13']
    assert 'Còn hiệu lực<' in basis['04/2020/QH14']
    assert 'hiệu lực' not in basis['Văn bản chưa có trong bảng']


async def test_the_level_decides_what_is_offered(visitor: AsyncClient) -> None:
    information = (await visitor.get('/thu-tuc/chi-thong-tin')).text
    assert '/nop/' not in information and 'chưa nộp trực tuyến được' in information
    form = (await visitor.get('/thu-tuc/chi-mau-don')).text
    assert '/nop/' not in form and 'Đơn đề nghị thử (Mẫu 01)' in form
    partial = (await visitor.get('/thu-tuc/chung-thuc-ban-sao')).text
    assert 'action="/thu-tuc/chung-thuc-ban-sao"' in partial and 'Mang bản chính đến để đối chiếu.' in partial
    assert '2 trang đầu: 2.000 đ một trang.' in partial and 'Cao nhất: 200.000 đ một bản.' in partial


async def test_one_press_begins_a_form_without_an_account(visitor: AsyncClient) -> None:
    begun = await visitor.post('/thu-tuc/khai-sinh')
    assert begun.status_code == 303 and begun.headers['cache-control'] == 'no-store'
    slug, token = begun.headers['location'].removeprefix('/nop/').split('/')
    found = await drafts.view(anonymous('vi'), token)
    assert (slug, found.slug, found.has_account) == ('khai-sinh', 'khai-sinh', False)
    assert (await visitor.post('/thu-tuc/khai-sinh')).headers['location'] != begun.headers['location']
    for slug in ('chi-thong-tin', 'can-tai-khoan', 'khong-co'):
        refused = await visitor.post(f'/thu-tuc/{slug}')
        assert refused.status_code in (403, 404) and '<h1' in refused.text, slug


async def test_whoever_is_signed_in_chooses_first_in_whose_name(visitor: AsyncClient, world: World) -> None:
    async with write() as db:
        account = await db.get_one(Account, world.an.account_id)
        token = sessions.begin(db, account, NextStep.DONE, Authentication.PASSWORD, None).token
    cookie = {'Cookie': f'{cookies.name(cookies.SESSION)}={token}'}
    assert 'href="/nop/khai-sinh"' in (await visitor.get('/thu-tuc/khai-sinh', headers=cookie)).text
    assert (await visitor.post('/thu-tuc/khai-sinh', headers=cookie)).headers['location'] == '/nop/khai-sinh'


async def test_a_procedure_for_accounts_only_starts_with_signing_in(visitor: AsyncClient) -> None:
    text = (await visitor.get('/thu-tuc/can-tai-khoan')).text
    assert '<form method="post"' not in text
    assert 'href="/nop/can-tai-khoan"' not in text
    assert 'href="/dang-nhap?next=%2Fnop%2Fcan-tai-khoan"' in text and 'Không cần tài khoản' not in text


async def test_a_national_code_leads_to_the_procedure(visitor: AsyncClient) -> None:
    for code in ('1.001193', '1.001193.000.00.00.H61', '1.001193.H61'):
        answer = await visitor.get(f'/thu-tuc/{code}')
        assert answer.status_code == 302 and answer.headers['location'] == '/thu-tuc/khai-sinh', code
    for nothing in ('9.999999', '1.001194', 'khong-co', '%2e%2e', 'x' * 500):
        assert (await visitor.get(f'/thu-tuc/{nothing}')).status_code == 404, nothing


async def test_a_title_without_translation_is_marked_as_vietnamese(visitor: AsyncClient) -> None:
    visitor.cookies.set('lang', 'en')
    assert (
        '<h1><span lang="vi">Chứng thực bản sao</span></h1>' in (await visitor.get('/thu-tuc/chung-thuc-ban-sao')).text
    )
    assert '<h1>Birth registration</h1>' in (await visitor.get('/thu-tuc/khai-sinh')).text


async def test_the_front_page_shows_where_to_come_and_what_is_used_most(visitor: AsyncClient, world: World) -> None:
    text = (await visitor.get('/')).text
    assert '/thu-tuc/khai-sinh' in text and 'action="/thu-tuc"' in text and 'href="/tra-cuu"' in text
    assert 'tel:02513123456' in text and 'Thứ Hai – thứ Sáu' in text and world.unit.name in text


def test_links_of_a_list_name_each_page_once_and_lead_from_the_first_to_the_last() -> None:
    for pages in range(12):
        for page in range(1, pages + 1):
            links = page_links('/thu-tuc', {'q': 'a b', 'muc_do': ''}, page, pages)
            numbers = [link.number for link in links if link.kind == 'number']
            if pages < 2:
                assert not links
                continue
            assert numbers == sorted(set(numbers)) and {1, page, pages} <= set(numbers)
            assert [link.number for link in links if link.is_current] == [page]
            assert all('muc_do' not in link.url for link in links)
            gaps = sum(link.kind == 'gap' for link in links)
            assert gaps == sum(b - a > 1 for a, b in pairwise(numbers))


async def test_a_list_reads_no_specification_anew(world: World) -> None:
    first = await search(anonymous(), 'cap')
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, 'before_cursor_execute', note)
    try:
        assert await search(anonymous(), 'cap') == first
        assert not statements  # it is remembered
        assert await search(anonymous(), ' cap') == first
    finally:
        event.remove(Engine, 'before_cursor_execute', note)
    assert statements and not [one for one in statements if re.search(r'\.spec\b', one)]


async def test_a_form_is_offered_to_fill_in_by_hand(visitor: AsyncClient) -> None:
    text = (await visitor.get('/thu-tuc/chi-mau-don')).text
    assert 'href="/thu-tuc/chi-mau-don/to-khai.pdf"' in text and 'không phải bản in của mẫu' in text
    pdf = await visitor.get('/thu-tuc/chi-mau-don/to-khai.pdf')
    assert pdf.headers['content-type'] == 'application/pdf' and pdf.content.startswith(b'%PDF-')


def test_where_a_form_that_we_cannot_make_is_to_be_had() -> None:
    spec = ProcedureSpec.model_validate(
        {**SPEC, 'checked': False, 'form_name': {'vi': 'Đơn'}, 'form_source': 'Luật thử'}
    )
    values = {'start': SimpleNamespace(basis=()), 'spec': spec, 'can_file': False, 'has_blank': has_blank(spec)}
    text = part('procedure_body.html', i18n.words('vi'), 'UBND xã Tân Phú', **values, **papers_by_kind(spec))
    assert 'to-khai.pdf' not in text
    assert 'Mẫu ban hành kèm theo Luật thử. Xin nhận mẫu tại quầy của UBND xã Tân Phú.' in text
