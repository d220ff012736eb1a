"""The shipped catalogue is read once, and again when a file of it changes or another catalogue was loaded since."""

from pathlib import Path
from typing import Any

import pytest

from app import startup
from app.access import SYSTEM
from app.procedures import shipped
from app.procedures.commands import Loaded, load_into_database
from app.settings import Settings

here = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)


def test_the_mark_changes_with_a_name_and_with_a_content(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shipped, '_APP', tmp_path)
    monkeypatch.setattr(shipped, '__file__', str(tmp_path / 'procedures' / 'shipped.py'))
    (tmp_path / 'procedures').mkdir()
    marks = []
    for name, content in (('a.py', '1'), ('a.py', '2'), ('procedures/b.yaml', ''), ('procedures/b.yaml', 'x: 1')):
        (tmp_path / name).write_text(content)
        marks.append(shipped.mark())
    assert len(set(marks)) == 4
    (tmp_path / 'procedures' / 'b.yaml').rename(tmp_path / 'procedures' / 'c.yaml')
    assert shipped.mark() not in marks


@here
async def test_another_catalogue_ends_what_was_known(database: None) -> None:
    assert not await shipped.is_loaded()
    await load_into_database(SYSTEM, [], [], mark=shipped.mark())
    assert await shipped.is_loaded()
    await load_into_database(SYSTEM, [], [])
    assert not await shipped.is_loaded()


@here
async def test_a_second_start_reads_no_file(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    async def load(folder: Path) -> Loaded:
        read.append(folder)
        return await load_into_database(SYSTEM, [], [], mark=shipped.mark())

    async def nothing(_settings: Any) -> None: ...

    monkeypatch.setattr(startup, 'load', load)
    monkeypatch.setattr(startup, '_demonstrate', nothing)
    monkeypatch.setattr(Settings, 'database', database_url)
    for _ in range(2):
        await startup.prepare(Settings())
    assert read == [startup.CATALOG]
