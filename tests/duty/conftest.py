"""A house with administrators, and its public pages over HTTP."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from app.limits import forget_all
from tests.accounts.house import House, build
from tests.support.portal import browser, open_portal


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def house(database: None) -> House:
    await forget_all()
    await open_portal()
    return await build()


@pytest.fixture
async def visitor(house: House) -> AsyncIterator[AsyncClient]:
    async with browser(follow_redirects=True) as client:
        yield client
