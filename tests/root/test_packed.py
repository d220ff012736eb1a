"""Files of NiceGUI: asked for once, given to each in the lightest way they understand."""

import gzip
from typing import Any

import brotli
import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pages.hardening.packed import Packed

TEXT = 'một hai ba ' * 2000


class Inner:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        self.asked.append(request.headers.get('accept-encoding', '') + request.headers.get('range', ''))
        found = request.url.path == '/a.js'
        answer: Response = PlainTextResponse(TEXT) if found else PlainTextResponse('404', 404)
        answer.headers['Cache-Control'] = 'max-age=9'
        await answer(scope, receive, send)


async def raw(http: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with http.stream('GET', path, headers={'accept-encoding': '', **headers}) as answer:
        return answer, b''.join([chunk async for chunk in answer.aiter_raw()])


async def test_a_file_is_asked_for_once_and_given_in_the_lightest_way() -> None:
    inner = Inner()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Packed(inner)), base_url='http://x') as http:
        for accepted, encoding, opened in (
            ('gzip, br', 'br', brotli.decompress),
            ('gzip', 'gzip', gzip.decompress),
            ('identity', None, bytes),
        ):
            answer, body = await raw(http, '/a.js', **{'accept-encoding': accepted})
            assert answer.headers.get('content-encoding') == encoding
            assert opened(body).decode() == TEXT
            assert answer.headers['content-length'] == str(len(body))
            assert (answer.headers['vary'], answer.headers['cache-control']) == ('Accept-Encoding', 'max-age=9')
    assert inner.asked == ['']


async def test_what_is_not_there_is_not_kept_and_a_part_is_passed_on() -> None:
    inner = Inner()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Packed(inner)), base_url='http://x') as http:
        assert [(await raw(http, '/no.js'))[0].status_code for _ in range(2)] == [404, 404]
        assert len(inner.asked) == 2
        await raw(http, '/a.js', range='bytes=0-3')
        assert inner.asked[-1] == 'bytes=0-3'
