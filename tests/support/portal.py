"""A browser before the plain pages: what the tests of these pages share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from httpx import ASGITransport, AsyncClient

from app import notifications
from app.limits import forget_all
from app.settings import Settings
from tests.public.site import application

ADDRESS = 'http://portal.example'


async def open_portal() -> None:
    """Begin with no limit used up, at a known address."""
    notifications.use_settings(Settings(base_url=ADDRESS))
    await forget_all()


@asynccontextmanager
async def browser(*, follow_redirects: bool = False) -> AsyncIterator[AsyncClient]:
    """Open a browser that keeps cookies."""
    transport = ASGITransport(application())
    async with AsyncClient(transport=transport, base_url=ADDRESS, follow_redirects=follow_redirects) as client:
        yield client
