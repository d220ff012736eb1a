"""The nine indicators by the circular's own words, of units and officers; targets as the presets say."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col

from app.access import Granted
from app.clock import VIETNAM, pretend
from app.db import write
from app.dossiers import commands
from app.errors import Invalid, NotAllowed, NotFound
from app.indicators.counted import Ratio
from app.indicators.evaluation import Officer, online_points, petition_points, rules
from app.indicators.gathering import KNOWN
from app.indicators.points import Sum
from app.indicators.queries import enter, evaluation_costs, evaluation_of, own_evaluation, targets_of
from app.indicators.targets import TABLE, targets
from app.statistics.periods import Kind, Period
from models import Dossier, StepRun
from models.enums import Role, Status
from tests.support.world import World, filed

MORNING = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)
OCTOBER = Period(Kind.MONTH, date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@given(given=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 50)), max_size=6))
def test_a_score_is_the_mean_to_one_decimal_and_nothing_without_data(given: list[tuple[int, int]]) -> None:
    one = Sum()
    for points, number in given:
        one.add(points, number)
    if not given:
        assert one.mean is None
    else:
        whole = sum(number for _, number in given)
        assert one.mean is not None and 0 <= one.mean <= 2
        assert abs(one.mean - Decimal(sum(p * n for p, n in given)) / whole) <= Decimal('0.05')


@pytest.mark.parametrize(('ratio', 'points'), [((0, 0), 2), ((9, 9), 2), ((9, 10), 1), ((89, 100), 0), ((0, 1), 0)])
def test_petitions_are_judged_as_the_circular_says(ratio: tuple[int, int], points: int) -> None:
    assert petition_points(Ratio(*ratio)) == points


@pytest.mark.parametrize(
    ('offered', 'filed', 'kept', 'points'),
    [
        ((2, 10), (3, 10), (10, 10), 2), ((2, 10), (3, 10), (9, 10), 0), ((1, 10), (9, 10), (9, 9), 0),
        ((2, 10), (15, 100), (9, 9), 1), ((2, 10), (14, 100), (9, 9), 0), ((2, 10), (0, 0), (0, 0), None),
    ],
)  # fmt: skip
def test_online_services_are_judged_as_the_circular_says(
    offered: tuple[int, int], filed: tuple[int, int], kept: tuple[int, int], points: int | None
) -> None:
    assert online_points(Ratio(*offered), Ratio(*filed), Ratio(*kept)) == points


def test_an_officer_has_a_level_only_when_every_indicator_is_known() -> None:
    ids = [one.id for one in rules().indicators if one.officer]
    assert ids == ['1', '2', '3', '4', '7'] and len(rules().indicators) == 9
    for score, share in (('2', '100%'), ('0.7', '70%'), ('0.6', '70%')):
        level = Officer('Chi', 3, dict.fromkeys(ids, Decimal(score))).level
        assert level is not None and share in level.name.vi
    assert Officer('Chi', 3, dict.fromkeys(ids[:4], Decimal(2))).level is None


async def test_unit_and_officers_are_scored_from_their_dossiers_and_what_is_judged_is_entered(world: World) -> None:
    with pretend(MORNING):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
    async with write() as db:  # resolved the next day, after one request for supplements
        done = {'status': Status.RESOLVED, 'resolved_at': MORNING.replace(day=6), 'supplement_count': 1}
        await db.execute(update(Dossier).where(col(Dossier.id) == one.dossier_id).values(done))
        mine = {'account_id': world.chi.account_id, 'ended_at': MORNING, 'due_at': MORNING.replace(hour=11)}
        await db.execute(update(StepRun).where(col(StepRun.dossier_id) == one.dossier_id).values(mine))
    with pretend(MORNING.replace(month=11, day=4)):
        _, found = await evaluation_of(world.ha, '', OCTOBER)
        assert (
            found.scores['1'] == 2
            and found.scores['2'] == 2
            and found.scores['3'] == 1
            and found.scores['8'] == 2
            and found.scores['9'] == 2
        )
        assert '5' not in found.scores and found.level is None
        (chi,) = found.officers
        assert chi.name == world.chi.name and chi.dossiers == 1
        assert chi.scores == {'1': 2, '2': 2, '3': 1, '7': 2} and chi.level is None
        with pytest.raises(Invalid):
            raw = {'part': '3', 'whole': '4', 'source': 'Biên bản'}
            await enter(world.dung, '', OCTOBER, table='evaluation', criterion='5', raw=raw)
        raw = {'part': '1', 'whole': '2', 'source': 'Biên bản họp'}
        await enter(world.dung, '', OCTOBER, table='evaluation', criterion='5', raw=raw)
        assert (await evaluation_of(world.ha, '', OCTOBER))[1].scores['5'] == 1
        await _targets(world)


async def _targets(world: World) -> None:
    _, rows = await targets_of(world.ha, '', OCTOBER)
    by_id = {row.target.id: row for row in rows}
    assert by_id['commune-online'].ratio == Ratio(1, 1) and by_id['commune-online'].is_reached
    assert by_id['commune-online'].runs and not by_id['online-2019'].runs
    assert by_id['work-ward-2025'].ratio is None and not by_id['work-ward-2025'].is_reached
    with pytest.raises(NotFound):
        raw = {'part': '1', 'whole': '2', 'source': 'Tự tính'}
        await enter(world.dung, '', OCTOBER, table=TABLE, criterion='commune-online', raw=raw)
    raw = {'part': '7', 'whole': '10', 'source': 'Báo cáo tháng 10'}
    await enter(world.dung, '', OCTOBER, table=TABLE, criterion='work-ward-2025', raw=raw)
    _, rows = await targets_of(world.ha, '', OCTOBER)
    assert next(row for row in rows if row.target.id == 'work-ward-2025').is_reached


def test_presets_hold_the_table_of_the_seeds_and_use_only_what_is_counted() -> None:
    assert len({one.id for one in targets()}) == len(targets()) >= 20
    assert {one.measure for one in targets()} - {''} <= set(KNOWN)
    assert all(0 < one.share <= 1 and one.formula.vi and one.source for one in targets())


@pytest.mark.parametrize('dialect', ['sqlite', pytest.param('postgresql', marks=pytest.mark.postgres)])
async def test_each_lost_point_leads_to_its_dossiers_and_names_stay_with_those_they_concern(world: World) -> None:
    with pretend(MORNING):
        ids = [(await filed(world)).dossier_id for _ in range(2)]
        for one in ids:
            await commands.accept(world.binh, one, 1)
    async with write() as db:
        for day, one in ((6, ids[0]), (30, ids[1])):  # one early after a supplement, one late
            done = {
                'status': Status.RESOLVED,
                'resolved_at': MORNING.replace(day=day),
                'supplement_count': 1 - day // 30,
            }
            await db.execute(update(Dossier).where(col(Dossier.id) == one).values(done))
        slow = {'account_id': world.chi.account_id, 'ended_at': MORNING, 'due_at': MORNING.replace(hour=8)}
        await db.execute(update(StepRun).where(col(StepRun.dossier_id) == ids[1]).values(slow))
    with pretend(MORNING.replace(month=11, day=4)):
        unit = {n: {row.dossier_id for row in await evaluation_costs(world.ha, '', OCTOBER, n)} for n in '1237'}
        assert unit == {'1': {ids[1]}, '2': {ids[1]}, '3': {ids[0]}, '7': set()}
        own = await own_evaluation(world.chi, OCTOBER)
        assert own.dossiers == 1 and own.scores == {'1': 0, '2': 0, '3': 2}
        chi = world.chi.account_id or ''
        for asker in (world.chi, world.dung):
            assert [row.dossier_id for row in await evaluation_costs(asker, '', OCTOBER, '1', chi)] == [ids[1]]
            assert await evaluation_costs(asker, '', OCTOBER, '3', chi) == ()
        for stranger, wrong in ((world.binh, NotAllowed), (world.em, NotAllowed), (world.an, NotAllowed)):
            with pytest.raises(wrong):
                await evaluation_costs(stranger, '', OCTOBER, '1', chi)
        with pytest.raises(NotFound):
            await evaluation_costs(world.ha, '', OCTOBER, '8')
        khanh = replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, world.ha.grants[0].reach),))
        assert (await evaluation_of(world.ha, '', OCTOBER))[1].officers
        assert (await evaluation_of(khanh, '', OCTOBER))[1].officers == ()
        with pytest.raises(NotAllowed):
            await evaluation_costs(khanh, '', OCTOBER, '1', chi)
