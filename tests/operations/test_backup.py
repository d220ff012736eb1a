"""A copy made while people file holds everything that was acknowledged before it began, and comes back whole."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.audit.verify import verify
from app.db import close_database, open_database
from app.deadlines import store
from app.dossiers import attachments, desk
from app.errors import AppError
from app.limits import forget_all
from app.operations.backup import MANIFEST, backup, check, restore
from app.settings import Settings
from tests.support import world as municipality
from tests.support.world import World, filed


@pytest.fixture
def dialect() -> str:
    """The embedded database; PostgreSQL has tools of its own."""
    return 'sqlite'


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """An installation whose database lies in its data folder."""
    return Settings(data_dir=tmp_path)


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled installation."""
    await forget_all()
    yield await municipality.build(tmp_path)


async def content(world: World, dossier_id: str) -> bytes:
    view = await desk.desk_dossier(world.binh, dossier_id)
    file = next(f for c in view.components for f in c.files)
    return (await attachments.open_file(world.binh, file.id)).content


async def test_a_copy_made_while_people_file_comes_back_whole(world: World, settings: Settings, tmp_path: Path) -> None:
    before = [await filed(world) for _ in range(3)]
    contents = [await content(world, one.dossier_id) for one in before]
    filing = asyncio.gather(*(filed(world) for _ in range(5)))
    copy = await asyncio.to_thread(backup, settings, tmp_path / 'copies')
    await filing
    await close_database()
    elsewhere = Settings(data_dir=tmp_path / 'elsewhere')
    elsewhere.data_dir.mkdir()
    restore(elsewhere, copy)
    await open_database(elsewhere.database)
    municipality.storage.use_folder(elsewhere.files_dir)
    store.forget()
    assert [await content(world, one.dossier_id) for one in before] == contents
    assert (await verify()).faults == ()


async def test_the_key_is_no_part_of_a_copy(world: World, settings: Settings, tmp_path: Path) -> None:
    assert settings.master_key and (tmp_path / 'secret.key').exists()
    copy = backup(settings, tmp_path / 'copies')
    assert settings.master_key not in b''.join(p.read_bytes() for p in copy.rglob('*') if p.is_file())


async def test_an_altered_or_incomplete_copy_is_refused_by_name(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    await filed(world)
    copy = backup(settings, tmp_path / 'copies')
    name = next(n for n in json.loads((copy / MANIFEST).read_text('utf-8'))['hashes'] if n.startswith('files'))
    whole = (copy / name).read_bytes()
    for content in (whole[:-1] + b'x', b''):
        (copy / name).write_bytes(content)
        with pytest.raises(AppError) as refused:
            restore(Settings(data_dir=tmp_path / 'new'), copy)
        assert refused.value.values == {'file': name}
    (copy / name).write_bytes(whole)
    assert check(copy).hashes[name]


async def test_a_folder_with_data_is_never_overwritten(world: World, settings: Settings, tmp_path: Path) -> None:
    copy = backup(settings, tmp_path / 'copies')
    with pytest.raises(AppError) as refused:
        restore(settings, copy)
    assert refused.value.key == 'operations.not_empty'
