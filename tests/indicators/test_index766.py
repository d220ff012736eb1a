"""Each point of the index is explained by dossiers; what cannot be counted is entered, by whom and from where."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.clock import VIETNAM, now, pretend
from app.db import write
from app.dossiers import commands
from app.errors import Invalid, NotAllowed, NotFound
from app.indicators.counted import Ratio
from app.indicators.gathering import KNOWN
from app.indicators.index766 import TABLE, Result, Score, index
from app.indicators.queries import costs, enter, index_of
from app.statistics.periods import Kind, Period
from app.statistics.published import FEWEST
from models import Dossier, Feedback
from models.feedback import Disclosure, FeedbackAbout, FeedbackState
from tests.guarantees.life import ITEMS, WHY
from tests.support.world import World, filed

MORNING = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)
OCTOBER = Period(Kind.MONTH, date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def october(world: World) -> AsyncIterator[World]:
    """Three accepted in October: one past its limit, one that rests with the applicant in time, one asked and answered."""
    with pretend(MORNING):
        late, rests = [await filed(world, world.binh) for _ in range(2)]
        for one in (late, rests):
            await commands.accept(world.binh, one.dossier_id, 1, order_reason='system_error')
    with pretend(MORNING.replace(day=6)):
        await commands.request_supplement(world.binh, rests.dossier_id, 2, items=ITEMS, **WHY)
        await filed(world)
    with pretend(datetime(2026, 11, 4, 9, 0, tzinfo=VIETNAM)):
        yield world


def test_the_index_has_a_hundred_points_and_knows_what_it_counts() -> None:
    made = index()
    assert sum(group.points for group in made.groups) == 100
    assert sum((made.points(one) for one in made.criteria), Decimal(0)).quantize(Decimal('0.01')) == 100
    assert {one.measure for one in made.criteria} - {''} <= set(KNOWN)
    assert [band.least for band in made.bands] == [90, 80, 70, 50, 0]


@given(part=st.integers(0, 500), more=st.integers(0, 500))
def test_points_lie_between_nothing_and_the_most_and_grow_with_the_share(part: int, more: int) -> None:
    for criterion in index().criteria:
        most = index().points(criterion)
        points = Score(criterion, most, Ratio(part, part + more), None).points
        better = Score(criterion, most, Ratio(part + 1, part + more + 1), None).points
        assert points is not None and better is not None
        assert 0 <= points <= better <= most
        if part and part >= criterion.full * (part + more):
            assert points == most.quantize(Decimal('0.01'), 'ROUND_DOWN')


@pytest.mark.parametrize('dialect', ['sqlite', pytest.param('postgresql', marks=pytest.mark.postgres)])
async def test_each_lost_point_leads_to_the_dossiers_that_cost_it(october: World) -> None:
    w = october
    _, found = await index_of(w.ha, '', OCTOBER)
    by_id = {score.criterion.id: score for score in found.scores}
    assert by_id['2.1'].ratio == Ratio(2, 3) and by_id['2.1'].points == Decimal('6.66')
    assert by_id['4.1'].is_void and by_id['4.1'].lost == 0, 'nothing was resolved: it does not apply'
    assert by_id['1.1'].points is None and found.band is None
    for score in found.scores:
        if score.criterion.measure in ('in_time', 'reused', 'population_data') and score.ratio:
            rows = await costs(w.ha, '', OCTOBER, score.criterion.measure)
            assert len(rows) == score.ratio.whole - score.ratio.part
    (late,) = await costs(w.ha, 'H55.242', OCTOBER, 'in_time')
    assert late.code.startswith('H55.242-261005') and late.dossier_id
    with pytest.raises(NotFound):
        await costs(w.ha, 'H55.243', OCTOBER, 'in_time')
    with pytest.raises(NotFound):
        await costs(w.ha, '', OCTOBER, 'complete')
    with pytest.raises(NotAllowed):
        await index_of(w.binh, '', OCTOBER)


async def test_which_dossier_was_complained_about_is_told_to_nobody(october: World) -> None:
    async def undisputed() -> Ratio | None:
        scores = (await index_of(october.ha, '', OCTOBER))[1].scores
        return next(score.ratio for score in scores if score.criterion.measure == 'undisputed')

    before, listed = await undisputed(), await costs(october.ha, '', OCTOBER, 'undisputed')
    day = Period(Kind.RANGE, date(2026, 10, 6), date(2026, 10, 6))
    assert (await index_of(october.ha, '', day))[0].period == OCTOBER, 'one day, by an address made by hand'
    async with write() as db:
        late = {row.dossier_id for row in listed}
        kept = (await db.execute(select(Dossier.id).where(Dossier.id.not_in(late)))).scalars().first()
        for number, state in enumerate((FeedbackState.RECEIVED, FeedbackState.REFUSED)):
            db.add(Feedback(
                code=f'PA-261104-000{number}', secret_nonce='n', once=str(number), about=FeedbackAbout.DOSSIER,
                disclosure=Disclosure.CONFIDENTIAL, state=state, unit_id=october.unit.id, words_sealed='',
                dossier_id=kept if state is FeedbackState.RECEIVED else late.copy().pop(), sent_at=now(), answer_due_at=now(),
            ))  # fmt: skip
    assert await undisputed() == before, 'among so few nothing is told'
    with pretend(MORNING.replace(day=7)):
        for _ in range(FEWEST - 3):
            await filed(october)
    after = await undisputed()
    assert before and after and (after.part, after.whole) == (before.part + FEWEST - 3 - 1, FEWEST)
    assert await costs(october.ha, '', OCTOBER, 'undisputed') == listed


async def test_what_cannot_be_counted_is_entered_with_its_source_and_the_newest_counts(october: World) -> None:
    w = october
    for raw in ({'part': '9', 'whole': '4', 'source': 'Báo cáo'}, {'part': 'x', 'whole': '4', 'source': ''}, {}):
        with pytest.raises(Invalid):
            await enter(w.dung, '', OCTOBER, table=TABLE, criterion='1.1', raw=raw)
    with pytest.raises(NotFound):
        await enter(
            w.dung, '', OCTOBER, table=TABLE, criterion='2.1', raw={'part': '1', 'whole': '1', 'source': 'Tự tính'}
        )
    for part in ('1', '3'):
        raw = {'part': part, 'whole': '4', 'source': 'Báo cáo số 12'}
        await enter(w.dung, '', OCTOBER, table=TABLE, criterion='1.1', raw=raw)
    _, found = await index_of(w.ha, '', OCTOBER)
    score = found.scores[0]
    assert score.ratio == Ratio(3, 4) and score.entered and score.entered.source == 'Báo cáo số 12'
    assert score.entered.by == w.dung.name and score.points == Decimal('3.37')
    other = Period(Kind.MONTH, date(2026, 9, 1), date(2026, 9, 30))
    assert (await index_of(w.ha, '', other))[1].scores[0].points is None
    assert found.possible - Result(found.scores[1:]).possible == Decimal('4.5')
