"""A leaflet of each procedure: one A5 sheet with what to prepare, term, fee, where, and a code that leads to its page."""

from io import BytesIO

import pikepdf
from httpx import AsyncClient

from app.documents.render import make_leaflet
from app.i18n import words
from app.procedures.load import CATALOG, load_spec
from app.procedures.queries import StartPage
from app.units.queries import UnitCard
from pages.public.leaflet_said import leaflet
from tests.documents.sample import text_of

UNIT = UnitCard(
    'x', 'H55', 'UBND xã Tân Phú', 'Tan Phu commune', '', '12 Trần Phú', '0251 3123 456', '', 'Sáng 7:30–11:30'
)
A5 = (420, 595)


def _made(slug: str, lang: str) -> bytes:
    spec = load_spec(CATALOG / f'{slug}.yaml')
    start = StartPage('x', 'y', spec, (), True, True, True)
    return make_leaflet(leaflet(start, UNIT, f'https://mc.example/thu-tuc/{slug}', '2026-11-22', words(lang)))


def test_the_longest_leaflet_is_one_sheet_of_a5_in_both_languages() -> None:
    longest = max(CATALOG.glob('[!_]*.yaml'), key=lambda file: file.stat().st_size).stem
    for lang in ('vi', 'en'):
        with pikepdf.open(BytesIO(_made(longest, lang))) as paper:
            box = paper.pages[0].mediabox
            assert (round(float(box[2])), round(float(box[3]))) == A5 and len(paper.pages) == 1


async def test_anybody_may_take_it_and_it_says_what_the_page_says(visitor: AsyncClient) -> None:
    answer = await visitor.get('/thu-tuc/khai-sinh/to-roi.pdf')
    assert answer.status_code == 200 and answer.headers['content-type'] == 'application/pdf'
    said = text_of(answer.content)
    for text in (
        'Đăng ký khai sinh',
        'Giấy chứng sinh',
        'Trong ngày',
        '12 đường Trần Phú',
        '0251 3123 456',
        '1.001193',
    ):
        assert text in said, said
    english = text_of((await visitor.get('/thu-tuc/khai-sinh/to-roi.pdf', params={'lang': 'en'})).content)
    assert 'Birth registration' in english and 'Where to file' in english
    assert (await visitor.get('/thu-tuc/khong-co/to-roi.pdf')).status_code == 404
    assert 'href="/thu-tuc/khai-sinh/to-roi.pdf?lang=vi"' in (await visitor.get('/thu-tuc/khai-sinh')).text


def test_who_can_only_file_online_is_not_sent_to_the_counter() -> None:
    said = text_of(_made('gpxd-nha-o-rieng-le', 'vi'))
    assert '12 Trần Phú' not in said and '0251 3123 456' in said and 'mc.example' in said
