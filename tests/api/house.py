"""The API behind all layers of the portal, on the small municipality, and programs that call it."""

import io
import os
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from PIL import Image
from sqlalchemy import update

from app.access import SYSTEM, Actor, Permission
from app.api_tokens import commands
from app.api_tokens.rules import SCOPES
from app.db import write
from app.settings import Settings
from models import Grant
from models.enums import Role
from pages import api
from pages.root import _answer_errors, _wrap
from tests.support.world import ANSWERS, World

URL = 'http://portal.example'
KEY = 'd0d6f0c2-3c55-4e2c-9a51-000000000001'


def application() -> FastAPI:
    """Return the API with the refusals and the layers of the whole portal."""
    root = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    root.include_router(api.router)
    _answer_errors(root)
    _wrap(root, Settings(base_url=URL, secret='x' * 32, _env_file=None), api.BODY_LIMITS)
    return root


def picture(size: int = 100_000) -> bytes:
    """Return a picture of noise of at least so many bytes: nothing makes it smaller."""
    side = int((size / 3) ** 0.5) + 10
    file = io.BytesIO()
    Image.frombytes('RGB', (side, side), os.urandom(side * side * 3)).save(file, 'PNG')
    return file.getvalue()


@dataclass
class Program:
    """A program that calls the API, with a token or without."""

    http: AsyncClient
    token: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {'Authorization': f'Bearer {self.token}'} if self.token else {}

    async def call(self, method: str, path: str, **options: Any) -> Response:
        """Send one request below ``/api/v1``."""
        headers = self.headers | options.pop('headers', {})
        return await self.http.request(method, f'/api/v1{path}', headers=headers, **options)

    async def ok(self, method: str, path: str, **options: Any) -> Any:
        """Send one request that must succeed, and return what it answers."""
        answer = await self.call(method, path, **options)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else None

    async def draft(self, slug: str, content: bytes, **answers: Any) -> str:
        """Prepare a complete draft and return its token."""
        token = (await self.ok('POST', '/drafts', json={'procedure': slug}))['token']
        await self.ok('PATCH', f'/drafts/{token}/answers', json={'answers': {**ANSWERS, **answers}})
        await self.ok('POST', f'/drafts/{token}/documents/proof', files={'file': ('giấy.png', content)})
        return str(token)

    async def submit(self, token: str, key: str = KEY) -> Response:
        """Send a draft under a key."""
        sent = {'declared': True}
        return await self.call('POST', f'/drafts/{token}/submit', json=sent, headers={'Idempotency-Key': key})


def program() -> Program:
    """Return a program without a token."""
    return Program(AsyncClient(transport=ASGITransport(application()), base_url=URL))


async def admin(world: World) -> Actor:
    """Make Hà an administrator of the home unit."""
    async with write() as db:
        of_ha = update(Grant).where(Grant.account_id == world.ha.account_id)
        await db.execute(of_ha.values(role=Role.ADMIN))
    return replace(world.ha, grants=tuple(replace(one, role=Role.ADMIN) for one in world.ha.grants))


async def program_of(who: Actor, http: AsyncClient, scopes: tuple[Permission, ...] = SCOPES) -> Program:
    """Return a program with a token of a member of staff."""
    made = await commands.create(SYSTEM, f'Máy của {who.name}', list(scopes), email=who.email or '', days=30)
    return Program(http, made.token)
