"""Language and colours of the pages: a choice is a cookie, and the way back."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from app.errors import NotFound
from app.i18n import LANGUAGES
from pages.frame import local_path

addresses = APIRouter()
YEAR = 365 * 24 * 3600
THEMES = {'sang': 'light', 'toi': 'dark', 'theo-may': ''}
"""Address and stored value; as the device says is stored as nothing."""


@addresses.api_route('/ngon-ngu/{lang}', methods=['GET', 'HEAD'])
async def choose_language(lang: str, next: str = '/') -> Response:
    """Remember the language and go back."""
    if lang not in LANGUAGES:
        raise NotFound()
    return _remember('lang', lang, next)


@addresses.api_route('/giao-dien/{theme}', methods=['GET', 'HEAD'])
async def choose_theme(theme: str, next: str = '/') -> Response:
    """Remember the colours and go back."""
    if theme not in THEMES:
        raise NotFound()
    return _remember('theme', THEMES[theme], next)


def _remember(name: str, value: str, back: str) -> Response:
    response = RedirectResponse(local_path(back), 303)
    response.set_cookie(name, value, max_age=YEAR if value else 0, httponly=True, samesite='lax')
    return response
