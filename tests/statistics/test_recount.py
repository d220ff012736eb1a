"""The recount reads the dossiers once, part by part in the order of filing, and looks at every line that stands in the tables."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import delete

from app.clock import VIETNAM, pretend
from app.db import read, write
from app.dossiers import commands
from app.statistics import walk
from app.statistics.recount import Difference, rebuild, verify
from models import Tally, TallyMinutes
from models.statistics import DAY, MONTH
from tests.support.world import World, filed

MORNING = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)


async def _three_days(world: World) -> None:
    """File a dossier on each of three days; the second is refused, the third accepted on the day after."""
    for day in (5, 6, 7):
        with pretend(MORNING.replace(day=day)):
            one = await filed(world)
            if day == 6:
                await commands.refuse(world.binh, one.dossier_id, 1, 'Không thuộc thẩm quyền')
    with pretend(MORNING.replace(day=8)):
        await commands.accept(world.binh, one.dossier_id, 1, order_reason='system_error')


async def test_any_parts_of_the_order_of_filing_add_up_to_what_was_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _three_days(world)
    told: list[tuple[int, int]] = []
    slices = {(await verify()).slices}
    for size, progress in ((1, [(1, 3), (2, 3), (3, 3)]), (2, [(2, 3), (3, 3)])):
        monkeypatch.setattr(walk, 'PART', size)
        told.clear()
        verdict = await verify(lambda *done: told.append(done))
        assert (verdict.difference, verdict.units, told) == (None, 1, progress)
        slices.add(verdict.slices)
    assert slices == {await rebuild()} and (await verify()).difference is None


async def test_every_dossier_is_read_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await _three_days(world)
    monkeypatch.setattr(walk, 'PART', 2)
    async with read() as db:
        parts = [part async for part in walk.walk(db)]
    dossiers = [row.id for part in parts for row in part.dossiers]
    assert len(dossiers) == len(set(dossiers)) == 3
    assert [len(part.events) for part in parts] == [3, 2]
    assert all({act.dossier_id for act in part.events} <= {row.id for row in part.dossiers} for part in parts)


async def test_what_stands_for_a_unit_that_nobody_filed_with_is_named(world: World) -> None:
    await _three_days(world)
    unit_id, procedure_id, start = world.other_unit.id, 'nothing', date(2026, 9, 1)
    where: dict[str, Any] = {'unit_id': unit_id, 'procedure_id': procedure_id, 'start': start}
    row: Tally | TallyMinutes
    for row, found in (
        (Tally(grain=DAY, late=2, **where), (DAY, 'late', 2)),
        (TallyMinutes(grain=MONTH, bucket=7, number=4, **where), (MONTH, 'minutes_7', 4)),
    ):
        async with write() as db:
            db.add(row)
        grain, measure, counted = found
        assert (await verify()).difference == Difference(grain, unit_id, procedure_id, start, measure, counted, 0)
        async with write() as db:
            await db.execute(delete(type(row)).where(type(row).unit_id == unit_id))
    assert (await verify()).difference is None
