"""What is remembered of public tables holds until one of them is changed, and never hides a session's own changes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app import remembered as module
from app.clock import today
from app.db import public_state, read, write
from app.remembered import remembered
from app.units.queries import tree
from models import Account, Unit

sqlite = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)


@pytest.fixture
async def one_unit(database: None) -> None:
    async with write() as db:
        db.add(Unit(code='000.00.99.A00', name='Xã thử', valid_from=today()))


async def test_an_answer_is_given_again_until_a_public_table_changes(one_unit: None) -> None:
    asked = []

    @remembered
    async def units(more: int = 0) -> int:
        asked.append(more)
        async with read() as db:
            return int(await db.scalar(select(func.count()).select_from(Unit)) or 0) + more

    there = await units()
    assert (await units(), await units(), asked) == (there, there, [0])
    assert await units(5) == there + 5
    async with write() as db:
        await db.execute(update(Account).values(phone=None))
    await units()
    assert asked == [0, 5]
    async with write() as db:
        db.add(Unit(code='000.00.99.A01', name='Xã thử', valid_from=today()))
    assert (await units(), asked) == (there + 1, [0, 5, 0])


async def test_no_answer_is_older_than_ten_seconds(monkeypatch: pytest.MonkeyPatch, database: None) -> None:
    asked, at = [], [100.0]
    monkeypatch.setattr(module.time, 'monotonic', lambda: at[0])

    @remembered
    async def nothing() -> None:
        asked.append(at[0])

    for moment in (100.0, 109.9, 110.1):
        at[0] = moment
        await nothing()
    assert asked == [100.0, 110.1]


async def test_whoever_changes_units_sees_the_change_before_it_is_committed(one_unit: None) -> None:
    async with read() as db:
        before = set((await tree(db)).units)
    async with write() as db:
        await tree(db)
        db.add(unit := Unit(code='000.00.99.A02', name='Xã thử', valid_from=today()))
        await db.flush()
        assert set((await tree(db)).units) == before | {unit.id}
    async with read() as db:
        assert set((await tree(db)).units) == before | {unit.id}


async def test_a_change_that_was_rolled_back_is_not_remembered(one_unit: None) -> None:
    async with read() as db:
        before = set((await tree(db)).units)
    with pytest.raises(ZeroDivisionError):
        async with write() as db:
            db.add(Unit(code='000.00.99.A03', name='Xã thử', valid_from=today() - timedelta(days=1)))
            await db.flush()
            await tree(db)
            1 / 0  # noqa: B018
    async with read() as db:
        assert set((await tree(db)).units) == before
    async with write() as db:
        assert set((await tree(db)).units) == before


@sqlite
async def test_a_session_that_began_before_a_change_remembers_nothing_for_those_after_it(one_unit: None) -> None:
    async with read() as old:
        await old.execute(select(Unit.id))
        async with write() as db:
            db.add(unit := Unit(code='000.00.99.A04', name='Xã thử', valid_from=today()))
        assert unit.id not in (await tree(old)).units
        async with read() as new:
            assert public_state(old) != public_state(new)
            assert unit.id in (await tree(new)).units
