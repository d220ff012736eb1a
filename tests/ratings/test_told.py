"""What everybody is told of ratings: whole months, enough of them, sums that give no single one away, never a word."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import notifications
from app.access import SYSTEM
from app.clock import VIETNAM, pretend
from app.db import write
from app.procedures.commands import load_into_database
from app.ratings import commands
from app.ratings.rules import Ballot
from app.settings import Settings
from app.statistics import published, wall
from app.statistics.measures import Change, opinion
from app.statistics.published import FEWEST
from app.statistics.queries import Counts
from app.statistics.satisfaction import _told
from app.statistics.slices import Cells, write_cells
from models import Procedure
from tests.public import site
from tests.ratings.ended import refused
from tests.support.world import World

OCTOBER = date(2026, 10, 6)
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=VIETNAM)
MONTH = {'ky': 'thang', 'tu': '2026-10-01'}


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    notifications.use_settings(Settings(base_url='http://test'))
    published.forget()
    wall.forget()
    async with AsyncClient(transport=ASGITransport(site.application()), base_url='http://test') as client:
        yield client


async def _offered(world: World, slug: str, **changes: object) -> str:
    await load_into_database(SYSTEM, [world.spec.model_copy(update={'id': slug, 'code': None, **changes})], [])
    async with write() as db:
        return str((await db.execute(select(Procedure.id).where(Procedure.slug == slug))).scalar_one())


async def _rated(unit: str, procedure: str, levels: list[int], day: date = OCTOBER) -> None:
    """Count ratings that nobody gave."""
    cells = Cells()
    parts = ('reception', 'handling', 'handover')
    cells.add(unit, procedure, [Change(day, opinion(level, dict.fromkeys(parts, level))) for level in levels])
    async with write() as db:
        await write_cells(db, cells)


async def _asked(visitor: AsyncClient, **query: str) -> dict[str, Any]:
    answer = await visitor.get('/thong-ke/so-lieu.json', params=MONTH | query)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()['satisfaction']
    return found


async def test_nothing_small_is_told_and_page_files_and_wall_agree(world: World, visitor: AsyncClient) -> None:
    large, small = await _offered(world, 'lon'), await _offered(world, 'nho')
    private = await _offered(world, 'rieng', sensitive=True)
    await _rated(world.unit.id, large, [3] * 6 + [2] * 2 + [1] * 2)
    await _rated(world.unit.id, private, [1] * 7)
    await _rated(world.unit.id, small, [1] * 2)
    await _rated(world.other_unit.id, large, [1] * 4)
    await _rated(world.unit.id, large, [1] * 9, date(2026, 11, 3))
    with pretend(NOW):
        found = await _asked(visitor)
        assert (found['rated'], found['percent'], found['reception_percent']) == (19, 42, 42), (
            'four of the other: hidden'
        )
        assert [row['procedure'] for row in found['procedures']] == ['lon'] and found['units'] == []
        assert found['procedures'][0] | {'rated': 10, 'percent': 80} == found['procedures'][0]
        assert (await _asked(visitor, don_vi=world.other_unit.code))['rated'] == 0
        assert (await _asked(visitor, thu_tuc='nho'))['rated'] == 0
        assert (await _asked(visitor, thu_tuc='lon'))['percent'] == 80
        assert (await _asked(visitor, ky='ngay', tu='2026-10-06'))['months'] == ['2026-10'], 'never a single day'
        assert (await _asked(visitor, ky='thang', tu='2026-11-01'))['months'] == ['2026-10'], 'never the running month'
        page = (await visitor.get('/thong-ke', params=MONTH)).text
        assert '19 đánh giá' in page and '42% hài lòng' in page and '80%' in page
        assert 'whole,,unsatisfied' not in (table := (await visitor.get('/thong-ke/so-lieu.csv', params=MONTH)).text)
        assert 'satisfaction,,rated,19' in table and 'satisfaction by procedure,lon,percent,80' in table
        assert (await visitor.get('/thong-ke/man-hinh/so-lieu')).json()['satisfied'] == '42%'


async def test_a_month_is_told_when_its_ratings_can_no_longer_change(world: World, visitor: AsyncClient) -> None:
    await _rated(world.unit.id, await _offered(world, 'lon'), [3] * 5)
    with pretend(datetime(2026, 11, 1, 23, 0, tzinfo=VIETNAM)):
        assert (await _asked(visitor))['rated'] == 0
    with pretend(datetime(2026, 11, 2, 0, 1, tzinfo=VIETNAM)):
        assert (await _asked(visitor))['rated'] == 5


async def test_words_are_never_told(world: World, visitor: AsyncClient) -> None:
    words = 'Lời riêng của tôi'
    with pretend(datetime(2026, 10, 6, 12, 0, tzinfo=VIETNAM)):
        ended = await refused(world)
        await commands.rate(ended.me, ended.id, Ballot(1, {}, ('attitude',), words))
    with pretend(NOW):
        for path in ('', '/so-lieu.json', '/so-lieu.csv', '/man-hinh', '/man-hinh/so-lieu', '/ho-so'):
            text = (await visitor.get('/thong-ke' + path, params=MONTH)).text
            assert words not in text and 'attitude' not in text, path
        assert words not in (await visitor.get('/tra-cuu', params={'ma': ended.number})).text


@settings(max_examples=60)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.sets(st.integers(0, 5)))
def test_what_is_left_over_of_told_procedures_is_none_or_enough(sizes: list[int], private: set[int]) -> None:
    pieces = {str(n): Counts({'satisfied': size}) for n, size in enumerate(sizes)}
    told = _told(Counts({'satisfied': sum(sizes)}), pieces, frozenset(str(n) for n in private))
    left = sum(sizes) - sum(counts['satisfied'] for counts in told.values())
    assert left == 0 or left >= FEWEST or not told
    assert all(counts['satisfied'] >= FEWEST and int(one) not in private for one, counts in told.items())
