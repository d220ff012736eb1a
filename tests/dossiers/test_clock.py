"""Dates of a dossier through the database: promised, explained, moved by a supplement."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.clock import pretend
from app.deadlines import store
from app.deadlines.seeding import seed_calendar
from app.dossiers import applicant, commands, desk, inbox, queries
from app.limits import forget_all
from tests.dossiers.test_life import ITEMS, WHY
from tests.support import world as municipality
from tests.support.world import filed, opened

THERE = ZoneInfo('Asia/Ho_Chi_Minh')


def at(text: str) -> datetime:
    """Return a moment of Vietnam's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=THERE)


@pytest.mark.parametrize('policy, expected', [('restart', '2026-12-08T15:00'), ('resume', '2026-12-03T14:00')])
async def test_a_supplement_restarts_or_resumes_the_term_and_the_date_explains_itself(
    database: None, tmp_path: object, policy: str, expected: str
) -> None:
    await forget_all()
    await seed_calendar()
    world = await municipality.build(tmp_path, term={'kind': 'working_days', 'value': 7, 'after_supplement': policy})  # type: ignore[arg-type]
    store.forget()
    with pretend(at('2026-11-16T08:00')):
        one = await filed(world)
    with pretend(at('2026-11-16T09:00')):
        done = await commands.accept(world.binh, one.dossier_id, 1)
        assert (await desk.desk_dossier(world.binh, one.dossier_id)).promised_at == at('2026-11-26T09:00')
    with pretend(at('2026-11-19T10:00')):
        done = await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS[1:], **WHY)
    me = opened(world, one)
    with pretend(at('2026-11-27T15:00')):
        await applicant.save_correction(me, one.dossier_id, {'reason': 'Để xin học bổng'})
        await applicant.send_supplement(me, one.dossier_id, done.version)
        seen = await queries.progress(me, one.dossier_id)
    assert seen.promised_at == at(expected)
    assert (seen.due_explained and '24/11' in seen.due_explained) or policy == 'restart'
    assert seen.due_explained and f'{at(expected):%H:%M}' in seen.due_explained


async def test_an_online_filing_must_be_answered_within_eight_working_hours(database: None, tmp_path: object) -> None:
    await forget_all()
    await seed_calendar()
    world = await municipality.build(tmp_path)  # type: ignore[arg-type]
    for filed_at, limit in (('2026-11-20T16:00', '2026-11-23T16:00'), ('2026-11-20T18:30', '2026-11-23T17:00')):
        with pretend(at(filed_at)):
            one = await filed(world)
        assert one.reception_due_at == at(limit)
    with pretend(at('2026-11-23T16:00') + timedelta(minutes=1)):
        rows = (await inbox.inbox(world.binh, 'overdue')).rows
    assert [r.dossier_id != one.dossier_id for r in rows] == [True]
