"""What is sent by plain HTTP: files, forms of other sites, tokens, bodies that are too large."""

from collections.abc import AsyncIterator
from itertools import islice

from scripts.attack.client import EVIL, Attack, Cookies, drawn_form, opened

FOREIGN: dict[str, Cookies] = {
    'the origin of another site': {'Origin': EVIL},
    'no origin': {},
    'the origin null': {'Origin': 'null'},
    "the browser's word that another site sent it": {'Sec-Fetch-Site': 'cross-site'},
}
LARGE = {'/tra-cuu': 3_000_000, '/api/v1/drafts': 3_000_000, '/tep/nop/x.y/z': 30_000_000, '/xac-thuc/ABC': 30_000_000}
"""Bytes that are too many, for addresses that take a form, JSON, a paper, a document to be checked."""


async def uploads(attack: Attack) -> None:
    """NiceGUI gives each page an address for files that checks nothing: it is shut, for every element."""
    attack.group = 'Uploads'
    page = await opened(attack, '/nop')
    async with attack.http(page.cookies) as http:
        codes = set()
        for number in islice(page.elements, 30):
            address = f'/_nicegui/client/{page.client_id}/upload/{number}'
            files = {'file': ('a.txt', b'x' * 5000)}
            codes.add((await http.post(address, files=files, headers={'Origin': attack.server.url})).status_code)
    attack.tell("NiceGUI's own address for files is shut", codes == {404}, _listed(codes))


async def foreign_posts(attack: Attack) -> None:
    """Send the same form with the same cookies from our own page, which is taken, and from elsewhere, which is not."""
    attack.group = 'Foreign posts'
    for path, form in {'/dang-nhap': '', '/tra-cuu': '', '/phan-anh': '', '/tep/nop/x.y/z': '/dang-nhap'}.items():
        async with attack.http() as http:
            fields = {'csrf': await drawn_form(http, form or path)}
            own = (await http.post(path, data=fields, headers={'Origin': attack.server.url})).status_code
            for how, headers in FOREIGN.items():
                code = (await http.post(path, data=fields, headers=headers)).status_code
                what = f'a form sent to `{path}` with {how} is refused'
                attack.tell(what, code == 403 != own, f'{code}; {own} from our own page')


async def false_token(attack: Attack, cookies: Cookies) -> None:
    """A token lets programs past the question for the origin; an invented one is no way round it for a browser."""
    attack.group = 'Foreign posts'
    async with attack.http(cookies) as http:
        headers = {'Authorization': 'Bearer x', 'Origin': EVIL}
        answer = await http.post('/api/v1/drafts', headers=headers, json={'procedure': 'khai-sinh'})
    what = "an invented token opens nothing, even beside an officer's cookies"
    attack.tell(what, answer.status_code == 401, f'{answer.status_code}')


async def sizes(attack: Attack) -> None:
    """Send bodies that are too large, at once and in pieces without a length; a small one is not refused so."""
    attack.group = 'Sizes'
    headers = {'Origin': attack.server.url, 'Content-Type': 'application/octet-stream'}
    async with attack.http() as http:
        for path, size in LARGE.items():
            small = (await http.post(path, content=b'x', headers=headers)).status_code
            code = (await http.post(path, content=b'x' * size, headers=headers)).status_code
            attack.tell(
                f'{size:,} bytes to `{path}` are refused', code == 413 != small, f'{code}; {small} for one byte'
            )
        form = headers | {'Content-Type': 'application/x-www-form-urlencoded'}
        code = (await http.post('/tra-cuu', content=_pieces(30), headers=form)).status_code
        small = (await http.post('/tra-cuu', content=_pieces(1), headers=form)).status_code
    attack.tell('3,000,000 bytes in pieces are refused', code == 413 != small, f'{code}; {small} for one piece')


async def _pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b'x' * 100_000


def _listed(codes: set[int]) -> str:
    return ', '.join(map(str, sorted(codes)))
