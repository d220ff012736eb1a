"""A backup a day, the oldest removed, and a letter when there is none."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from app import jobs, notifications
from app.clock import now
from app.db import read
from app.notifications import facts, letters
from app.operations import backup as one_copy
from app.operations import copies
from app.settings import Settings
from models import Message
from tests.accounts.house import House, build

NIGHT = datetime(2026, 11, 22, 20, tzinfo=UTC)
"""Three in the morning in Viet Nam."""


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path, backup_dir=str(tmp_path.parent / f'{tmp_path.name}-copies'), backup_keep=3)


@pytest.fixture
async def house(settings: Settings, database: None) -> AsyncIterator[House]:
    notifications.use_settings(settings)
    yield await build()
    notifications.use_settings(Settings())
    shutil.rmtree(settings.backup_dir, ignore_errors=True)


async def letters_written() -> list[Message]:
    async with read() as db:
        return list((await db.execute(select(Message).where(Message.template == 'backup_missed'))).scalars())


async def test_one_a_day_after_its_hour_and_so_many_are_kept(house: House, settings: Settings) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        made = []
        for _ in range(5):
            made.append(await copies.run_once())
            assert await copies.run_once() is None
            clock.shift(timedelta(hours=24))
    assert copies.copies(Path(settings.backup_dir)) == made[-3:]


async def test_nothing_is_due_before_the_hour(house: House, settings: Settings) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        assert await copies.run_once()
        clock.shift(timedelta(hours=22, minutes=59))
        assert await copies.run_once() is None
        clock.shift(timedelta(minutes=1))
        assert await copies.run_once()


async def test_what_is_not_whole_is_no_backup(house: House, settings: Settings) -> None:
    await copies.run_once()
    (made,) = copies.copies(Path(settings.backup_dir))
    assert (await copies.state()).count == 1
    (made / one_copy.MANIFEST).unlink()
    assert (await copies.state()).last is None


async def test_administrators_hear_of_an_old_backup_once_a_day(house: House, settings: Settings) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        await copies.run_once()
        clock.shift(timedelta(hours=25))
        assert await copies.watch() == 0
        clock.shift(timedelta(hours=2))
        assert await copies.watch() == 3
        assert await copies.watch() == 0
        clock.shift(timedelta(hours=24))
        assert await copies.watch() == 3
    mail = await letters_written()
    assert {one.recipient for one in mail} == {'khanh@xa.example', 'lan@xa.example', 'em@ben.example'}
    letter = letters.compose(mail[0], facts.Facts())
    assert settings.backup_dir in ' '.join(letter.lines)


async def test_a_first_backup_that_fails_is_told(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await copies.watch() == 0
    monkeypatch.setattr(jobs.LOOPS[copies.LOOP], 'failures', 1)
    assert await copies.watch() == 3


async def test_a_paper_removed_meanwhile_is_no_reason_to_fail_but_a_lost_one_is(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = one_copy._copy_database
    monkeypatch.setattr(one_copy, '_copy_database', lambda *paths: (whole(*paths)[0], ['ab' * 16]))
    assert one_copy.check(one_copy.backup(settings, Path(settings.backup_dir))).files == 0
    monkeypatch.setattr(one_copy, '_is_named', lambda *_: True)
    with time_machine.travel(now() + timedelta(minutes=1)), pytest.raises(FileNotFoundError):
        one_copy.backup(settings, Path(settings.backup_dir))


async def test_what_broken_backups_left_goes_after_a_day(house: House, settings: Settings) -> None:
    folder = Path(settings.backup_dir)
    (folder / 'motcua-20260101-000000.part').mkdir(parents=True)
    assert copies.prune(folder, 3) == 0
    with time_machine.travel(now() + timedelta(hours=25)):
        assert copies.prune(folder, 3) == 1
    assert not list(folder.iterdir())
