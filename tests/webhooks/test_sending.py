"""Where a delivery may go and what it looks like there, against real servers on sockets of this machine."""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from app.webhooks import sending
from app.webhooks.allowed import is_allow_list, may_go, read_address, read_allow_list
from app.webhooks.sending import NotDelivered, deliver, packed
from tests.webhooks.receiver import ALLOWED, HOST, Receiver, contexts, receiver

SECRET = sending.PREFIX + base64.b64encode(b'k' * 32).decode()
BODY = packed({'type': 'dossier.accept', 'data': {'dossier_id': 'A' * 22}})
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def other() -> Iterator[Receiver]:
    """Another system without https, as a demonstration may have it."""
    with receiver() as one:
        yield one


async def _send(url: str, hosts: str = ALLOWED, *, demo: bool = True, **more: Any) -> int:
    settings = Settings(webhook_hosts=hosts, demo=demo, _env_file=None)
    return await deliver(settings, url, SECRET, 'msg_1', BODY, AT, **more)


async def _refused(url: str, hosts: str = ALLOWED, **more: Any) -> tuple[str, int | None]:
    with pytest.raises(NotDelivered) as refused:
        await _send(url, hosts, **more)
    return refused.value.kind, refused.value.status


async def test_a_delivery_is_signed_as_the_standard_says(other: Receiver) -> None:
    assert await _send(other.url) == 200
    [told] = other.told
    assert told.path == '/told?from=motcua' and told.body == BODY
    assert told.headers['host'] == f'{HOST}:{other.port}' and told.headers['content-type'] == 'application/json'
    signed = b'msg_1.' + told.headers['webhook-timestamp'].encode() + b'.' + told.body
    expected = base64.b64encode(hmac.new(b'k' * 32, signed, hashlib.sha256).digest()).decode()
    assert told.headers['webhook-signature'] == f'v1,{expected}' and told.headers['webhook-id'] == 'msg_1'
    assert int(told.headers['webhook-timestamp']) == int(AT.timestamp())
    assert not {'cookie', 'authorization', 'referer'} & told.headers.keys()


@pytest.mark.parametrize('status', ['201', '204'])
async def test_every_2xx_counts(other: Receiver, status: str) -> None:
    other.mood = status
    assert await _send(other.url) == int(status)


@pytest.mark.parametrize('status', ['400', '401', '404', '410', '429', '500', '503'])
async def test_nothing_else_does(other: Receiver, status: str) -> None:
    other.mood = status
    assert await _refused(other.url) == ('answer', int(status))


async def test_a_redirect_is_not_followed(other: Receiver) -> None:
    with receiver() as inner:
        other.mood, other.elsewhere = 'redirect', inner.url
        assert await _refused(other.url) == ('answer', 302)
        assert len(other.told) == 1 and inner.told == []


async def test_a_dropped_connection_and_a_closed_port_are_said_so(other: Receiver) -> None:
    other.mood = 'drop'
    assert await _refused(other.url) == ('connect', None)
    assert len(other.told) == 1
    with socket.socket() as closed:
        closed.bind(('127.0.0.1', 0))
        assert await _refused(f'http://{HOST}:{closed.getsockname()[1]}/') == ('connect', None)


async def test_whoever_does_not_answer_holds_nobody_up(other: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, 'SECONDS', 1.0)
    other.mood = 'silent'
    began = time.monotonic()
    assert await _refused(other.url) == ('time', None)
    assert time.monotonic() - began < 10 and len(other.told) == 1


async def test_an_answer_without_an_end_is_not_read(other: Receiver) -> None:
    other.mood = 'flood'
    assert await _send(other.url) == 200
    assert len(other.told) == 1


async def test_the_certificate_must_be_the_hosts_although_the_address_is_pinned(tmp_path: Path) -> None:
    server, client = contexts(tmp_path)
    with receiver(server) as secure:
        assert await _send(secure.url, demo=False, context=client) == 200
        assert await _refused(secure.url, demo=False) == ('connect', None), 'nobody vouches for it'
        assert len(secure.told) == 1
    server, client = contexts(tmp_path, 'other.example')
    with receiver(server) as wrong:
        assert await _refused(wrong.url, demo=False, context=client) == ('connect', None)
        assert wrong.told == []


async def test_http_is_for_demonstrations_and_only_named_hosts_are_spoken_to(other: Receiver) -> None:
    assert await _refused(other.url, demo=False) == ('address', None)
    assert await _refused(other.url, '') == ('host', None)
    assert await _refused(other.url, 'lgsp.example') == ('host', None)
    assert await _refused(other.url, HOST) == ('inner', None), 'without its network an inner address is refused'
    assert await _refused(other.url, f'{HOST}@10.0.0.0/8') == ('inner', None)
    assert await _refused('http://khong-co.invalid/', 'khong-co.invalid') == ('resolve', None)
    assert other.told == []


async def test_a_name_that_changes_its_mind_leads_nowhere(other: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the name shows a permitted address when it is looked at, an inner one when it is connected to."""
    asked: list[str] = []
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def resolve(host: Any, port: Any, **more: Any) -> Any:
        if host != 'lgsp.example':
            return await real(host, port, **more)
        asked.append(str(host))
        address = '127.0.0.1' if len(asked) == 1 else '127.0.0.2'
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, '', (address, port))]

    monkeypatch.setattr(loop, 'getaddrinfo', resolve)
    url = f'http://lgsp.example:{other.port}/'
    assert await _send(url, 'lgsp.example@127.0.0.1/32') == 200
    assert asked == ['lgsp.example'] and other.told[0].headers['host'] == f'lgsp.example:{other.port}'
    assert await _refused(url, 'lgsp.example@127.0.0.1/32') == ('inner', None)
    assert len(other.told) == 1


async def test_one_inner_address_among_public_ones_refuses_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(host: Any, port: Any, **_: Any) -> Any:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, '', (one, port)) for one in ('93.184.216.34', '169.254.169.254')
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), 'getaddrinfo', resolve)
    assert await _refused('https://lgsp.example/', 'lgsp.example', demo=False) == ('inner', None)


INNER = [
    '127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1',
    '255.255.255.255', '198.18.0.1', '192.0.2.1', '::1', '::', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1',
    '::ffff:127.0.0.1', '::ffff:10.0.0.1', '2002:7f00:1::', '64:ff9b::7f00:1', '2001::1',
    '64:ff9b:1::7f00:1', '::7f00:1', '::ffff:0:7f00:1', 'fec0::1', '5f00::1',
]  # fmt: skip


@pytest.mark.parametrize('address', INNER)
def test_inner_addresses_are_refused_however_they_are_written(address: str) -> None:
    assert not may_go(ipaddress.ip_address(address), None)


def test_public_addresses_and_those_of_a_named_network_are_not() -> None:
    for address in ('93.184.216.34', '203.162.0.1', '2606:4700::1111', '::ffff:93.184.216.34'):
        assert may_go(ipaddress.ip_address(address), None)
    named = ipaddress.ip_network('10.20.0.0/16')
    assert may_go(ipaddress.ip_address('10.20.3.4'), named) and may_go(ipaddress.ip_address('::ffff:10.20.3.4'), named)
    for address in ('10.21.0.1', '93.184.216.34', '::1', '127.0.0.1'):
        assert not may_go(ipaddress.ip_address(address), named)


NOT_ADDRESSES = [
    '', 'x', 'ftp://a.example/', 'http://a.example/', 'https://', 'https:///x', 'https://user@a.example/', 'https://a.example/#x',
    'https://10.0.0.1/', 'https://[::1]/', 'https://127.1/', 'https://2130706433/', 'https://0x7f000001/', 'https://a.example:99999/',
    'https://a.example:x/', 'https://a_b.example/', 'https://a.example\\@b.example/', 'https://a.example /', 'https://ă.example/',
    'https://a.example/\r\nx: y', 'https://a..example/', 'https://-a.example/', 'file:///etc/passwd', 'https://a.example/' + 'x' * 500,
]  # fmt: skip


@pytest.mark.parametrize('url', NOT_ADDRESSES)
def test_what_is_no_address_for_us_is_refused(url: str) -> None:
    assert read_address(url) is None


def test_an_address_is_taken_apart() -> None:
    target = read_address('https://LGSP.tinh.gov.vn:8443/a/b?c=d')
    assert target and (target.host, target.port, target.path) == ('lgsp.tinh.gov.vn', 8443, '/a/b?c=d')
    assert (read_address('https://a.example') or target).port == 443


def test_the_list_of_hosts_is_read_or_refused() -> None:
    found = read_allow_list(' a.example, B.example@10.20.0.0/16 ,')
    assert found == {'a.example': None, 'b.example': ipaddress.ip_network('10.20.0.0/16')}
    assert read_allow_list('') == {}
    for wrong in ('https://a.example', 'a.example@x', 'a.example@10.20.0.1/16', '*', '*.example', '10.0.0.1', 'a b'):
        assert not is_allow_list(wrong), wrong
