"""Every plain page: light, without a script, named, in the language of the visitor."""

import gzip
import re
from html.parser import HTMLParser

import pytest
from httpx import AsyncClient, Response

from app.i18n import catalogue
from tests.support.world import World, filed

PATHS = (
    '/',
    '/thu-tuc',
    '/thu-tuc?q=khai+sinh&muc_do=full',
    '/thu-tuc?q=khong-co-gi-ca',
    '/thu-tuc/khai-sinh',
    '/thu-tuc/chung-thuc-ban-sao',
    '/thu-tuc/chi-thong-tin',
    '/thu-tuc/chi-mau-don',
    '/tro-giup',
    '/tra-cuu',
    '/tra-cuu?ma=KHONG-CO',
    '/tra-cuu/KhongCoHoSoNaoNhuVay00',
)
VIETNAMESE = re.compile('[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]', re.IGNORECASE)
ENGLISH = re.compile(r'\b(the|and|your|please|with|papers?|dossiers?|search|start|error|page)\b', re.IGNORECASE)


class Page(HTMLParser):
    """What a page consists of; ``said`` is its text outside of parts in another language."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self._foreign = 0
        self._silent = 0
        self._lang = ''
        self._open: list[tuple[str, bool]] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self.tags.append((tag, known))
        if tag == 'html':
            self._lang = known.get('lang') or ''
        if tag not in ('meta', 'link', 'input', 'path', 'circle', 'br'):
            foreign = known.get('lang') not in (None, self._lang) or tag == 'title'
            self._open.append((tag, foreign))
            self._foreign += foreign

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, foreign = self._open.pop()
            self._foreign -= foreign
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._foreign and data.strip():
            self.said.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize('lang', ['vi', 'en'])
async def test_every_page_is_light_named_and_needs_no_script(visitor: AsyncClient, lang: str) -> None:
    visitor.cookies.set('lang', lang)
    for path in PATHS:
        _is_sound(await visitor.get(path), path, lang)


OPENNESS = (
    '/thong-ke',
    '/thong-ke/cach-tinh',
    '/thong-ke/ho-so',
    '/thong-ke/bieu-mau',
    '/du-lieu-mo',
    '/du-lieu-mo/giai-quyet-theo-ngay',
    '/so-cong-khai',
    '/so-cong-khai/giay-phep-xay-dung',
    '/mot-cua',
    '/phan-anh',
    '/phan-anh/tra-loi',
    '/phan-anh/tra-cuu',
    '/hoi-dap',
    '/danh-gia',
)


async def test_every_page_of_openness_is_light_needs_no_script_and_leads_to_open_data_and_registers(
    visitor: AsyncClient,
) -> None:
    for path in OPENNESS:
        answer = await visitor.get(path)
        assert answer.status_code == 200, path
        _is_sound(answer, path, 'vi')
        foot = answer.text[answer.text.index('<footer') :]
        assert 'href="/du-lieu-mo"' in foot and 'href="/so-cong-khai"' in foot and 'href="/thong-ke"' in foot, path


def _is_sound(answer: Response, path: str, lang: str) -> None:
    page = Page(answer)
    assert answer.status_code in (200, 404)
    assert len(gzip.compress(answer.content)) <= 20_000
    assert page.all('html')[0]['lang'] == lang
    assert len(page.all('h1')) == 1 and len(page.all('main')) == 1
    assert not page.all('script') and not page.all('style') and not page.all('noscript')
    assert not [name for _, attributes in page.tags for name in attributes if name == 'style' or name.startswith('on')]
    assert [one for one in page.all('meta') if one.get('name') == 'description' and one.get('content')]
    canonical = [one['href'] for one in page.all('link') if one.get('rel') == 'canonical']
    assert canonical == ['http://portal.example' + path.split('?')[0]]
    ids = [attributes['id'] for _, attributes in page.tags if 'id' in attributes]
    assert len(ids) == len(set(ids))
    targets = {one['href'] for one in page.all('a') if (one['href'] or '').startswith('#')}
    assert targets <= {f'#{one}' for one in ids}


@pytest.mark.parametrize('lang', ['vi', 'en'])
async def test_every_page_has_a_title_of_its_own(visitor: AsyncClient, lang: str) -> None:
    visitor.cookies.set('lang', lang)
    pages = [*PATHS[:3], *PATHS[4:10], '/thu-tuc?trang=2']
    titles = [re.findall('<title>(.*?)</title>', (await visitor.get(path)).text) for path in pages]
    assert all(len(found) == 1 for found in titles)
    assert len({found[0] for found in titles}) == len(pages)


async def test_an_english_page_says_nothing_in_vietnamese_that_is_not_marked_so(visitor: AsyncClient) -> None:
    visitor.cookies.set('lang', 'en')
    for path in ('/', '/tro-giup', '/tra-cuu', '/thu-tuc/khai-sinh', '/thu-tuc?linh_vuc=khong-co'):
        said = [text for text in Page(await visitor.get(path)).said if VIETNAMESE.search(text)]
        assert not [text for text in said if not _is_data(text)], path


def _is_data(text: str) -> bool:
    """Laws, databases and the questions of the test's form exist only in Vietnamese."""
    return text.startswith(('Văn bản chưa', 'Not needed when found in', '– Luật', 'If: “'))


async def test_a_vietnamese_page_says_nothing_in_english(visitor: AsyncClient) -> None:
    for path in PATHS:
        assert not [text for text in Page(await visitor.get(path)).said if ENGLISH.search(text)], path


def test_words_of_the_doorstep_are_plain_vietnamese() -> None:
    for key, texts in catalogue().items():
        if key.startswith(('public.', 'common.')):
            assert not ENGLISH.search(re.sub(r'\{\w+\}', '', texts['vi'])), key
            longest = max(len(sentence.split()) for sentence in re.split(r'[.:!?\n]', texts['vi']))
            assert longest <= 24, key


async def test_only_our_own_pages_and_files_are_named(visitor: AsyncClient) -> None:
    for path in PATHS:
        page = Page(await visitor.get(path))
        sources = [one.get('src') or one.get('href') for _, one in page.tags if one.get('src') or one.get('href')]
        allowed = ('/', '#', 'tel:', 'mailto:', 'http://portal.example/')
        assert all(source.startswith(allowed) for source in sources if source), path


async def test_the_style_sheet_knows_every_class_that_the_pages_use(visitor: AsyncClient, world: World) -> None:
    css = (await visitor.get(re.findall(r'/static/motcua\.\w+\.css', (await visitor.get('/')).text)[0])).text
    known = set(re.findall(r'\.(mc-[\w-]+)', css))
    number = (await filed(world)).filing_number
    for path in (*PATHS, f'/tra-cuu?ma={number}'):
        used = {
            name
            for _, one in Page(await visitor.get(path)).tags
            for name in (one.get('class') or '').split()
            if name.startswith('mc-')
        }
        assert used - {'mc-again', 'mc-choice-text'} <= known | {'mc-start-side', 'mc-start-body'}, path


async def test_a_link_of_each_page_leads_somewhere(visitor: AsyncClient) -> None:
    elsewhere = ('/nop/', '/dang-nhap', '/can-bo', '/ho-so', '/static/', '/ngon-ngu/', '/giao-dien/')
    for path in PATHS:
        links = {one['href'] or '' for one in Page(await visitor.get(path)).all('a')}
        for link in links:
            if link.startswith('/') and not link.startswith(elsewhere):
                assert (await visitor.get(link)).status_code == 200, f'{path}: {link}'
