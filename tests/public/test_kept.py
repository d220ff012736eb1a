"""Public pages are kept in memory for everybody who is nobody in particular, until what they show is changed."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import update
from sqlmodel import col

from app.db import write
from models import Procedure
from pages import cookies
from pages.hardening.kept import KeptPages
from tests.public import site
from tests.support.world import World


@pytest.fixture
async def asked() -> list[str]:
    """The addresses that were not given from memory."""
    return []


@pytest.fixture
async def visitor(world: World, asked: list[str]) -> AsyncIterator[AsyncClient]:
    """A browser in front of kept pages."""
    inner = site.application()

    async def noted(scope, receive, send):  # type: ignore[no-untyped-def]
        asked.append(scope['path'])
        await inner(scope, receive, send)

    transport = ASGITransport(KeptPages(noted))
    async with AsyncClient(transport=transport, base_url='http://portal.example') as client:
        yield client


async def test_the_same_page_is_made_once_and_each_language_has_its_own(visitor: AsyncClient, asked: list[str]) -> None:
    first, again = await visitor.get('/thu-tuc'), await visitor.get('/thu-tuc')
    assert asked == ['/thu-tuc']
    assert (again.text, again.headers) == (first.text, first.headers)
    english = await visitor.get('/thu-tuc', headers={'Cookie': 'lang=en'})
    assert english.text != first.text
    assert len(asked) == 2


@pytest.mark.parametrize(
    'cookie', [b'lang =en', b'\xa0lang=en', b'lang=xx; lang\t=en', b' theme\t= dark', b'theme=light;\xa0theme=dark']
)
async def test_nobody_chooses_language_or_colours_for_others(visitor: AsyncClient, cookie: bytes) -> None:
    """However the cookie is written: the page reads it as Starlette does."""
    usual = await visitor.get('/thu-tuc', headers={'Accept-Encoding': 'gzip'})
    for _ in range(2):
        odd = await visitor.get('/tro-giup', headers=[(b'Cookie', cookie)])
        plain = await visitor.get('/tro-giup')
        assert '<html lang="vi"' in plain.text and 'data-theme="dark"' not in plain.text
        assert odd.text != plain.text
    assert '<html lang="vi"' in usual.text


async def test_what_is_compressed_is_given_only_to_those_who_take_it(visitor: AsyncClient) -> None:
    odd = [(b'Accept-Encoding', b'gzip'), (b'Accept-Encoding', b'identity')]
    await visitor.get('/tro-giup', headers=odd)
    plain = await visitor.get('/tro-giup', headers={'Accept-Encoding': 'identity'})
    assert 'content-encoding' not in plain.headers


async def test_a_change_shows_at_once(visitor: AsyncClient, asked: list[str]) -> None:
    assert 'khai sinh' in (await visitor.get('/thu-tuc')).text
    async with write() as db:
        await db.execute(update(Procedure).where(col(Procedure.slug) == 'khai-sinh').values(is_enabled=False))
    assert 'Đăng ký khai sinh' not in (await visitor.get('/thu-tuc')).text
    assert len(asked) == 2


@pytest.mark.parametrize('kind', [cookies.SESSION, cookies.DOSSIER])
async def test_nobody_with_a_session_is_given_a_kept_page(visitor: AsyncClient, asked: list[str], kind: str) -> None:
    await visitor.get('/thu-tuc')
    await visitor.get('/thu-tuc', headers={'Cookie': f'{cookies.name(kind)}=x'})
    await visitor.get('/thu-tuc', headers={'Authorization': 'Bearer x'})
    assert len(asked) == 3


async def test_forms_and_questions_are_not_kept(visitor: AsyncClient, asked: list[str]) -> None:
    for path in ('/tra-cuu', '/tra-cuu', '/thu-tuc?q=khai', '/thu-tuc?q=khai'):
        await visitor.get(path)
    assert len(asked) == 4
