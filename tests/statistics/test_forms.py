"""Forms are counted when they end, without anybody in the counts; what a person did not have to type is told from what they did."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.clock import VIETNAM, pretend
from app.db import read, write
from app.dossiers import cleaning, drafts
from app.statistics import published
from app.statistics.forms import told_forms
from app.statistics.published import FEWEST
from models import Account, AnswerSheet, FormTally
from models.form_tally import WHOLE
from tests.statistics.test_pages import _made_up
from tests.statistics.test_pages import visitor as visitor  # the same pages
from tests.support.world import ANSWERS, World, filed

OCTOBER = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)
LATER = datetime(2026, 11, 16, 10, 0, tzinfo=VIETNAM)


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


async def _rows() -> dict[str, FormTally]:
    async with read() as db:
        return {row.page: row for row in (await db.execute(select(FormTally))).scalars()}


async def _left(world: World, page: str | None) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    if page:
        await drafts.turn_to(world.guest, started.token, page)


async def test_what_was_known_is_told_from_what_was_typed(world: World) -> None:
    async with write() as db:
        account = await db.get_one(Account, world.an.account_id)
        account.phone = ANSWERS['phone']
    with pretend(OCTOBER):
        started = await drafts.start(world.an, world.spec.id, with_account=True)
        begun = await drafts.view(world.an, started.token)
        known = {name for name, answer in begun.answers.items() if answer.source == 'profile'}
        assert {'full_name', 'phone', 'email'} <= known
        await filed(world)
        row = (await _rows())[WHOLE]
        assert (row.sent, row.known, row.answers, row.papers, row.papers_known) == (1, 0, len(ANSWERS), 1, 0)
        await filed(world, world.an, with_account=True)
        async with read() as db:
            sheets = (await db.execute(select(AnswerSheet.answers))).scalars().all()
        sources = [one['s'] for sheet in sheets for one in sheet.values()]
    row = (await _rows())[WHOLE]
    assert row.sent == 2 and row.answers == sum(s not in ('computed', 'default') for s in sources)
    assert row.known == sum(s == 'profile' for s in sources)


async def test_a_usual_choice_is_not_called_known(world: World) -> None:
    fields = list(world.spec.sections[0].fields)
    fields[4] = fields[4].model_copy(update={'default': 'Như thường lệ'})
    spec = world.spec.model_copy(
        update={'sections': (world.spec.sections[0].model_copy(update={'fields': tuple(fields)}),)}
    )
    answers: dict[str, Any] = drafts._prefilled(spec, {'full_name': 'Nguyễn Thị An'})
    assert {name: one.source for name, one in answers.items()} == {'full_name': 'profile', 'reason': 'default'}


async def test_drafts_that_ran_out_are_counted_where_they_were_left_and_then_gone(world: World) -> None:
    with pretend(OCTOBER - timedelta(days=40)):
        for page in (None, 'applicant-1', 'applicant-1', 'giay-to'):
            await _left(world, page)
        await filed(world)
    with pretend(OCTOBER):
        assert await cleaning.clean() == 4 and await cleaning.clean() == 0
    async with read() as db:
        rows = (await db.execute(select(FormTally.page, FormTally.sent, FormTally.left).order_by(FormTally.page))).all()
    assert [tuple(row) for row in rows if row.left] == [(WHOLE, 0, 4), ('applicant-1', 0, 2), ('giay-to', 0, 1)]


async def test_the_page_tells_shares_and_nothing_small(world: World, visitor: AsyncClient) -> None:
    with pretend(OCTOBER - timedelta(days=31)):
        for _ in range(FEWEST):
            await _left(world, 'giay-to')
        await _left(world, 'applicant-1')
    with pretend(OCTOBER):
        for _ in range(FEWEST - 1):
            await filed(world)
        await cleaning.clean()
    with pretend(LATER):
        assert not (await told_forms())[2]
    with pretend(OCTOBER + timedelta(hours=1)):
        await filed(world)
        assert not (await told_forms())[2]  # the month is not over
    async with write() as db:
        procedure = (await db.execute(select(FormTally.procedure_id).limit(1))).scalar_one()
        few = FormTally(month=date(2026, 9, 1), procedure_id=procedure, page=WHOLE, sent=FEWEST - 1, answers=FEWEST)
        db.add(few)
    await _made_up(world.unit.id, procedure, received_online=3, received_counter=7, on_time=10, electronic=4)
    published.forget()
    with pretend(LATER):
        assert [one.counts['sent'] for one in (await told_forms())[2]] == [FEWEST]  # nothing of September
        page = (await visitor.get('/thong-ke/bieu-mau', params={'thu_tuc': world.spec.id})).text
        assert '53%' in page and '40%' in page
        assert '45%' in page and 'Giấy tờ</th><td class="mc-number">5</td>' in page
        assert 'Người yêu cầu' not in page and '<script' not in page
