"""What a request says of its visitor, and what it says of the modules of pages."""

import pytest
from starlette.requests import Request

import pages
from app.access import ActorKind
from pages.visitor import Visitor, address


def request(cookie: str = '', client: str = '203.0.113.7') -> Request:
    return Request({'type': 'http', 'headers': [(b'cookie', cookie.encode())], 'client': (client, 1)})


def test_a_visitor_is_read_from_the_cookies() -> None:
    found = Visitor.of(request('motcua_session=abc; motcua_dossier=xyz; lang=en; theme=dark'))
    assert found == Visitor('en', 'dark', 'abc', 'xyz', '203.0.113.7')


@pytest.mark.parametrize('cookie', ['', 'lang=xx; theme=pink', f'motcua_session={"x" * 999}'])
def test_what_is_not_known_counts_as_nothing(cookie: str) -> None:
    assert Visitor.of(request(cookie)) == Visitor('vi', '', None, None, '203.0.113.7')


@pytest.mark.parametrize(
    ('client', 'counted'),
    [
        ('203.0.113.7', '203.0.113.7'),
        ('::ffff:203.0.113.7', '203.0.113.7'),
        ('2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'),
        ('fe80::1%eth0', 'fe80::/64'),
        ('testclient', 'testclient'),
    ],
)
def test_an_ipv6_visitor_is_counted_by_network(client: str, counted: str) -> None:
    assert address(request(client=client)) == counted


async def test_without_a_session_somebody_is_a_guest(database: None) -> None:
    actor = await Visitor.of(request('motcua_session=invented; lang=en')).actor()
    assert (actor.kind, actor.lang, actor.address) == (ActorKind.GUEST, 'en', '203.0.113.7')


def test_every_module_of_pages_is_collected_once() -> None:
    found = pages.collect()
    assert len(found.routers) == len({id(router) for router in found.routers})
    paths = [route.path for route in found.routes]
    assert len(paths) == len(set(paths)), 'two screens with one address'
