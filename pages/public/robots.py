"""What search engines may read: the catalogue and the help, never anything about a dossier."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from app.notifications import settings

addresses = APIRouter()
CLOSED = (
    '/tra-cuu',
    '/xac-thuc',
    '/ngon-ngu/',
    '/giao-dien/',
    '/nop/',
    '/ho-so',
    '/tep/',
    '/giay-to/',
    '/theo-doi/',
    '/danh-gia',
    '/tai-khoan',
    '/dang-nhap',
    '/can-bo',
    '/quan-tri',
    '/thong-ke/ho-so',
    '/phan-anh/tra-cuu',
    '/thong-ke/man-hinh',
)


@addresses.get('/robots.txt')
async def robots() -> PlainTextResponse:
    """Say it the way crawlers read it; the demonstration is not for them at all."""
    closed = ('/',) if settings().demo else CLOSED
    return PlainTextResponse('User-agent: *\n' + ''.join(f'Disallow: {path}\n' for path in closed))
