"""A copy made while people file holds everything that was acknowledged before it began, and comes back whole."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from app.audit.verify import verify
from app.clock import now
from app.db import close_database, open_database
from app.deadlines import store
from app.dossiers import attachments, desk
from app.errors import AppError
from app.limits import forget_all
from app.operations.backup import DATABASE, FILES, MANIFEST, CopyRunning, alone, backup, check, restore, sweep
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
    (file,) = (copy.parent / FILES).glob('*/*/*')
    for path, name in ((file, f'files/1/{file.stem[:2]}/{file.stem}'), (copy / DATABASE, DATABASE)):
        whole = path.read_bytes()
        for altered in (whole[:-1] + bytes([whole[-1] ^ 1]), b'', None):
            path.unlink()
            if altered is not None:
                path.write_bytes(altered)
            with pytest.raises(AppError) as refused:
                restore(Settings(data_dir=tmp_path / 'new'), copy)
            assert refused.value.values == {'file': name}
            path.write_bytes(whole)
    assert check(copy).files == 1


@pytest.mark.parametrize('name', ['../planted', 'secret.key', 'motcua.db-wal'])
async def test_a_copy_writes_nothing_but_the_database_and_the_ring_of_keys(
    world: World, settings: Settings, tmp_path: Path, name: str
) -> None:
    copy = backup(settings, tmp_path / 'copies')
    (copy / name).write_bytes(b'planted')
    manifest = json.loads((copy / MANIFEST).read_text('utf-8'))
    manifest['hashes'][name] = hashlib.sha256(b'planted').hexdigest()
    (copy / MANIFEST).write_text(json.dumps(manifest), 'utf-8')
    elsewhere = Settings(data_dir=tmp_path / 'deep' / 'elsewhere')
    elsewhere.data_dir.mkdir(parents=True)
    with pytest.raises(AppError):
        restore(elsewhere, copy)
    assert not [path for path in elsewhere.data_dir.parent.rglob('*') if path.is_file()]


@pytest.mark.parametrize('hashes', [{}, [], None, {'x': 'y'}])
async def test_a_copy_that_names_no_database_is_none(
    world: World, settings: Settings, tmp_path: Path, hashes: object
) -> None:
    copy = backup(settings, tmp_path / 'copies')
    manifest = json.loads((copy / MANIFEST).read_text('utf-8'))
    (copy / MANIFEST).write_text(json.dumps(manifest | {'hashes': hashes}), 'utf-8')
    with pytest.raises(AppError):
        check(copy)


async def test_a_second_copy_costs_only_what_was_filed_since(world: World, settings: Settings, tmp_path: Path) -> None:
    folder, kept = tmp_path / 'copies', dict[Path, int]()
    for number in (1, 2):
        await filed(world)
        with time_machine.travel(now() + timedelta(minutes=number)):
            assert check(backup(settings, folder)).files == number
        after = {path: path.stat().st_ino for path in (folder / FILES).glob('*/*/*')}
        assert len(after) == number
        assert kept.items() <= after.items()
        kept = after


async def test_what_no_copy_names_any_more_is_removed_from_the_copies(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    await filed(world)
    folder = tmp_path / 'copies'
    copy = backup(settings, folder)
    (file,) = (folder / FILES).glob('*/*/*')
    (file.parent / 'cut-off.part').write_bytes(b'half')
    assert sweep(folder, [copy]) == 1
    assert file.exists()
    assert sweep(folder, []) == 1
    assert not file.exists()


async def test_one_copy_at_a_time_and_what_was_cut_off_leaves_nothing(
    world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / 'copies'
    (folder / 'motcua-20260101-000000.part').mkdir(parents=True)
    with alone(folder), pytest.raises(CopyRunning):
        backup(settings, folder)
    with monkeypatch.context() as broken:
        broken.setattr('app.operations.backup._sync', lambda _folder: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            backup(settings, folder)
    assert not list(folder.glob('motcua-*'))


async def test_a_folder_with_data_is_never_overwritten(world: World, settings: Settings, tmp_path: Path) -> None:
    copy = backup(settings, tmp_path / 'copies')
    with pytest.raises(AppError) as refused:
        restore(settings, copy)
    assert refused.value.key == 'operations.not_empty'
