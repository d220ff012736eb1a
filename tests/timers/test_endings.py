"""Legal bases that end are said to the administrator before it happens: in a list, on the first page, in the morning's letter."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import SYSTEM, Granted
from app.clock import pretend
from app.db import read, write
from app.errors import NotAllowed
from app.procedures.commands import load_into_database
from app.procedures.ending import endings
from app.procedures.load import load_instruments
from app.procedures.schema import Basis
from app.timers.digest import send_digests
from models import Grant, Message, Procedure
from models.enums import Role
from tests.support.moments import at, with_calendar
from tests.support.world import World

LAW = 'luat-60-2014-qh13'
pytestmark = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
"""One database is enough for a list."""


@pytest.fixture
async def law(database: None, tmp_path: Path) -> World:
    """A municipality whose procedure rests on the law on civil status of 2014; Hà looks after the procedures."""
    world = await with_calendar(tmp_path)
    spec = world.spec.model_copy(
        update={'id': 'khai-thu', 'code': None, 'legal_basis': (Basis(instrument=LAW, citation='Luật Hộ tịch'),)}
    )
    await load_into_database(SYSTEM, [spec], load_instruments())
    async with write() as db:
        grant = Grant(
            account_id=world.ha.account_id or '', role=Role.ADMIN, unit_id=world.unit.id, valid_from=date(2025, 1, 1)
        )
        grant.created_at = at('2025-01-01T08:00')
        db.add(grant)
    admin = Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id}))
    return replace(world, ha=replace(world.ha, grants=(*world.ha.grants, admin)))


async def test_a_law_is_listed_before_its_last_day_with_what_follows_and_what_rests_on_it(law: World) -> None:
    with pretend(at('2026-10-30T09:00')):
        assert await endings(law.ha) == ()
    with pretend(at('2026-11-22T09:00')):
        (one,) = await endings(law.ha)
    assert (one.number, one.last, one.days_left) == ('60/2014/QH13', date(2027, 2, 28), 98)
    assert [number for number, *_ in one.replaced_by] == ['03/2026/QH16']
    assert one.replaced_by[0][2] == date(2027, 3, 1)
    assert [p.slug for p in one.procedures] == ['khai-thu']
    with pretend(at('2027-03-01T09:00')):
        (over,) = await endings(law.ha)
    assert over.days_left == -1
    with pytest.raises(NotAllowed):
        await endings(law.binh)


async def test_a_procedure_that_is_closed_is_not_listed(law: World) -> None:
    async with write() as db:
        row = (await db.execute(select(Procedure).where(Procedure.slug == 'khai-thu'))).scalar_one()
        row.is_enabled = False
    with pretend(at('2026-11-22T09:00')):
        assert await endings(law.ha) == ()


async def test_the_letter_says_it_once_a_week_to_whoever_looks_after_procedures(law: World) -> None:
    async def letters(text: str) -> list[tuple[str, str]]:
        with pretend(at(text)):
            await send_digests()
            await send_digests()
        async with read() as db:
            rows = (await db.execute(select(Message).where(Message.template == 'digest'))).scalars().all()
        return [(row.recipient, ' '.join(row.data['lines'])) for row in rows]

    ((who, said),) = await letters('2026-11-23T08:00')
    assert who == law.ha.email
    assert '60/2014/QH13 hết hiệu lực sau ngày' in said and '03/2026/QH16' in said and '/quan-tri/can-cu' in said
    assert len(await letters('2026-11-25T08:00')) == 1, 'the same week'
    assert len(await letters('2026-11-30T08:00')) == 2
