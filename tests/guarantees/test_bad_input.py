"""Bad input by plain HTTP: a clear sentence in the person's language, nothing stored, nothing lost."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from fastapi import APIRouter

from app.errors import Invalid
from app.i18n import words
from pages import collect
from tests.guarantees import bad_files
from tests.guarantees.attacker import read_page
from tests.guarantees.bad_files import CASES
from tests.guarantees.visit import House, Person, changed, unchanged

PROMISES = 'G11'

MEGABYTE = 1024 * 1024
ENGLISH = re.compile(r'\b(the|please|not found|error|invalid|request|detail|internal|forbidden|field required)\b', re.I)


@pytest.fixture
async def draft(house: House) -> dict[str, str]:
    """A whole draft with one paper."""
    await house.ask('/forget')
    return {key: str(value) for key, value in (await house.ask('/draft')).items()}


def sentence(key: str, lang: str, **values: object) -> str:
    return words(lang).error(Invalid({}, f'papers.{key}', **values))


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(('name', 'make', 'kind', 'key'), CASES, ids=[f'{case[0]}-{case[3]}' for case in CASES])
async def test_a_bad_file_is_refused_in_the_persons_language_and_leaves_nothing(
    house: House, draft: dict[str, str], name: str, make: Callable[[], bytes], kind: str, key: str
) -> None:
    before, content = house.kept(), make()
    for lang in ('vi', 'en'):
        async with house.http({'lang': lang}) as http:
            answer = await http.post(f'/tep/nop/{draft["token"]}/proof', files={'file': (name, content, kind)})
        assert answer.status_code == 422
        assert answer.json() == {'message': sentence(key, lang, limit=20)}
    unchanged(house, before)


async def test_a_good_file_is_taken_whatever_its_name(house: House, draft: dict[str, str]) -> None:
    names = (
        '../../etc/passwd',
        '<script>alert(1)</script>.png',
        'x' * 3_000 + '.exe',
        'a\\b\\c.pdf',
        '.',
        'CON',
        'giấy khai sinh.jpg',
    )
    async with house.http() as http:
        for name in names:
            files = {'file': (name, bad_files.png(), 'text/html')}
            kept = (await http.post(f'/tep/nop/{draft["token"]}/proof', files=files)).raise_for_status().json()
            assert re.fullmatch(r'[^/\\<>:"|?*\0]{1,100}\.png', kept['name'])
            got = await http.get(f'/tep/{kept["id"]}?nhap={draft["token"]}')
            assert got.headers['content-type'] == 'image/png'
            assert got.headers['content-disposition'].startswith('attachment')
            assert 'sandbox' in got.headers['content-security-policy']
    assert all(file.startswith(str(house.folder / 'files')) for file in house.files())


@pytest.mark.parametrize('size', [20 * MEGABYTE + 1, 20 * MEGABYTE + 200_000, 60 * MEGABYTE])
async def test_a_file_that_is_too_large_is_cut_off(house: House, draft: dict[str, str], size: int) -> None:
    before = house.kept()

    async def body() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        for _ in range(size // MEGABYTE):
            yield b'\x89PNG\r\n\x1a\n' + b'x' * (MEGABYTE - 8)
        yield b'x' * (size % MEGABYTE) + b'\r\n--b--\r\n'

    async with house.http() as http:
        kind = {'Content-Type': 'multipart/form-data; boundary=b'}
        try:
            answer = await http.post(f'/tep/nop/{draft["token"]}/proof', content=body(), headers=kind)
        except httpx.TransportError:
            assert (
                size > 20 * MEGABYTE + 100_000
            )  # cut off while the rest was on its way: the answer may go down with it
        else:
            assert answer.status_code in (413, 422)
            assert 'quá lớn' in answer.text or 'lớn quá 20 MB' in answer.text
    unchanged(house, before)


async def test_the_draft_and_its_papers_are_whole_after_all_that(house: House, draft: dict[str, str]) -> None:
    async with house.http() as http:
        for name, make, kind, _ in CASES[:9]:
            await http.post(f'/tep/nop/{draft["token"]}/proof', files={'file': (name, make(), kind)})
        good = await http.post(f'/tep/nop/{draft["token"]}/card', files={'file': ('the.png', bad_files.png())})
        assert good.status_code == 201
        paper = house.one("SELECT id FROM attachment WHERE draft_id = ? AND document_id = 'proof'", draft['draft_id'])
        assert (await http.get(f'/tep/{paper}?nhap={draft["token"]}')).content.startswith(b'\x89PNG')
    assert (await house.ask(f'/answers/{draft["token"]}'))['reason'] == 'Cần giấy thử'


async def test_a_file_for_what_is_not_there_is_refused(
    house: House, draft: dict[str, str], dossier: dict[str, str]
) -> None:
    good = {'file': ('a.png', bad_files.png(), 'image/png')}
    before = house.kept()
    token = draft['token']
    paths = [f'nop/{token}/khong_co', f'nop/{token}x/proof', f'nop/{"x" * 22}.{"0" * 32}/proof', 'nop/x/proof']
    bodies: tuple[dict[str, Any], ...]
    bodies = ({'data': {'file': 'text'}}, {'data': {}}, {'files': {'other': b'x'}}, {'content': b'{}'}, {'json': [1]})
    paths += [f'bo-sung/{dossier["id"]}/proof', f'ket-qua/{dossier["id"]}/ket-qua', f'ket-qua/{dossier["id"]}/x']
    async with house.http() as http:
        for path in paths:
            answer = await http.post(f'/tep/{path}', files=good)
            assert answer.status_code in (403, 404), path
            assert answer.json()['message'] and not ENGLISH.search(answer.json()['message'])
        for body in bodies:
            answer = await http.post(f'/tep/nop/{token}/proof', **body)
            assert answer.status_code == 422 and not ENGLISH.search(visible(answer.text)), answer.text
        unchanged(house, before)
        assert (await http.post(f'/tep/nop/{token}/proof', files=good)).status_code == 201


async def test_no_more_files_than_a_dossier_bears(house: House, draft: dict[str, str]) -> None:
    async with house.http() as http:
        answers = [
            await http.post(f'/tep/nop/{draft["token"]}/proof', files={'file': ('a.png', bad_files.png())})
            for _ in range(12)
        ]
    assert [answer.status_code for answer in answers] == [201] * 9 + [409] * 3
    assert answers[-1].json()['message'] == sentence('too_many_files', 'vi', limit=10)


# --- addresses -------------------------------------------------------------------------------------------------------


async def test_unknown_addresses_get_a_plain_page_in_the_persons_language(house: House, draft: dict[str, str]) -> None:
    before = house.kept()
    unknown = [
        '/thu-tuc/khong-co', '/thu-tuc/%00', '/thu-tuc/%ff%fe', f'/thu-tuc/{"x" * 3_000}', '/thu-tuc/../../etc/passwd',
        '/tra-cuu?ma=KHONG-CO', '/tra-cuu?ma=%00', f'/tra-cuu?ma={"9" * 5_000}', '/tra-cuu/khong-co', f'/tra-cuu/{"x" * 22}',
        '/tep/khong-co', f'/tep/{"x" * 22}', f'/tep/{"x" * 22}/trang/1', '/tep/x/trang/khong', '/tep/x/trang/-1', '/tep/x/trang/99999999999999999999',
        '/nop/khong-co', '/nop/cap-giay-thu/khong-co', f'/nop/cap-giay-thu/{draft["token"]}x', f'/nop/khac/{draft["token"]}', '/nop/%00/%ff',
        f'/ho-so/{"x" * 22}', '/ho-so/%00', '/giay-to/khong-co', '/dat-mat-khau/khong-co', '/ngon-ngu/xx', '/giao-dien/xx',
    ]  # fmt: skip
    async with house.http() as http:
        for path in unknown:
            answer = await http.get(path)
            assert answer.status_code in (200, 400, 404, 422), f'{path}: {answer.status_code}'
            text = visible(answer.text) + (str(read_page(answer.text)[1]) if 'parseElements' in answer.text else '')
            assert not ENGLISH.search(visible(answer.text)), f'{path}: {text[:300]}'
            assert re.search('không|Không|chưa|hết hạn|Xem đầy đủ', text), f'{path}: {text[:300]}'
    unchanged(house, before)


# --- guessing --------------------------------------------------------------------------------------------------------


async def test_a_wrong_secret_and_an_unknown_number_get_the_same_answer_in_the_same_time(
    house: House, dossier: dict[str, str]
) -> None:
    unknown = dossier['number'][:-4] + '9999'
    took: dict[str, list[float]] = {dossier['number']: [], unknown: []}
    texts: dict[str, set[str]] = {dossier['number']: set(), unknown: set()}
    async with house.http() as http:
        form = await Forms.of(http, '/tra-cuu')
        for _ in range(25):
            for number in took:
                await house.ask('/forget')
                begun = time.perf_counter()
                answer = await form.send(ma=number, khoa='AAAA2222')
                took[number].append(time.perf_counter() - begun)
                texts[number].add(visible(answer.text).replace(number, '…'))
                assert answer.status_code == 422
    assert texts[unknown] == texts[dossier['number']] and len(texts[unknown]) == 1
    wrong, strange = (
        min(took[dossier['number']]),
        min(took[unknown]),
    )  # the best: what else the machine did is in no best one
    assert abs(wrong - strange) < 0.004 + 0.3 * max(wrong, strange)


async def test_guessing_a_secret_is_limited_and_the_right_one_opens_afterwards(
    house: House, dossier: dict[str, str]
) -> None:
    async with house.http() as http:
        form = await Forms.of(http, '/tra-cuu')
        answers = [await form.send(ma=dossier['number'], khoa=f'AAAA{n:04}') for n in range(2000, 2012)]
        assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
        assert 'Xin thử lại sau' in visible(answers[-1].text) or 'phút' in visible(answers[-1].text)
        assert (await form.send(ma=dossier['number'], khoa=dossier['secret'])).status_code == 429
        numbers = [await form.send(ma=f'N55.242-000101-{n:04}', khoa='AAAA2222') for n in range(12)]
        assert 429 in {answer.status_code for answer in numbers}, 'nor may one address try many numbers'
        await house.ask('/forget')
        opened = await form.send(ma=dossier['number'], khoa=dossier['secret'])
        assert opened.headers['location'] == f'/tra-cuu/{dossier["id"]}'


async def test_numbers_cannot_be_listed(house: House, dossier: dict[str, str]) -> None:
    stem = dossier['number'][:-4]
    async with house.http() as http:
        answers = [(await http.get('/tra-cuu', params={'ma': f'{stem}{n:04}'})).status_code for n in range(200)]
    await house.ask('/forget')
    assert 429 in answers and answers.index(429) <= 120
    assert set(answers[answers.index(429) :]) == {429}


# --- forms -----------------------------------------------------------------------------------------------------------


class Forms(HTMLParser):
    """The forms of a page that change something: address, fields and the hidden value that must come back."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__()
        self.http = http
        self.found: list[tuple[str, dict[str, str]]] = []
        self._is_inside = False

    @classmethod
    async def of(cls, http: httpx.AsyncClient, path: str) -> 'Forms':
        """Read a page."""
        forms = cls(http)
        forms.feed((await http.get(path)).raise_for_status().text)
        return forms

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == 'form':
            self._is_inside = of.get('method') == 'post'
            if self._is_inside:
                self.found.append((of.get('action') or '', {}))
        elif self._is_inside and tag in ('input', 'select', 'textarea') and of.get('name'):
            self.found[-1][1][str(of['name'])] = of.get('value') or ''

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != 'form'

    async def send(self, **fields: str) -> httpx.Response:
        """Send the last form of the page with some fields filled in."""
        action, known = self.found[-1]
        return await self.http.post(action, data=known | fields)


def visible(html: str) -> str:
    """Return what a person reads of a page."""
    bare = re.sub(r'(?s)<(script|style|head|svg|template)\b.*?</\1>|<div id="esm-fallback">.*?</div>', ' ', html)
    return ' '.join(re.sub(r'<[^>]*>', ' ', bare).split())


def posts() -> Iterator[str]:
    """Yield the addresses of all plain forms and uploads, with something unknown in each gap."""

    def inside(routes: list[Any], prefix: str) -> Iterator[str]:
        for route in routes:
            if inner := getattr(route, 'original_router', None):
                yield from inside(inner.routes, prefix + route.include_context.prefix)
            elif 'POST' in (getattr(route, 'methods', None) or ()):
                yield re.sub(r'\{\w+(:\w+)?\}', 'x' * 22, prefix + route.path)

    routers: list[APIRouter] = collect().routers
    yield from (
        path
        for router in routers
        for path in inside(router.routes, router.prefix and '')
        if not path.startswith('/api/')
    )


async def test_no_form_is_taken_without_the_value_we_gave_or_from_elsewhere(house: House, binh: Person) -> None:
    found = sorted(set(posts()))
    assert {'/dang-nhap', '/dang-xuat', '/tra-cuu', '/dang-ky'} <= set(found)
    async with house.http(binh.cookies) as http:
        await http.get('/can-bo')
        before = house.kept()
        for path in found:
            for fields in ({}, {'csrf': 'x' * 64}, {'csrf': '\0'}):
                answer = await http.post(path, data={'email': 'an@example.com', 'ma': 'x', **fields})
                assert answer.status_code in (401, 403, 404, 405, 422), f'{path}: {answer.status_code}'
                assert not ENGLISH.search(visible(answer.text)), f'{path}: {visible(answer.text)[:300]}'
            for headers in ({'Origin': 'https://evil.example'}, {'Sec-Fetch-Site': 'cross-site'}):
                answer = await http.post(path, data={'email': 'an@example.com'}, headers=headers)
                assert answer.status_code == 403, path
        unchanged(house, before)


@pytest.mark.parametrize('path', ['/dang-nhap', '/dang-ky', '/quen-mat-khau', '/tra-cuu'])
async def test_whatever_is_typed_into_a_form_is_answered_with_the_form(house: House, path: str) -> None:
    texts = (
        '\0',
        'x' * 100_000,
        '𝕏́' * 300,
        '\u202e\u200b',
        "' OR 1=1 --",
        '<script>alert(1)</script>',
        '{{7*7}}',
        '\r\nBcc: x@y.vn',
    )
    async with house.http() as http:
        forms = await Forms.of(http, path)
        action, fields = forms.found[-1]
        assert set(fields) > {'csrf'}
        for text in texts:
            filled = {name: text if name != 'csrf' else value for name, value in fields.items()}
            answer = await http.post(action, data=filled)
            assert answer.status_code in (200, 303, 422, 429), f'{text[:20]!r}: {answer.status_code}'
            assert '<script>alert' not in answer.text and '49' not in visible(answer.text)[:400]
            await house.ask('/forget')


@pytest.mark.parametrize('path', ['/dang-nhap', '/dang-ky', '/tra-cuu', '/dang-xuat'])
async def test_a_hundred_thousand_fields_are_refused_at_once(house: House, path: str) -> None:
    kind = {'Content-Type': 'application/x-www-form-urlencoded'}
    many = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 12_000 + b'--b--\r\n'
    bodies = [(b'a=1&' * 100_000, kind), (b'&' * 900_000, kind), (b'a' * 900_000, kind), (b'%' * 300_000, kind)]
    bodies += [(many, {'Content-Type': 'multipart/form-data; boundary=b'}), (b'x' * 2_000_000, kind)]
    bodies += [
        (b'--b', {'Content-Type': 'multipart/form-data; boundary=b'}),
        (b'x', {'Content-Type': 'multipart/form-data'}),
    ]
    bodies += [(b'{"csrf": 1}', {'Content-Type': 'application/json'}), (b'\xff\xfe', {'Content-Type': 'x'})]
    async with house.http() as http:
        await http.get('/tra-cuu')
        before = house.kept()
        for body, headers in bodies:
            begun = time.perf_counter()
            async with asyncio.timeout(10):
                answer = await http.post(path, content=body, headers=headers)
            assert answer.status_code in (400, 403, 413, 422), f'{body[:30]!r}: {answer.status_code}'
            assert not ENGLISH.search(visible(answer.text)), visible(answer.text)[:300]
            assert time.perf_counter() - begun < 5
        assert (await http.get('/healthz')).status_code == 200
        assert not changed(before[0], house.rows())
