"""Dates of a dossier through the database: promised, explained, moved by a supplement."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.access import Actor, Granted
from app.clock import pretend
from app.db import read
from app.deadlines import commands as calendar
from app.deadlines import counting, store
from app.deadlines.seeding import seed_calendar
from app.dossiers import applicant, attachments, commands, desk, inbox, queries
from app.errors import Invalid, NotAllowed, WrongState
from app.i18n import words
from app.limits import forget_all
from app.workflow.transitions import Action
from models import Document, Event, EventText, Message
from models.enums import AttachmentKind, DayKind, Role
from pages.citizen.acts import what_is_asked
from tests.dossiers.test_life import ITEMS, WHY
from tests.support import world as municipality
from tests.support.moments import with_calendar
from tests.support.world import PNG, World, filed, opened, scan

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


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_the_limit_of_a_supplement_follows_the_calendar_and_is_never_earlier_than_was_written(
    database: None, tmp_path: Path
) -> None:
    world = await with_calendar(tmp_path)
    written, later = at('2026-12-14T17:00'), at('2026-12-15T17:00')
    with pretend(at('2026-11-20T09:00')):
        one = await filed(world)
        await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS[1:], **WHY)
    home = frozenset({world.unit.id})
    me, admin = opened(world, one), replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, home),))
    with pretend(at('2026-11-23T09:00')):
        before = await _asked(world, me, one.dossier_id)
        await calendar.set_day(admin, date(2026, 12, 2), DayKind.OFF, 'Bão')
        moved = await _asked(world, me, one.dossier_id)
        asked = (await queries.progress(me, one.dossier_id)).asked
        page = what_is_asked(world.spec, asked, words('vi')) if asked else ''
        (storm,) = [day for day in await calendar.days(admin, 2026) if day.day == date(2026, 12, 2)]
        await calendar.remove_day(admin, storm.id)
        await calendar.set_day(admin, date(2026, 12, 5), DayKind.WORK, 'Làm bù')
        fewer = await _asked(world, me, one.dossier_id)
    assert fewer[:2] == before[:2] and 'Hạn bổ sung: 17:00 thứ Hai 14/12/2026' in fewer[2], 'nothing is taken back'
    assert before[:2] == (written, None) and 'Bão' not in before[2] and '14/12/2026' in before[2]
    assert moved[:2] == (later, written)
    assert ', 2/12 (Bão)' in moved[2] and 'Hạn bổ sung: 17:00 thứ Ba 15/12/2026' in moved[2]
    assert '17:00 Thứ Ba, 15/12/2026' in page and 'ghi hạn 17:00 Thứ Hai, 14/12/2026' in page


async def _asked(world: World, me: Actor, dossier_id: str) -> tuple[datetime | None, datetime | None, str]:
    """Return the limit of a supplement, what was written, and why: the same for the applicant and the officer."""
    seen, view = await queries.progress(me, dossier_id), await desk.desk_dossier(world.binh, dossier_id)
    assert seen.asked
    assert (seen.asked.limit_at, seen.asked.written_limit_at) == (view.asked_limit, view.asked_written_limit)
    return seen.asked.limit_at, seen.asked.written_limit_at, seen.due_explained or ''


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


async def test_a_new_date_is_given_once_with_a_written_apology_and_lateness_is_judged_by_the_first(
    database: None, tmp_path: object
) -> None:
    await forget_all()
    await seed_calendar()
    world = await municipality.build(tmp_path)  # type: ignore[arg-type]
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    why = {'delayed_by': 'Công an xã', 'reason': 'Chờ xác minh'}
    with pretend(at('2026-11-18T08:00')):
        for day in ('19/11/2026', '22/11/2026', '24/11/2026', '25/11/2036', 'mai', ''):
            with pytest.raises(Invalid) as refused:
                await commands.reappoint(world.dung, one.dossier_id, done.version, day=day, **why)
            assert 'day' in refused.value.problems
        with pytest.raises(Invalid):
            await commands.reappoint(
                world.dung, one.dossier_id, done.version, day='25/11/2026', delayed_by=' ', reason='x'
            )
        with pytest.raises(NotAllowed):
            await commands.reappoint(world.chi, one.dossier_id, done.version, day='25/11/2026', **why)
        done = await commands.reappoint(world.dung, one.dossier_id, done.version, day='25/11/2026', **why)
        view = await desk.desk_dossier(world.dung, one.dossier_id)
        assert view.promised_at == at('2026-11-25T17:00') and Action.REAPPOINT not in view.actions
        with pytest.raises(WrongState, match='reappointed_once'):
            await commands.reappoint(world.dung, one.dossier_id, done.version, day='27/11/2026', **why)
    async with read() as db:
        event = (
            await db.execute(
                select(EventText).join(Event, Event.id == EventText.event_id).where(Event.action == 'reappoint')
            )
        ).scalar_one()
        paper = (await db.execute(select(Document).where(Document.form_code == 'apology'))).scalar_one()
        letters = (await db.execute(select(Message.template).where(Message.template == 'reappointed'))).scalars().all()
    assert event.data['late'] is False and event.public and len(letters) == 1
    assert paper.data['due_before'] == '2026-11-19T09:00' and paper.data['due_at'] == '2026-11-25T17:00'
    assert paper.data['delayed_by'] == 'Công an xã'
    with pretend(at('2026-11-20T09:00')):
        await attachments.add_result(
            world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id)
        )
        done = await commands.forward(world.chi, one.dossier_id, done.version)
        done = await commands.approve(world.dung, one.dossier_id, done.version)
        await commands.finish(world.giang, one.dossier_id, done.version)
    async with read() as db:
        finished = (
            await db.execute(
                select(EventText).join(Event, Event.id == EventText.event_id).where(Event.action == 'finish')
            )
        ).scalar_one()
    assert finished.data['on_time'] == 'late'


async def test_an_apology_on_the_last_day_or_after_it_is_marked_late(database: None, tmp_path: object) -> None:
    await forget_all()
    await seed_calendar()
    world = await municipality.build(tmp_path)  # type: ignore[arg-type]
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
    with pretend(at('2026-11-19T08:00')):
        await commands.reappoint(
            world.dung, one.dossier_id, done.version, day='20/11/2026', delayed_by='Công an xã', reason='Chờ xác minh'
        )
    async with read() as db:
        event = (
            await db.execute(
                select(EventText).join(Event, Event.id == EventText.event_id).where(Event.action == 'reappoint')
            )
        ).scalar_one()
    assert event.data['late'] is True


@pytest.mark.parametrize('policy, expected', [('restart', '2026-11-30T09:00'), ('resume', '2026-11-26T17:00')])
async def test_a_supplement_after_a_new_date_restarts_the_term_or_moves_that_date(
    database: None, tmp_path: object, policy: str, expected: str
) -> None:
    await forget_all()
    await seed_calendar()
    world = await municipality.build(tmp_path, term={'kind': 'working_days', 'value': 3, 'after_supplement': policy})  # type: ignore[arg-type]
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
    with pretend(at('2026-11-17T08:00')):
        done = await commands.reappoint(
            world.dung, one.dossier_id, done.version, day='20/11/2026', delayed_by='Công an xã', reason='Chờ xác minh'
        )
    with pretend(at('2026-11-19T09:00')):
        done = await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS[1:], **WHY)
    me = opened(world, one)
    with pretend(at('2026-11-25T09:00')):
        await applicant.save_correction(me, one.dossier_id, {'reason': 'Để xin học bổng'})
        await applicant.send_supplement(me, one.dossier_id, done.version)
        seen = await queries.progress(me, one.dossier_id)
    assert seen.promised_at == at(expected)


async def test_an_installation_may_count_civil_days_and_older_promises_keep_their_way(
    database: None, tmp_path: object
) -> None:
    await forget_all()
    await seed_calendar()
    world = await municipality.build(tmp_path)  # type: ignore[arg-type]
    with pretend(at('2026-11-16T09:00')):
        one, other = await filed(world), await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
        counting.use_mode('civil')
        try:
            await commands.accept(world.binh, other.dossier_id, 1)
            seen = [await queries.progress(opened(world, each), each.dossier_id) for each in (one, other)]
        finally:
            counting.use_mode('hours')
        assert [each.promised_at for each in seen] == [at('2026-11-19T09:00'), at('2026-11-19T17:00')]
        assert seen[1].due_explained and 'Tiếp nhận lúc' in seen[1].due_explained


async def test_a_draft_under_the_applicants_eyes_is_sent_again_only_when_it_is_another_one(
    database: None, tmp_path: object
) -> None:
    await forget_all()
    world = await municipality.build(tmp_path, confirms_draft=True)  # type: ignore[arg-type]
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT_DRAFT, 'du-thao.png', PNG)
    with pretend(at('2026-11-16T09:05')):
        done = await commands.show_draft(world.chi, one.dossier_id, done.version)
    with pretend(at('2026-11-16T09:10')):
        assert Action.SHOW_DRAFT not in (await desk.desk_dossier(world.chi, one.dossier_id)).actions
        with pytest.raises(WrongState, match='draft_pending'):
            await commands.show_draft(world.chi, one.dossier_id, done.version)
        await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT_DRAFT, 'du-thao-2.png', PNG)
    with pretend(at('2026-11-16T09:15')):
        assert Action.SHOW_DRAFT in (await desk.desk_dossier(world.chi, one.dossier_id)).actions
        view = await desk.desk_dossier(world.chi, one.dossier_id)
        await commands.show_draft(world.chi, one.dossier_id, view.version)


async def test_a_leader_is_handed_only_what_the_applicant_has_seen(database: None, tmp_path: object) -> None:
    await forget_all()
    world = await municipality.build(tmp_path, confirms_draft=True)  # type: ignore[arg-type]
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        view = await desk.desk_dossier(world.chi, one.dossier_id)
        assert view.wants_draft and Action.FORWARD not in view.actions
        await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT_DRAFT, 'du-thao.png', PNG)
        with pytest.raises(WrongState, match='draft_not_shown'):
            await commands.forward(world.chi, one.dossier_id, done.version)
        done = await commands.show_draft(world.chi, one.dossier_id, done.version)
        with pytest.raises(WrongState, match='draft_pending'):
            await commands.forward(world.chi, one.dossier_id, done.version)
    with pretend(at('2026-11-18T09:00')):
        view = await desk.desk_dossier(world.chi, one.dossier_id)
        assert not view.wants_draft and Action.FORWARD in view.actions
        await commands.forward(world.chi, one.dossier_id, view.version)
