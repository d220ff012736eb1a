"""A browser without scripts: it keeps cookies, follows redirects and fills in forms."""

from html.parser import HTMLParser

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from starlette.requests import Request
from starlette.responses import Response as Answer

from app.errors import AppError
from components import assets
from pages import account, plain_error
from pages.hardening.layers import SecurityHeaders


def portal() -> FastAPI:
    """Return an application of the account pages, with the headers and the refusals of the whole one."""
    site = FastAPI()
    site.include_router(assets.router)
    site.include_router(account.router)

    async def refused(request: Request, error: Exception) -> Answer:
        assert isinstance(error, AppError)
        return plain_error.refusal(request, error)

    site.add_exception_handler(AppError, refused)
    site.add_middleware(SecurityHeaders, https=False)
    return site


class Forms(HTMLParser):
    """The forms of a page: action and fields with what stands in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._select = ''
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        a = {name: value or '' for name, value in attributes}
        if tag == 'form':
            self.found.append((a.get('action', ''), {}))
        elif tag == 'select':
            self._select = a['name']
        elif tag == 'option' and ('selected' in a or self._select not in self.found[-1][1]):
            self.found[-1][1][self._select] = a['value']
        elif tag == 'input' and a.get('name'):
            is_off = a.get('type') in ('radio', 'checkbox') and 'checked' not in a
            if not is_off:
                self.found[-1][1][a['name']] = a.get('value', '')


class Browser:
    """One visitor."""

    def __init__(self, site: FastAPI, agent: str = 'Chrome Android') -> None:
        self.client = AsyncClient(
            transport=ASGITransport(site), base_url='http://portal.example', headers={'user-agent': agent}
        )
        self.page: Response

    async def open(self, path: str) -> Response:
        """Open a page."""
        self.page = await self.client.get(path)
        await self._follow()
        return self.page

    async def send(self, action: str = '', **typed: str) -> Response:
        """Fill in the form of this action (the first one that fits) on the present page, send it, follow redirects."""
        there = self.page.url.path
        fields = next(f for a, f in Forms(self.page.text).found if (a or there) == (action or a or there))
        self.page = await self.client.post(action or there, data=fields | typed)
        await self._follow()
        return self.page

    async def _follow(self) -> None:
        """Follow redirects within the account pages; elsewhere stay, the address is enough."""
        while self.page.is_redirect:
            self.page = await self.client.get(self.page.headers['location'])

    @property
    def at(self) -> str:
        """Return path and query of the present page."""
        return self.page.url.raw_path.decode()
