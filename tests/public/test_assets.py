"""Static files are named by their content, kept for ever, complete and our own."""

import gzip
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from components import assets, icons, templating

STATIC = Path(assets.__file__).parent / 'static'


@pytest.fixture
def browser() -> AsyncClient:
    """Ask for static files only."""
    site = FastAPI()
    site.include_router(assets.router)
    return AsyncClient(transport=ASGITransport(site), base_url='http://portal.example')


async def test_a_file_may_be_kept_for_ever_and_travels_compressed(browser: AsyncClient) -> None:
    for name, one in assets.ASSETS.items():
        answer = await browser.get(assets.url(name), headers={'Accept-Encoding': 'gzip'})
        assert answer.status_code == 200 and answer.content == one.body, name
        assert 'immutable' in answer.headers['cache-control']
        assert answer.headers.get('content-encoding') == (None if name.endswith('.woff2') else 'gzip')
    plain = await browser.get(assets.url('motcua.css'), headers={'Accept-Encoding': 'identity'})
    assert 'content-encoding' not in plain.headers and plain.headers['vary'] == 'Accept-Encoding'
    assert (await browser.head(assets.url('motcua.css'))).status_code == 200


async def test_only_exact_names_are_served(browser: AsyncClient) -> None:
    for path in ('motcua.css', 'motcua.0000000000.css', '..%2Fassets.py', 'icons.svg', '%2e%2e/assets.py', ''):
        assert (await browser.get('/static/' + path)).status_code == 404, path


def test_what_a_sheet_names_is_served_here_and_nothing_comes_from_elsewhere() -> None:
    served = {one.url for one in assets.ASSETS.values()}
    for name in assets.SHEETS:
        css = assets.ASSETS[name].body.decode()
        named = set(re.findall(r'url\(([^)]+)\)', css))
        assert named <= served, name
        assert any('woff2' in one for one in named) == ('tokens' in assets.SHEETS[name]), name
        assert 'http' not in css and '@import' not in css and '/*' not in css
        assert css.count('{') == css.count('}')
        assert len(gzip.compress(css.encode())) < 12_000, name


def test_a_name_changes_with_the_content() -> None:
    one, same, other = assets.Asset, assets._make('a.css', b'a{}'), assets._make('a.css', b'b{}')
    assert isinstance(same, one) and same.url == assets._make('a.css', b'a{}').url != other.url


def test_a_device_that_prefers_dark_gets_the_dark_values_unless_light_was_chosen() -> None:
    css = assets.ASSETS['motcua.css'].body.decode()
    chosen = re.search(r'\[data-theme="dark"\],body\.body--dark\{([^}]*)\}', css)
    device = re.search(r'prefers-color-scheme: ?dark\)\{:root:not\(\[data-theme="light"\]\)\{([^}]*)\}', css)
    assert chosen and device and chosen[1] == device[1] and '--mc-ink:#F1F4F6' in chosen[1]


def test_making_a_sheet_smaller_keeps_its_rules() -> None:
    css = '/* note */\na:hover ,\n b > c { color : red; width: calc(1px + 2px);\n}\n@media (min-width: 40em) { .x { y: z; } }'
    assert assets.minify(css) == 'a:hover,b > c{color :red;width:calc(1px + 2px)}@media (min-width:40em){.x{y:z}}'


def test_the_font_brings_its_licence() -> None:
    assert 'SIL Open Font License' in (STATIC / 'fonts' / 'OFL.txt').read_text('utf-8')
    assert len(list((STATIC / 'fonts').glob('*.woff2'))) == 6


def test_all_our_classes_are_prefixed() -> None:
    for name in ('base', 'plain'):
        css = re.sub(
            r'/\*.*?\*/|url\([^)]*\)|"[^"]*"', '', (STATIC / 'css' / f'{name}.css').read_text('utf-8'), flags=re.DOTALL
        )
        classes = set(re.findall(r'\.([a-zA-Z][\w-]*)', re.sub(r'\{[^{}]*\}', '{}', css)))
        assert not [one for one in classes if not one.startswith(('mc-', 'is-'))], name


def test_an_icon_is_silent_or_named_and_a_label_is_never_markup() -> None:
    assert 'aria-hidden="true"' in icons.icon('search') and 'role="img"' not in icons.icon('search')
    assert 'aria-label="&lt;b&gt; &#34;x&#34;"' in icons.icon('search', 20, '<b> "x"')
    assert 'width="96"' in icons.emblem(96)
    with pytest.raises(KeyError):
        icons.icon('no-such-icon')


def test_a_procedure_gets_the_icon_of_its_subject() -> None:
    assert icons.subject('chung-thuc-ban-sao') == 'copy' and icons.subject('dang-ky-ket-hon') == 'ring'
    assert icons.subject('thanh-lap-ho-kinh-doanh') == 'shop' and icons.subject('viec-khac') == 'file'
    assert {icons.subject(slug) for slug in icons._SUBJECTS} <= set(icons.NAMES)


def test_a_link_in_a_text_is_made_and_everything_else_is_escaped() -> None:
    made = templating.linked('<b> [Tìm & xem](list) rồi [x](y)', list='/thu-tuc?a=1&b="2"')
    assert made == '&lt;b&gt; <a href="/thu-tuc?a=1&amp;b=&#34;2&#34;">Tìm &amp; xem</a> rồi [x](y)'
