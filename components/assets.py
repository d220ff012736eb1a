"""Style sheets, fonts and pictures, named by their content so that a browser may keep them for ever.

Everything is read, joined, compressed and hashed once, at import: a request is a look-up in a dictionary.
Inside a style sheet ``url(name)`` is the bare name of another asset.
"""

import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

STATIC = Path(__file__).parent / 'static'
PREFIX = '/static/'
SHEETS = {
    'motcua.css': ('tokens', 'base', 'plain'),
    'motcua-figures.css': ('figures',),
    'motcua-rating.css': ('rating',),
    'motcua-app.css': ('tokens', 'base', 'plain', 'app', 'apply', 'officer'),
}
"""The sheet of the plain pages, what the pages of figures and of ratings add to it, and the sheet of the single-page application."""
SCRIPTS = ('wall.js',)
"""Scripts of plain pages; all others are loaded by NiceGUI."""

_MEDIA_TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.woff2': 'font/woff2',
}
_FOR_EVER = 'public, max-age=31536000, immutable'
_DARK = re.compile(r'\[data-theme="dark"\], body\.body--dark \{([^}]*)\}')


@dataclass(frozen=True)
class Asset:
    """One file as it is served; ``packed`` is its gzip form where that is smaller."""

    url: str
    media_type: str
    body: bytes
    packed: bytes | None


def minify(css: str) -> str:
    """Drop comments and needless blanks; the rules and their order stay."""
    css = re.sub(r'/\*.*?\*/', '', css, flags=re.DOTALL)
    css = re.sub(r'\s+', ' ', css)
    css = re.sub(r' ?([{};,]) ?', r'\1', css)
    return css.replace(': ', ':').replace(';}', '}').strip()


def _follow_device(css: str) -> str:
    """Add the dark values once more for a device that prefers dark, unless the visitor chose light."""
    dark = _DARK.search(css)
    if not dark:
        return css
    return css + f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{{dark[1]}}} }}'


def _make(name: str, body: bytes) -> Asset:
    stem, suffix = name.rsplit('.', 1)
    packed = gzip.compress(body, 9, mtime=0) if suffix != 'woff2' else None
    address = f'{PREFIX}{stem}.{sha256(body).hexdigest()[:10]}.{suffix}'
    return Asset(address, _MEDIA_TYPES[f'.{suffix}'], body, packed if packed and len(packed) < len(body) else None)


def _collect() -> dict[str, Asset]:
    scripts = [STATIC / 'js' / name for name in SCRIPTS]
    files = (*STATIC.glob('fonts/*.woff2'), *STATIC.glob('img/*.svg'), *scripts)
    assets = {file.name: _make(file.name, file.read_bytes()) for file in sorted(files)}
    for name, parts in SHEETS.items():
        css = ''.join(_follow_device((STATIC / 'css' / f'{part}.css').read_text('utf-8')) for part in parts)
        css = re.sub(r'url\(([\w.-]+)\)', lambda found: f'url({assets[found[1]].url})', minify(css))
        assets[name] = _make(name, css.encode())
    return assets


ASSETS = _collect()
_BY_URL = {asset.url: asset for asset in ASSETS.values()}
router = APIRouter()


def url(name: str) -> str:
    """Return the address of an asset: ``url('motcua.css')``. Raises KeyError for an unknown name."""
    return ASSETS[name].url


async def serve(request: Request) -> Response:
    """Serve an asset by its exact, content-bearing name."""
    asset = _BY_URL.get(request.url.path)
    if asset is None:
        return PlainTextResponse('404', 404)
    headers = {'Cache-Control': _FOR_EVER, 'X-Content-Type-Options': 'nosniff'}
    if asset.packed is None:
        return Response(asset.body, headers=headers, media_type=asset.media_type)
    headers['Vary'] = 'Accept-Encoding'
    if 'gzip' not in request.headers.get('accept-encoding', ''):
        return Response(asset.body, headers=headers, media_type=asset.media_type)
    headers['Content-Encoding'] = 'gzip'
    return Response(asset.packed, headers=headers, media_type=asset.media_type)


router.add_route(PREFIX + '{name}', serve, methods=['GET'], include_in_schema=False)
