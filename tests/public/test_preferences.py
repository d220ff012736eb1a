"""Language and colours: one cookie each, and the way back never leads to another site."""

import pytest
from httpx import AsyncClient

from pages.frame import local_path

ELSEWHERE = ('//evil.example', 'https://evil.example', '/\\evil.example', '/a\\b', 'javascript:alert(1)', '', 'thu-tuc',
             '/a\r\nSet-Cookie: x=1', '/' + 'a' * 3000, '\t//evil.example')  # fmt: skip


async def test_the_language_is_kept_and_one_comes_back(visitor: AsyncClient) -> None:
    answer = await visitor.get('/ngon-ngu/en', params={'next': '/thu-tuc?q=a+b'})
    assert answer.status_code == 303 and answer.headers['location'] == '/thu-tuc?q=a+b'
    assert '<html lang="en">' in (await visitor.get('/')).text
    await visitor.get('/ngon-ngu/vi')
    assert '<html lang="vi">' in (await visitor.get('/')).text
    assert (await visitor.get('/ngon-ngu/fr')).status_code == 404


async def test_the_page_offers_the_other_language_and_the_way_back_here(visitor: AsyncClient) -> None:
    text = (await visitor.get('/thu-tuc?q=khai+sinh')).text
    assert 'href="/ngon-ngu/en?next=%2Fthu-tuc%3Fq%3Dkhai%2Bsinh"' in text and 'hreflang="en"' in text


async def test_colours_are_kept_until_the_device_decides_again(visitor: AsyncClient) -> None:
    await visitor.get('/giao-dien/toi')
    assert '<html lang="vi" data-theme="dark">' in (await visitor.get('/')).text
    await visitor.get('/giao-dien/sang')
    assert 'data-theme="light"' in (await visitor.get('/')).text
    await visitor.get('/giao-dien/theo-may')
    assert 'data-theme' not in (await visitor.get('/')).text
    assert (await visitor.get('/giao-dien/hong')).status_code == 404


@pytest.mark.parametrize('target', ELSEWHERE)
async def test_the_way_back_never_leads_elsewhere(visitor: AsyncClient, target: str) -> None:
    answer = await visitor.get('/ngon-ngu/en', params={'next': target})
    assert answer.headers['location'] == '/' and 'x=1' not in answer.headers.get('set-cookie', '')
    assert local_path(target) == '/'


async def test_a_planted_cookie_is_not_believed(visitor: AsyncClient) -> None:
    visitor.cookies.set('lang', '"><b>')
    visitor.cookies.set('theme', 'x" onload="y')
    text = (await visitor.get('/')).text
    assert '<html lang="vi">' in text and 'onload' not in text
