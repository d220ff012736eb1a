"""Two at once, somebody who looks into the folder, settings that expose people: each once worked."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.clock import now, today
from app.db import lock_folder, write
from app.deadlines import commands as calendar
from app.dossiers import applicant, attachments, commands, drafts, filing
from app.dossiers.commands import Done
from app.errors import Stale, WrongState
from app.limits import forget_all
from app.operations.safety import UnsafeSettings, refuse_unsafe
from app.settings import Settings
from app.workflow.numbers import filing_number
from models.enums import DayKind, Role
from tests.support import world as municipality
from tests.support.world import ANSWERS, PNG, World, filed, opened

PROMISES = 'G13'

ITEMS = [
    {'kind': 'document', 'id': 'proof', 'text': 'Chụp rõ hơn'},
    {'kind': 'field', 'id': 'personal_id', 'text': 'Ghi đúng số'},
]
WHY = {'reason': 'Giấy mờ', 'guidance': 'Chụp lại dưới ánh sáng tốt', 'contact': 'Bình, 0207 3 123 456'}


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    await forget_all()
    yield await municipality.build(tmp_path)


async def test_units_whose_codes_print_alike_never_give_the_same_number(database: None) -> None:
    at = now()
    async with write() as db:
        numbers = [await filing_number(db, code, at) for code in ('H55.242', 'G55.242', 'H55.242')]
    assert len(set(numbers)) == 3


async def test_a_paper_is_never_taken_out_of_a_filing_that_is_being_sent(world: World) -> None:
    for _ in range(5):
        started = await drafts.start(world.guest, world.spec.id, with_account=False)
        await drafts.save(world.guest, started.token, ANSWERS)
        paper = await attachments.add_to_draft(world.guest, started.token, 'proof', 'giay.png', PNG)
        sent, _ = await asyncio.gather(
            filing.submit(world.guest, started.token),
            attachments.remove_from_draft(world.guest, started.token, paper.id),
            return_exceptions=True,
        )
        if not isinstance(sent, BaseException):
            assert (await attachments.open_file(world.binh, paper.id)).content == PNG


async def test_a_supplement_sent_twice_at_once_is_sent_once(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS[1:], **WHY)
    me = opened(world, one)
    saves = (applicant.save_correction(me, one.dossier_id, {'personal_id': '001190000123'}) for _ in range(6))
    assert not [r for r in await asyncio.gather(*saves, return_exceptions=True) if isinstance(r, BaseException)]
    sends = (applicant.send_supplement(me, one.dossier_id, done.version) for _ in range(6))
    results = await asyncio.gather(*sends, return_exceptions=True)
    assert sum(isinstance(r, Done) for r in results) == 1
    assert all(isinstance(r, Done | WrongState | Stale) for r in results)


async def test_the_calendar_changed_by_two_at_once_has_both_changes(world: World) -> None:
    admin = replace(world.binh, grants=tuple(replace(g, role=Role.ADMIN) for g in world.binh.grants))
    year = today().year
    days = [date(year, 1, 14), date(year, 1, 14), date(year, 1, 15), date(year, 1, 18)]
    changes = (calendar.set_day(admin, day, DayKind.OFF, 'Nghỉ\ud83d', 'QĐ 1\ud83d') for day in days)
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert not [r for r in results if r is not None]
    assert [row.day for row in await calendar.days(admin, year) if row.day in days] == sorted(set(days))


def test_no_other_account_of_the_machine_reads_the_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / 'data'
    command = [sys.executable, 'main.py', 'create-admin', 'a@example.com']
    here = Path(__file__).parents[2]
    environment = {**os.environ, 'MOTCUA_DATA_DIR': str(folder)}
    subprocess.run(command, cwd=here, env=environment, umask=0o022, check=True, stdout=subprocess.DEVNULL)
    assert folder.stat().st_mode & 0o077 == 0
    folder.chmod(0o755)
    with lock_folder(folder):
        assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    'unsafe',
    [
        {'demo': True, 'host': '0.0.0.0', 'base_url': 'https://motcua.xa.gov.vn'},
        {'demo': True, 'base_url': 'https://motcua.xa.gov.vn'},
        {'proxy': '*', 'base_url': 'https://motcua.xa.gov.vn'},
        {'proxy': '10.0.0.1, 0.0.0.0/0', 'base_url': 'https://motcua.xa.gov.vn'},
        {'base_url': 'http://motcua.xa.gov.vn'},
        {'secret': 'x' * 31},
    ],
)
def test_settings_that_expose_people_are_refused(unsafe: dict[str, Any]) -> None:
    with pytest.raises(UnsafeSettings):
        refuse_unsafe(Settings(**unsafe))
    refuse_unsafe(Settings(base_url='https://motcua.xa.gov.vn', proxy='10.0.0.1'))
