"""The small municipality with a one-stop centre's letterhead, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import update
from starlette.requests import Request
from starlette.responses import Response

from app import notifications
from app.db import write
from app.errors import AppError
from app.limits import forget_all
from app.settings import Settings
from models import Unit
from pages import documents, plain_error
from tests.support import world as municipality
from tests.support.world import World

LETTERHEAD = {
    'place': 'Tân Phú',
    'phone': '0208 355 0242',
    'address': 'Số 12, đường Trần Phú',
    'parent_name': 'UBND tỉnh',
}


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    notifications.use_settings(Settings(base_url='http://portal.example'))
    await forget_all()
    made = await municipality.build(tmp_path)
    async with write() as db:
        await db.execute(update(Unit).where(Unit.id == made.unit.id).values(letterhead=LETTERHEAD, version=2))
    yield made


@pytest.fixture
async def visitor() -> AsyncIterator[AsyncClient]:
    """A browser on an application of these addresses alone."""
    root = FastAPI()
    root.include_router(documents.router)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, AppError)
        return plain_error.refusal(request, error)

    root.add_exception_handler(AppError, refused)
    async with AsyncClient(transport=ASGITransport(root), base_url='http://portal.example') as client:
        yield client
