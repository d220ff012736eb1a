"""A term that was lengthened for verification: in time or late by the longer date, everywhere, and the page says so."""

from datetime import date
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from app import notifications
from app.clock import pretend
from app.db import read
from app.dossiers import attachments, commands
from app.settings import Settings
from app.statistics import published
from app.statistics.each import Which, listed
from app.statistics.periods import Kind, Period
from app.statistics.queries import Slice, totals
from app.statistics.recount import verify
from models.enums import AttachmentKind
from tests.public import site
from tests.support.moments import at, with_calendar
from tests.support.world import World, filed, scan

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def dialect() -> str:
    """Lateness is computed by date in both; the slices compare the databases."""
    return 'sqlite'


async def resolved(world: World, moment: str, *, extended: bool) -> str:
    """Bring a dossier accepted on 16 November to its result: due on the 19th, with time for verification on the 25th."""
    with pretend(at('2026-11-16T09:00')):
        one = (await filed(world)).dossier_id
        done = await commands.accept(world.binh, one, 1, order_reason='same_applicant')
        done = await commands.forward(world.binh, one, done.version, account_id=world.chi.account_id)
    if extended:
        with pretend(at('2026-11-18T09:00')):
            done = await commands.extend(world.chi, one, done.version, note='Xác minh nơi cư trú')
    with pretend(at(moment)):
        await attachments.add_result(world.chi, one, AttachmentKind.RESULT, 'ket-qua.png', scan(one))
        done = await commands.forward(world.chi, one, done.version)
        done = await commands.approve(world.dung, one, done.version)
        done = await commands.finish(world.giang, one, done.version)
    return done.official_code or ''


async def test_a_lengthened_term_counts_by_its_longer_date_and_the_page_tells_the_rule(
    database: None, tmp_path: Path
) -> None:
    world = await with_calendar(tmp_path, term={'kind': 'working_days', 'value': 3, 'extended': 3})
    await resolved(world, '2026-11-23T09:00', extended=True)
    await resolved(world, '2026-11-25T16:00', extended=True)
    late = [
        await resolved(world, '2026-11-26T08:00', extended=True),
        await resolved(world, '2026-11-20T08:00', extended=False),
    ]
    async with read() as db:
        counted = await totals(db, Slice(), FIRST, LAST)
        month = Period.around(Kind.MONTH, FIRST, LAST)
        page = await listed(db, frozenset({world.unit.id}), month, Which.LATE, frozenset())
        done = await listed(db, frozenset({world.unit.id}), month, Which.RESOLVED, frozenset())
    assert [counted[name] for name in ('early', 'on_time', 'late')] == [1, 1, 2]
    assert (await verify()).difference is None
    assert sorted(row.code for row in page.rows) == sorted(late)
    assert sorted(row.timeliness or '' for row in done.rows) == ['early', 'late', 'late', 'on_time']
    limits = {row.code: row.limit_at for row in done.rows}
    assert limits[late[0]] == at('2026-11-25T09:00') and limits[late[1]] == at('2026-11-19T09:00')
    notifications.use_settings(Settings(base_url='http://test'))
    published.forget()
    async with AsyncClient(transport=ASGITransport(site.application()), base_url='http://test') as visitor:
        rules = (await visitor.get('/thong-ke/cach-tinh')).text
    assert 'thời hạn đã được kéo dài theo quy định' in rules and 'hẹn lại không làm hồ sơ thành đúng hạn' in rules
