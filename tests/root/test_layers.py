"""The layers around the application, as they stand before an installation that people reach by https."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message

from pages import cookies
from pages.hardening import layers
from pages.hardening.bucket import Bucket, Buckets

URL = 'https://motcua.xa.gov.vn'


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what arrives."""
    request = Request(scope, receive)
    prefix = request.headers.get('x-forwarded-prefix', 'none')
    response: Response = PlainTextResponse(f'{request.method} {prefix}')
    if request.url.path == '/cookie':
        cookies.give(response, cookies.SESSION, 'value', max_age=60)
        response.headers['Cache-Control'] = 'public, max-age=60'
    if request.url.path == '/own':
        response.headers['Content-Security-Policy'] = 'sandbox'
    await response(scope, receive, send)


def client(app: ASGIApp, url: str = URL) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url)


@pytest.fixture
def https() -> Any:
    cookies.use_https(True)
    yield
    cookies.use_https(False)


async def test_by_https_cookies_are_bound_to_this_host_and_the_browser_stays_with_https(https: None) -> None:
    async with client(layers.SecurityHeaders(echo, https=True)) as http:
        answer = await http.get('/cookie')
    cookie = answer.headers['set-cookie']
    assert cookie.startswith('__Host-motcua_session=value; ')
    assert {'HttpOnly', 'Secure', 'Path=/', 'SameSite=Lax', 'Max-Age=60'} <= set(cookie.split('; '))
    assert 'max-age=31536000' in answer.headers['strict-transport-security']


async def test_an_answer_with_a_cookie_is_never_kept_by_a_cache() -> None:
    async with client(layers.SecurityHeaders(echo, https=False)) as http:
        assert (await http.get('/cookie')).headers['cache-control'] == 'no-store'


async def test_an_answer_keeps_the_policy_it_brings_itself() -> None:
    async with client(layers.SecurityHeaders(echo, https=False)) as http:
        assert (await http.get('/own')).headers['content-security-policy'] == 'sandbox'
        plain = await http.get('/')
    assert "default-src 'none'" in plain.headers['content-security-policy']
    assert 'strict-transport-security' not in plain.headers


@pytest.mark.parametrize(
    ('host', 'status'), [('motcua.xa.gov.vn', 200), ('evil.example', 400), ('motcua.xa.gov.vn:8080', 400), ('', 400)]
)
async def test_only_the_host_of_the_base_url_is_answered(host: str, status: int) -> None:
    async with client(layers.KnownHost(echo, url=URL, check=True)) as http:
        assert (await http.get('/', headers={'Host': host})).status_code == status
        assert (await http.get('/healthz', headers={'Host': '10.0.0.7:8080'})).status_code == 200


async def test_a_prefix_from_outside_is_taken_away() -> None:
    async with client(layers.KnownHost(echo, url=URL, check=True)) as http:
        assert (await http.get('/', headers={'X-Forwarded-Prefix': '/evil'})).text == 'GET none'


@pytest.mark.parametrize(
    ('headers', 'status'),
    [
        ({'Origin': URL}, 200),
        ({'Origin': URL, 'Sec-Fetch-Site': 'same-origin'}, 200),
        ({'Origin': 'null', 'Sec-Fetch-Site': 'same-origin'}, 200),
        ({'Sec-Fetch-Site': 'none'}, 200),
        ({}, 200),
        ({'Cookie': 'a=b'}, 403),
        ({'Origin': 'null'}, 403),
        ({'Origin': 'http://motcua.xa.gov.vn'}, 403),
        ({'Origin': 'https://evil.example'}, 403),
        ({'Origin': URL, 'Sec-Fetch-Site': 'same-site'}, 403),
        ({'Sec-Fetch-Site': 'cross-site'}, 403),
    ],
)
async def test_a_change_comes_from_our_own_pages(headers: dict[str, str], status: int) -> None:
    async with client(layers.OwnOrigin(echo, origin=URL)) as http:
        assert (await http.post('/', headers=headers)).status_code == status
        assert (await http.get('/', headers=headers)).status_code == 200


async def test_on_this_machine_the_host_that_was_asked_is_our_origin() -> None:
    async with client(layers.OwnOrigin(echo, origin=None), 'http://127.0.0.1:8080') as http:
        assert (await http.post('/', headers={'Origin': 'http://127.0.0.1:8080'})).status_code == 200
        assert (await http.post('/', headers={'Origin': 'http://localhost:8080'})).status_code == 403


def test_the_longest_limit_that_fits_a_path_holds() -> None:
    limit = layers.BodyLimit(echo, larger={'/tep/': 5_000_000}).limit
    assert (limit('/tep/nop/x'), limit('/thu-tuc')) == (5_000_000, layers.DEFAULT_BODY)


async def test_a_wrong_length_is_refused() -> None:
    async with client(layers.BodyLimit(echo, larger={})) as http:
        assert (await http.post('/', headers={'Content-Length': '-1'})).status_code == 413


async def test_a_body_that_is_too_large_only_with_its_last_part_is_answered_at_once() -> None:
    """Nothing more comes: whoever waited for it would answer when the other side has given up."""
    parts = [(b'x' * layers.DEFAULT_BODY, True), (b'x', False)]
    sent: list[Message] = []

    async def taking(scope: Any, receive: Any, send: Any) -> None:
        await Request(scope, receive).body()

    async def receive() -> Message:
        if not parts:
            await asyncio.Event().wait()
        body, more = parts.pop(0)
        return {'type': 'http.request', 'body': body, 'more_body': more}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {'type': 'http', 'method': 'POST', 'path': '/', 'headers': [], 'query_string': b''}
    await asyncio.wait_for(layers.BodyLimit(taking, larger={})(scope, receive, send), 10)
    assert sent[0]['status'] == 413


def test_a_bucket_gives_a_burst_then_a_pace_then_nothing() -> None:
    bucket = Bucket(rate=10, burst=3, debt=2)
    waits = [bucket.take() for _ in range(6)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3] == pytest.approx(0.1, abs=0.05)
    assert waits[4] == pytest.approx(0.2, abs=0.05)
    assert waits[5] is None


def test_addresses_have_buckets_of_their_own_and_old_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('pages.hardening.bucket.KEPT', 2)
    buckets = Buckets(rate=0.001, burst=1)
    assert buckets.allow('a')
    assert not buckets.allow('a')
    assert buckets.allow('b')
    assert buckets.allow('c')
    assert buckets.allow('a'), 'forgotten, so it begins anew'


@pytest.mark.parametrize('leaves', [True, False])
async def test_who_leaves_before_the_answer_is_no_incident_and_an_answer_that_never_comes_is_one(
    leaves: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def silent(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()

    async def receive() -> Message:
        return {'type': 'http.disconnect'} if leaves else {'type': 'http.request', 'body': b'', 'more_body': False}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    app = layers.Incidents(BaseHTTPMiddleware(silent, dispatch=lambda request, call_next: call_next(request)))
    scope = {'type': 'http', 'method': 'GET', 'path': '/_nicegui/x.js', 'headers': [], 'query_string': b''}
    await app(scope, receive, send)
    assert bool(sent) is not leaves
    assert ('unexpected error' in caplog.text) is not leaves
