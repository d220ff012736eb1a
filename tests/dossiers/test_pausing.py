"""A financial duty with its second appointment, a public posting, a filing for another unit, the 15:00 rule, a second request."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.clock import pretend
from app.db import read
from app.deadlines import store
from app.deadlines.seeding import seed_calendar
from app.dossiers import applicant, attachments, commands, desk, drafts, filing, inbox, queries
from app.dossiers.destination import destination
from app.errors import Invalid, NotAllowed, NotFound, WrongState
from app.i18n import words
from app.limits import forget_all
from app.timers.alerts import raise_alerts
from app.timers.postings import end_postings
from app.workflow.transitions import Action
from components import wording
from models import Alert, Dossier, DueDate, Event, EventText, Message
from models.enums import AlertKind, AttachmentKind, DueKind
from pages.officer import reading
from tests.dossiers.test_life import ITEMS, WHY
from tests.support import world as municipality
from tests.support.world import ANSWERS, PNG, World, filed, opened, scan

ASK: dict[str, Any] = {'items': [{'kind': 'field', 'id': 'reason', 'text': 'Ghi rõ hơn'}], **WHY}


def at(text: str) -> datetime:
    """Return a moment of Vietnam's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo('Asia/Ho_Chi_Minh'))


@pytest.fixture
def dialect() -> str:
    """The rules do not depend on the database."""
    return 'sqlite'


@pytest.fixture
async def term() -> dict[str, Any]:
    """The land procedure: 15 + 5 working days, posted for 15 days (provincial rules, mark B)."""
    return {'kind': 'working_days', 'value': 20, 'after_payment': 5, 'posting_days': 15}


@pytest.fixture
async def world(database: None, tmp_path: Path, term: dict[str, Any]) -> AsyncIterator[World]:
    """A municipality with the decided days."""
    await forget_all()
    await seed_calendar()
    store.forget()
    yield await municipality.build(tmp_path, term=term)


async def accepted(world: World, moment: str) -> tuple[str, int]:
    """File and accept; Chi has it."""
    with pretend(at(moment)):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        return one.dossier_id, done.version


async def promises(dossier_id: str) -> list[tuple[datetime, datetime | None, str]]:
    """Return every date of the result: what, what before, why."""
    mine = select(DueDate).where(DueDate.dossier_id == dossier_id, DueDate.kind == DueKind.RESOLUTION)
    async with read() as db:
        rows = (await db.execute(mine.order_by(DueDate.number))).scalars().all()
    return [(row.at, row.previous_at, row.reason) for row in rows]


async def told(dossier_id: str, action: str) -> dict[str, Any]:
    """Return what the last event of an act keeps."""
    query = select(EventText.data).join(Event, Event.id == EventText.event_id)
    query = query.where(Event.dossier_id == dossier_id, Event.action == action).order_by(Event.sequence.desc())
    async with read() as db:
        return dict((await db.execute(query.limit(1))).scalar_one())


async def test_the_limit_of_reception_stays_beside_the_date_of_the_result(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        in_time, late = await filed(world), await filed(world)
        before = (await desk.desk_dossier(world.binh, late.dossier_id)).reception
        await commands.accept(world.binh, in_time.dossier_id, 1)
    assert before and (before.limit, before.accepted_at, before.is_late) == (at('2026-11-17T09:00'), None, False)
    with pretend(at('2026-11-17T09:01')):
        assert wording.received((await desk.desk_dossier(world.binh, late.dossier_id)).reception, words('vi')).endswith(
            'đã quá hạn'
        )
        await commands.accept(world.binh, late.dossier_id, 1)
    for sent, said in ((in_time, 'tiếp nhận đúng hạn 16/11/2026 09:00'), (late, 'tiếp nhận quá hạn 17/11/2026 09:01')):
        seen = await desk.desk_dossier(world.chi, sent.dossier_id)
        kept = (await queries.progress(opened(world, sent), sent.dossier_id)).reception
        assert kept and kept == seen.reception and seen.promised_at
        both = str(reading.head(words('vi'), seen))
        assert said in both and 'Hạn giải quyết' in both and 'Hạn hiện tại' not in both
        assert said in wording.received(kept, words('vi'))


async def test_the_second_appointment_counts_from_the_proof_of_payment_and_both_are_kept(world: World) -> None:
    one, version = await accepted(world, '2026-09-07T09:00')
    assert await promises(one) == [(at('2026-09-28T09:00'), None, 'original')], 'the first: 15 of 20 days'
    with pretend(at('2026-09-25T10:00')):
        done = await commands.await_duty(world.chi, one, version, note='Tiền sử dụng đất')
        seen = await desk.desk_dossier(world.chi, one)
        assert seen.status == 6 and seen.due_at is None and seen.promised_at == at('2026-09-28T09:00')
        assert [row.dossier_id for row in (await inbox.inbox(world.chi, 'waiting')).rows] == [one]
    assert (await told(one, 'await_duty'))['on_time'] == 'early'
    with pretend(at('2026-10-20T15:00')):
        await raise_alerts()
        done = await commands.duty_done(world.chi, one, done.version, note='Giấy nộp tiền số 12')
        view = await queries.progress(opened(world, _submitted(one)), one)
    first, second = await promises(one)
    assert second == (at('2026-10-27T15:00'), first[0], 'duty')
    assert view.due_explained and 'hẹn lần hai' in view.due_explained and '15:00 thứ Ba 27/10' in view.due_explained
    assert [h.action for h in view.timeline][-2:] == ['await_duty', 'duty_done']
    assert datetime.fromisoformat(view.timeline[-1].data['due_before']) == first[0], 'both dates are in the timeline'
    async with read() as db:
        assert (await db.execute(select(Alert.id).where(Alert.kind == AlertKind.OVERDUE))).first() is None
        letters = (await db.execute(select(Message.template))).scalars().all()
    assert {'duty_awaited', 'duty_met'} <= set(letters)
    with pretend(at('2026-10-21T08:00')), pytest.raises(WrongState, match='duty_once'):
        await commands.await_duty(world.chi, one, done.version, note='Lần nữa')


def _submitted(dossier_id: str) -> Any:
    return type('Filed', (), {'dossier_id': dossier_id})()


async def test_a_posting_stops_the_clock_and_it_goes_on_by_itself_from_its_last_moment(world: World) -> None:
    one, version = await accepted(world, '2026-09-07T09:00')
    with pretend(at('2026-09-10T09:00')):
        done = await commands.start_posting(world.chi, one, version, note='Trụ sở UBND')
        seen = await desk.desk_dossier(world.chi, one)
        assert seen.posting_until == at('2026-09-25T17:00') and seen.due_at is None and seen.timeliness is None
        for act in (Action.FORWARD, Action.REQUEST_SUPPLEMENT, Action.AWAIT_DUTY, Action.END_POSTING):
            assert act not in seen.actions
        with pytest.raises(WrongState, match='posted_now'):
            await commands.forward(world.chi, one, done.version)
        with pytest.raises(WrongState, match='posting_not_over'):
            await commands.end_posting(world.chi, one, done.version)
    with pretend(at('2026-09-25T16:59')):
        assert await end_postings() == 0
    with pretend(at('2026-10-02T11:00')):  # the process was down for a week
        assert await end_postings() == 1
        assert await end_postings() == 0
    first, second = await promises(one)
    # from 10/9 09:00 to 25/9 17:00 are 11 days and 6 hours of work
    assert second == (at('2026-10-13T17:00'), first[0], 'posting')
    with pretend(at('2026-10-05T08:00')):
        seen = await desk.desk_dossier(world.chi, one)
        assert seen.posting_until is None and seen.due_at == second[0]
        assert seen.due_explained and 'tạm dừng từ 09:00 thứ Năm 10/9' in seen.due_explained
        with pytest.raises(WrongState, match='posted_once'):
            await commands.start_posting(world.chi, one, seen.version, note='Lần nữa')


@pytest.mark.parametrize('term', [{'kind': 'working_days', 'value': 3, 'extended': 3}])
async def test_verification_lengthens_the_term_once_from_the_same_start_and_both_dates_are_kept(world: World) -> None:
    one, version = await accepted(world, '2026-11-16T09:00')
    assert (await promises(one))[0][0] == at('2026-11-19T09:00')
    with pretend(at('2026-11-18T10:00')):
        with pytest.raises(NotAllowed):
            await commands.extend(world.dung, one, version, note='Xác minh nơi cư trú')
        with pytest.raises(Invalid):
            await commands.extend(world.chi, one, version, note=' ')
        limit = (await desk.desk_dossier(world.chi, one)).steps[-1].due_at
        done = await commands.extend(world.chi, one, version, note='Xác minh nơi cư trú trước đây')
        seen, view = (
            await desk.desk_dossier(world.chi, one),
            await queries.progress(opened(world, _submitted(one)), one),
        )
        with pytest.raises(WrongState, match='extended_once'):
            await commands.extend(world.chi, one, done.version, note='Lần nữa')
    assert await promises(one) == [
        (at('2026-11-19T09:00'), None, 'original'),
        (at('2026-11-25T09:00'), at('2026-11-19T09:00'), 'extension'),  # 24/11 is off
    ]
    assert view.due_explained and 'thời hạn 6 ngày làm việc, gồm cả thời gian xác minh' in view.due_explained
    assert datetime.fromisoformat(view.timeline[-1].data['due_before']) == at('2026-11-19T09:00')
    assert view.timeline[-1].note == 'Xác minh nơi cư trú trước đây' and Action.EXTEND not in seen.actions
    assert limit and seen.steps[-1].due_at == at('2026-11-20T15:00') > limit, 'the open hand-over has the added time'
    async with read() as db:
        row = await db.get_one(Dossier, one)
        letters = (await db.execute(select(Message.template))).scalars().all()
    assert row.lawful_at == row.promised_at == row.due_at == at('2026-11-25T09:00') and 'extended' in letters
    with pretend(at('2026-11-24T08:00')):
        assert (await desk.desk_dossier(world.chi, one)).timeliness is None, 'judged by the longer term'


@pytest.mark.parametrize('term', [{'kind': 'same_day', 'extended': 2}])
async def test_a_term_is_lengthened_before_it_ends_and_begins_anew_as_long_after_a_supplement(world: World) -> None:
    one, version = await accepted(world, '2026-11-16T09:00')
    late, seen = await accepted(world, '2026-11-16T09:10')
    with pretend(at('2026-11-16T17:01')), pytest.raises(WrongState, match='term_over'):
        await commands.extend(world.chi, late, seen, note='Xác minh')
    with pretend(at('2026-11-16T17:00')):
        done = await commands.extend(world.chi, one, version, note='Xác minh')
    with pretend(at('2026-11-17T08:00')):
        done = await commands.request_supplement(world.chi, one, done.version, items=ITEMS[1:], **WHY)
    me = opened(world, _submitted(one))
    with pretend(at('2026-11-18T10:00')):
        await applicant.save_correction(me, one, {'reason': 'Để xin học bổng'})
        await applicant.send_supplement(me, one, done.version)
    assert [(day, why) for day, _, why in await promises(one)] == [
        (at('2026-11-16T17:00'), 'original'),
        (at('2026-11-18T09:00'), 'extension'),
        (at('2026-11-20T10:00'), 'supplement'),
    ]


@pytest.mark.parametrize('term', [{'kind': 'working_days', 'value': 3}])
async def test_a_procedure_without_duty_or_posting_offers_neither(world: World) -> None:
    one, version = await accepted(world, '2026-09-07T09:00')
    with pretend(at('2026-09-07T10:00')):
        acts = (await desk.desk_dossier(world.chi, one)).actions
        assert not {Action.AWAIT_DUTY, Action.START_POSTING, Action.EXTEND} & set(acts)
        with pytest.raises(WrongState, match='no_extension_here'):
            await commands.extend(world.chi, one, version, note='Xác minh')
        with pytest.raises(WrongState, match='no_duty_here'):
            await commands.await_duty(world.chi, one, version, note='Thuế')
        with pytest.raises(WrongState, match='no_posting_here'):
            await commands.start_posting(world.chi, one, version, note='Trụ sở')


@pytest.mark.parametrize(
    ('moment', 'limit'),
    [
        ('2026-11-23T14:59', '2026-11-23T16:59'),
        ('2026-11-23T15:01', '2026-11-25T07:00'),
        ('2026-11-20T16:30', '2026-11-23T07:00'),
    ],
)
async def test_what_is_taken_at_the_counter_is_handed_on_the_same_day_or_at_the_next_opening(
    world: World, moment: str, limit: str
) -> None:
    with pretend(at(moment)):
        by_hand, online = await filed(world, world.binh), await filed(world)
        for one in (by_hand, online):
            await commands.accept(world.binh, one.dossier_id, 1)
        steps = [(await desk.desk_dossier(world.binh, one.dossier_id)).steps[0].due_at for one in (by_hand, online)]
    assert steps[0] == at(limit)
    assert steps[1] and steps[1] >= steps[0], 'online filings have the hours of the step only'


async def test_what_a_desk_takes_for_another_unit_is_accepted_there_and_its_term_counts_from_then(world: World) -> None:
    with pretend(at('2026-11-23T15:10')):
        begun = await drafts.start(world.binh, world.spec.id, with_account=False, for_unit=world.other_unit.id)
        await drafts.save(world.binh, begun.token, ANSWERS)
        await attachments.add_to_draft(world.binh, begun.token, 'proof', 'giay.png', PNG)
        assert (await destination(world.binh, begun.token)).resolving == 'UBND xã Tân An'
        sent = await filing.submit(world.binh, begun.token)
        one = sent.dossier_id
        assert sent.reception_due_at == at('2026-11-25T07:00'), 'to be passed on when the next day opens'
        with pytest.raises(WrongState, match='pass_on_first'):
            await commands.accept(world.binh, one, 1)
        with pytest.raises(NotAllowed):
            await commands.accept(world.em, one, 1)
    with pretend(at('2026-11-25T07:20')):
        done = await commands.pass_on(world.binh, one, 1)
        with pytest.raises(NotAllowed):
            await commands.accept(world.binh, one, done.version)
        with pytest.raises(WrongState, match='own_already'):
            await commands.pass_on(world.em, one, done.version)
    with pretend(at('2026-11-25T10:00')):
        done = await commands.accept(world.em, one, done.version)
        view = await queries.progress(opened(world, sent), one)
    assert done.official_code and done.official_code.startswith('H55.243-261125-')
    assert view.accepted_at == at('2026-11-25T10:00') and view.promised_at == at('2026-12-16T10:00')
    async with read() as db:
        rows = (
            (await db.execute(select(DueDate).where(DueDate.dossier_id == one).order_by(DueDate.set_at)))
            .scalars()
            .all()
        )
    assert [(r.reason, r.at) for r in rows[:2]] == [
        ('original', at('2026-11-25T07:00')),
        ('passed_on', at('2026-11-26T07:20')),
    ]


async def test_only_a_desk_takes_filings_for_another_unit(world: World) -> None:
    for who, unit in ((world.guest, world.other_unit.id), (world.binh, 'x' * 22)):
        with pytest.raises(NotFound):
            await drafts.start(who, world.spec.id, with_account=False, for_unit=unit)


async def test_a_second_request_needs_a_leader_at_any_stage_and_counts_as_overdue(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world, world.an, with_account=True)
        done = await commands.request_supplement(world.binh, one.dossier_id, 1, **ASK)
        await applicant.save_correction(world.an, one.dossier_id, {'reason': 'Để đi học'})
        done = await applicant.send_supplement(world.an, one.dossier_id, done.version)
        with pytest.raises(WrongState, match='second_supplement'):
            await commands.request_supplement(world.binh, one.dossier_id, done.version, **ASK)
        done = await commands.request_supplement(world.dung, one.dossier_id, done.version, **ASK)
        await applicant.save_correction(world.an, one.dossier_id, {'reason': 'Để đi làm'})
        done = await applicant.send_supplement(world.an, one.dossier_id, done.version)
        done = await commands.accept(world.binh, one.dossier_id, done.version)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        await attachments.add_result(
            world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id)
        )
        done = await commands.forward(world.chi, one.dossier_id, done.version)
        done = await commands.approve(world.dung, one.dossier_id, done.version)
    with pretend(at('2026-11-17T09:00')):
        await commands.finish(world.giang, one.dossier_id, done.version)
        assert (await desk.desk_dossier(world.dung, one.dossier_id)).timeliness == 'late'
    kept = await told(one.dossier_id, 'finish')
    assert (kept['on_time'], kept['late_by']) == ('late', 'second_supplement')
    assert kept['since_filing'] == {'days': 1, 'hours': 8}


@pytest.mark.parametrize('term', [{'kind': 'working_days', 'value': 3, 'after_supplement': 'resume'}])
async def test_a_new_appointment_that_a_supplement_moves_is_still_judged_by_the_first(world: World) -> None:
    one, version = await accepted(world, '2026-11-16T09:00')
    with pretend(at('2026-11-17T08:00')):
        done = await commands.reappoint(
            world.dung, one, version, day='26/11/2026', delayed_by='Công an xã', reason='Chờ xác minh'
        )
        done = await commands.request_supplement(world.chi, one, done.version, items=ITEMS[1:], **WHY)
    me = opened(world, _submitted(one))
    with pretend(at('2026-11-18T08:00')):
        await applicant.save_correction(me, one, {'reason': 'Để xin học bổng'})
        await applicant.send_supplement(me, one, done.version)
    async with read() as db:
        row = await db.get_one(Dossier, one)
    assert (row.promised_at, row.lawful_at) == (at('2026-11-27T17:00'), at('2026-11-20T09:00'))
    with pretend(at('2026-11-23T09:00')):
        assert (await desk.desk_dossier(replace(world.dung), one)).timeliness == 'late'
