"""Every act is counted once, with its act or not at all, and a recount from the events finds the same."""

from datetime import date, datetime

import pytest
from sqlalchemy import update

from app.clock import VIETNAM, pretend
from app.db import read, write
from app.dossiers import commands, junk
from app.dossiers.loading import load_on_desk
from app.errors import AppError
from app.procedures.queries import spec_of
from app.statistics.buckets import bucket_of, minutes_of, percentile
from app.statistics.periods import Kind, Period, parts
from app.statistics.queries import Counts, Slice, figures, totals
from app.statistics.recount import rebuild, verify
from app.workflow.apply import apply_transition
from app.workflow.transitions import Action
from models import Tally
from models.statistics import DAY, MONTH
from tests.guarantees.life import Life, with_draft_shown
from tests.support.world import World, filed

MORNING = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


async def _counted(first: date = FIRST, last: date = LAST, **chosen: frozenset[str]) -> dict[str, int]:
    async with read() as db:
        counts = await totals(db, Slice(**chosen), first, last)
    return {name: value for name, value in counts.by_name.items() if value}


async def _agrees() -> None:
    verdict = await verify()
    assert verdict.difference is None and verdict.slices


async def _lived(world: World, end: str | None = None) -> Life:
    life = Life(world)
    for _, act in life.short(end) if end else life.whole():
        life.keep(await act())
    return life


async def test_a_whole_life_is_counted_once_and_a_recount_finds_the_same(world: World) -> None:
    world = await with_draft_shown(world)
    with pretend(MORNING):
        await _lived(world)
    assert await _counted() == {
        'received_online': 1, 'accepted': 1, 'kept': 1, 'asked': 1, 'early': 1, 'returned': 1,
    }  # fmt: skip
    assert await _counted(units=frozenset({world.other_unit.id})) == {}
    assert await _counted(MORNING.date(), MORNING.date(), units=frozenset({world.unit.id})) == await _counted()
    await _agrees()


@pytest.mark.parametrize(
    ('end', 'counted'),
    [
        ('refuse', {'received_online': 1, 'refused': 1, 'kept': 1}),
        ('stop', {'received_online': 1, 'accepted': 1, 'kept': 1, 'stopped': 1}),
        ('withdraw', {'received_online': 1, 'withdrawn': 1}),
        ('replace', {'received_online': 1, 'asked': 1, 'kept': 1, 'replaced': 1}),
    ],
)
@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_life_that_ends_early_is_counted_as_it_ended(world: World, end: str, counted: dict[str, int]) -> None:
    with pretend(MORNING):
        await _lived(world, end)
    assert await _counted() == counted
    await _agrees()


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_working_time_leaves_out_what_the_citizen_was_waited_for_and_lateness_is_told_by_date(
    world: World,
) -> None:
    life, day = Life(await with_draft_shown(world)), 5
    days = {'add_to_supplement': 12, 'finish': 20}
    for name, act in life.whole():
        day = days.get(name, day)
        with pretend(MORNING.replace(day=day)):
            life.keep(await act())
    counts = await _counted()
    assert counts['late'] == 1
    assert 6 * 7.5 * 60 - 60 <= counts['minutes'] <= 6 * 8 * 60, (
        'six working days, 12 to 20 October, not the week before'
    )
    async with read() as db:
        found = await figures(db, Slice(), Period.around(Kind.MONTH, FIRST, LAST))
    assert found.median == pytest.approx(counts['minutes'], rel=0.015)
    assert (found.before, found.after) == (0, 0)
    await _agrees()


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_junk_mark_takes_a_filing_out_and_lifting_it_brings_it_back_to_its_day(world: World) -> None:
    with pretend(MORNING):
        one = await filed(world)
    with pretend(MORNING.replace(day=7)):
        await commands.refuse(world.binh, one.dossier_id, 1, 'Không có thật', junk=True)
    assert await _counted() == {'junk': 1}
    await _agrees()
    with pretend(MORNING.replace(day=8)):
        await junk.lift(world.binh, one.dossier_id)
        await junk.lift(world.binh, one.dossier_id)
    assert await _counted() == {'received_online': 1, 'refused': 1, 'missed': 1}
    assert await _counted(MORNING.date(), MORNING.date()) == {'received_online': 1}
    await _agrees()


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_an_act_that_fails_counts_nothing(world: World) -> None:
    with pretend(MORNING):
        one = await filed(world)
        with pytest.raises(AppError):
            await commands.accept(world.em, one.dossier_id, 1)
        with pytest.raises(RuntimeError):
            async with write() as db:
                dossier = await load_on_desk(db, world.binh, one.dossier_id)
                spec = await spec_of(db, dossier.version_id)
                await apply_transition(db, world.binh, dossier, spec, Action.ACCEPT, seen_version=1)
                raise RuntimeError
    assert await _counted() == {'received_online': 1}
    await _agrees()


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_count_that_was_changed_is_named_and_can_be_repaired(world: World) -> None:
    with pretend(MORNING):
        await filed(world)
    async with write() as db:
        await db.execute(update(Tally).where(Tally.grain == DAY, Tally.unit_id == world.unit.id).values(late=3))
    found = (await verify()).difference
    assert found is not None
    assert (found.grain, found.unit_id, found.start, found.measure) == (DAY, world.unit.id, MORNING.date(), 'late')
    assert (found.counted, found.recounted) == (3, 0)
    await rebuild()
    await _agrees()


def test_a_bucket_is_exact_within_the_hour_and_within_a_half_of_three_per_cent_beyond() -> None:
    assert all(minutes_of(bucket_of(minutes)) == minutes for minutes in range(60))
    for minutes in (60, 61, 480, 1234, 99_999):
        assert minutes_of(bucket_of(minutes)) == pytest.approx(minutes, rel=0.0151)
    assert [bucket_of(minutes) for minutes in range(3000)] == sorted(bucket_of(minutes) for minutes in range(3000))
    assert percentile({1: 5, 9: 4, 30: 1}, 0.5) == 1
    assert percentile({1: 5, 9: 4, 30: 1}, 0.9) == 9
    assert percentile({}, 0.5) is None


def test_a_period_is_made_of_whole_months_and_single_days() -> None:
    assert list(parts(date(2026, 1, 1), date(2026, 3, 31))) == [(MONTH, date(2026, 1, 1), date(2026, 3, 31))]
    assert list(parts(date(2026, 1, 5), date(2026, 1, 30))) == [(DAY, date(2026, 1, 5), date(2026, 1, 30))]
    assert list(parts(date(2025, 12, 31), date(2026, 2, 1))) == [
        (DAY, date(2025, 12, 31), date(2025, 12, 31)),
        (MONTH, date(2026, 1, 1), date(2026, 1, 31)),
        (DAY, date(2026, 2, 1), date(2026, 2, 1)),
    ]
    assert not list(parts(date(2026, 2, 2), date(2026, 2, 1)))


def test_what_is_in_progress_follows_from_what_came_and_what_ended() -> None:
    counts = Counts({'received_online': 5, 'received_post': 1, 'refused': 1, 'late': 2, 'unlimited': 1})
    assert (counts.received, counts.resolved, counts.ended, counts.open, counts.judged) == (6, 3, 1, 2, 2)
