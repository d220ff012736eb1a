"""A municipality whose only procedure is a building permit, with its public pages over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from app.limits import forget_all
from tests.support import world as municipality
from tests.support.portal import browser, open_portal
from tests.support.world import SPEC, World

SITE: dict[str, Any] = {
    'id': 'site',
    'title': {'vi': 'Địa điểm'},
    'fields': [
        {'id': 'site_address', 'type': 'text', 'label': {'vi': 'Địa điểm xây dựng'}},
        {'id': 'works_storeys', 'type': 'number', 'label': {'vi': 'Số tầng'}},
        {'id': 'works_kind', 'type': 'text', 'label': {'vi': 'Công trình'}, 'prefill': 'full_name'},
        {'id': 'permit_kind', 'type': 'person_name', 'label': {'vi': 'Loại giấy phép'}},
    ],
}
"""The last two stand for a mistake in the catalogue: what is about a person under the name of a content that is told."""


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A filled database."""
    await forget_all()
    await open_portal()
    sections: list[Any] = [*SPEC['sections'], SITE]  # type: ignore[misc]
    return await municipality.build(tmp_path, id='gpxd-nha-o-rieng-le', sections=sections)


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    async with browser(follow_redirects=True) as client:
        yield client
