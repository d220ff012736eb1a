"""A copy every few minutes, thinned out with age, and a letter when there is none."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from app import jobs, notifications
from app.clock import VIETNAM, now
from app.db import read, write
from app.notifications import facts, letters
from app.operations import backup as one_copy
from app.operations import copies
from app.settings import Settings
from models import Message, Setting
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
    copies.forget()
    yield await build()
    notifications.use_settings(Settings())
    shutil.rmtree(settings.backup_dir, ignore_errors=True)


async def letters_written() -> list[Message]:
    async with read() as db:
        return list((await db.execute(select(Message).where(Message.template == 'backup_missed'))).scalars())


async def something_happens() -> None:
    async with write() as db:
        await db.merge(Setting(key='something', value=now().isoformat(), changed_at=now()))


async def test_one_every_few_minutes_where_something_changed(house: House, settings: Settings) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        assert await copies.run_once()
        for changed in (True, False, True):
            if changed:
                await something_happens()
            clock.shift(timedelta(minutes=2, seconds=59))
            assert await copies.run_once() is None
            clock.shift(timedelta(seconds=1))
            assert bool(await copies.run_once()) is changed
            assert (await copies.state()).age == timedelta()
        copies.forget()  # a new process does not know what happened before it began
        clock.shift(timedelta(minutes=3))
        assert await copies.run_once()
        clock.shift(-timedelta(hours=3))
        await something_happens()
        assert await copies.run_once(), 'a clock that was put back is no reason to wait'


async def test_what_takes_long_is_done_less_often(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copies.run_once()
    assert (await copies.state()).interval == timedelta(minutes=3)
    (made,) = copies.copies(Path(settings.backup_dir))
    told = asdict(one_copy.read_manifest(made)) | {'seconds': 100.0}
    (made / one_copy.MANIFEST).write_text(json.dumps(told), 'utf-8')
    found = await copies.state()
    assert (found.interval, found.limit) == (timedelta(seconds=500), timedelta(seconds=1000))


def test_copies_are_thinned_out_with_age(settings: Settings, tmp_path: Path) -> None:
    folder, at = tmp_path / 'many', datetime(2026, 10, 1, tzinfo=VIETNAM)
    while at < datetime(2026, 11, 22, 15, tzinfo=VIETNAM):
        made = folder / f'{at:motcua-%Y%m%d-%H%M%S}'
        made.mkdir(parents=True)
        (made / one_copy.MANIFEST).touch()
        (made / one_copy.DATABASE).touch()
        at += timedelta(minutes=47)
    copies._seen.swept = now()
    copies.prune(folder, 7)
    left = [copies._made_at(copy) for copy in copies.copies(folder)]
    copies.forget()
    days = [at.date() for at in left if at]
    assert len(left) == 12 + 6 + 3  # today is among the newest, and the newest week ends with it
    assert [days.count(day) for day in sorted(set(days))] == [1] * 9 + [12]
    assert [day.isoweekday() for day in sorted(set(days))[:3]] == [7, 7, 7]


async def test_what_is_not_whole_is_no_backup(house: House, settings: Settings) -> None:
    await copies.run_once()
    (made,) = copies.copies(Path(settings.backup_dir))
    assert (await copies.state()).count == 1
    (made / one_copy.MANIFEST).unlink()
    assert (await copies.state()).last is None


async def test_administrators_hear_of_an_old_backup_once_a_day(house: House, settings: Settings) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        await copies.run_once()
        assert await copies.watch() == 0
        clock.shift(timedelta(minutes=14))
        assert await copies.watch() == 0
        clock.shift(timedelta(minutes=2))
        assert await copies.watch() == 3
        assert await copies.watch() == 0
        clock.shift(timedelta(hours=24))
        assert await copies.watch() == 3
    mail = await letters_written()
    assert {one.recipient for one in mail} == {'khanh@xa.example', 'lan@xa.example', 'em@ben.example'}
    letter = letters.compose(mail[0], facts.Facts())
    assert settings.backup_dir in ' '.join(letter.lines)


async def test_a_service_that_begins_is_given_the_time_of_its_first_copy(house: House, settings: Settings) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        await copies.run_once()
        copies.forget()
        clock.shift(timedelta(hours=5))
        assert await copies.watch() == 0
        clock.shift(timedelta(minutes=15))
        assert await copies.watch() == 3


async def test_a_first_backup_that_fails_is_told(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await copies.watch() == 0
    monkeypatch.setattr(jobs.LOOPS[copies.LOOP], 'failures', 1)
    assert await copies.watch() == 3


async def test_a_copy_made_by_hand_meanwhile_is_waited_for(house: House, settings: Settings) -> None:
    with one_copy.alone(Path(settings.backup_dir)):
        assert await copies.run_once() is None
    assert await copies.run_once()


async def test_copies_leave_the_reserve_of_the_disk_free(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(settings.backup_dir)
    for free in (settings.disk_reserve_mb * 1_000_000, 10**15):
        monkeypatch.setattr(shutil, 'disk_usage', lambda _folder, free=free: SimpleNamespace(free=free))
        with suppress(OSError):
            await copies.run_once()
        assert len(copies.copies(folder)) == (free == 10**15)


async def test_a_paper_removed_meanwhile_is_no_reason_to_fail_but_a_lost_one_is(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_copy, '_stored', lambda _database: iter([one_copy.Stored('1', 'ab' * 16)]))
    made = one_copy.check(one_copy.backup(settings, Path(settings.backup_dir)))
    assert (made.files, made.gone) == (0, ['ab' * 16])
    monkeypatch.setattr(one_copy, '_is_named', lambda *_: True)
    with time_machine.travel(now() + timedelta(minutes=1)), pytest.raises(FileNotFoundError):
        one_copy.backup(settings, Path(settings.backup_dir))
