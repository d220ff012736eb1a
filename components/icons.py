"""Our own line icons, drawn on a 24 px grid with a 2 px stroke; inline, so that no icon font is ever loaded.

The drawings are the symbols of ``static/icons.svg``; ``emblem`` there is the seal of the service: a gold star inside
two rings of a bronze drum, on lacquer red.
"""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

_SYMBOL = re.compile(r'<symbol id="(\w+)" viewBox="([\d ]+)"[^>]*>(.*?)</symbol>')
_DRAWINGS = {
    found[1]: (found[2], found[3])
    for found in _SYMBOL.finditer((Path(__file__).parent / 'static' / 'icons.svg').read_text('utf-8'))
}
_LINES = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
_SUBJECTS = {
    'ket-hon': 'ring',
    'hon-nhan': 'ring',
    'chung-thuc': 'copy',
    'trich-luc': 'copy',
    'xay-dung': 'home',
    'nha-o': 'home',
    'kinh-doanh': 'shop',
    'khuyen-mai': 'flag',
    'tro-cap': 'coin',
    'khuyet-tat': 'heart',
    'duoc': 'pill',
    'khai-sinh': 'user',
    'khai-tu': 'users',
}
NAMES = tuple(_DRAWINGS)


@cache
def icon(name: str, size: int = 24, label: str | None = None) -> Markup:
    """Return an icon as inline SVG; hidden from screen readers unless ``label`` says what it means.

    Raises: KeyError for an unknown name.
    """
    return _svg(name, 'mc-icon', size, label, _LINES)


@cache
def emblem(size: int = 44, label: str | None = None) -> Markup:
    """Return the seal of the service as inline SVG."""
    return _svg('emblem', 'mc-seal', size, label, '')


def subject(slug: str) -> str:
    """Choose the icon of a procedure by the words of its slug."""
    padded = f'-{slug}-'
    return next((name for words, name in _SUBJECTS.items() if f'-{words}-' in padded), 'file')


def _svg(name: str, css: str, size: int, label: str | None, attributes: str) -> Markup:
    box, drawing = _DRAWINGS[name]
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true" focusable="false"'
    opening = f'<svg class="{css}" width="{size}" height="{size}" viewBox="{box}" {attributes} {spoken}>'
    return Markup(opening + drawing + '</svg>')  # noqa: S704 our own drawings; the label is escaped
