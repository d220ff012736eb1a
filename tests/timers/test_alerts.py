"""Warnings before, at and after each limit, once each; the morning's letter; the call to collect."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.access import Granted
from app.clock import pretend
from app.db import read
from app.deadlines import commands as calendar
from app.dossiers import attachments, commands
from app.errors import NotAllowed, WrongState
from app.timers.alerts import alerts, raise_alerts
from app.timers.digest import send_digests
from models import Alert, Event, Message
from models.enums import AlertKind, AttachmentKind, DayKind, Role
from tests.dossiers.test_life import ITEMS, WHY
from tests.support.moments import at, with_calendar
from tests.support.world import World, filed, scan

K = AlertKind
SQLITE = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
"""The rule does not depend on the database."""


async def raised(text: str) -> list[AlertKind]:
    """Let the timers work at that moment, twice; return what was raised so far, in order."""
    with pretend(at(text)):
        await raise_alerts()
        assert await raise_alerts() == 0
    async with read() as db:
        return list((await db.execute(select(Alert.kind).order_by(Alert.raised_at, Alert.limit_at))).scalars())


async def test_an_online_filing_is_called_to_mind_after_two_hours_and_again_when_late(world: World) -> None:
    with pretend(at('2026-11-20T16:00')):
        await filed(world)
    assert await raised('2026-11-23T07:59') == []
    assert await raised('2026-11-23T08:00') == [K.RECEPTION_SOON]
    assert await raised('2026-11-23T15:59') == [K.RECEPTION_SOON]
    assert await raised('2026-11-23T16:00') == [K.RECEPTION_SOON, K.RECEPTION_LATE]
    with pretend(at('2026-11-23T16:00')):
        seen = await alerts(world.binh)
        assert [row.kind for row in seen.rows] == [K.RECEPTION_LATE] and seen.counts[K.RECEPTION_SOON] == 1
        assert (await alerts(world.em)).total == 0
        with pytest.raises(NotAllowed):
            await alerts(world.guest)


async def test_a_result_is_warned_of_a_day_before_when_due_and_the_day_after(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    assert K.APOLOGY_DUE not in await raised('2026-11-18T08:59')
    assert K.APOLOGY_DUE in await raised('2026-11-18T09:00')
    assert K.DUE not in await raised('2026-11-19T08:59')
    assert K.DUE in await raised('2026-11-19T09:00')
    with pretend(at('2026-11-19T09:00')):
        assert [(await alerts(who)).counts[K.DUE] for who in (world.chi, world.dung)] == [1, 1]
    assert K.OVERDUE not in await raised('2026-11-20T06:59')
    assert K.OVERDUE in await raised('2026-11-20T07:00')
    with pretend(at('2026-11-20T08:00')):
        for who in (world.chi, world.dung):
            found = await alerts(who)
            assert [row.kind for row in found.rows] == [K.OVERDUE]
            assert found.counts[K.DUE] == found.counts[K.APOLOGY_DUE] == 0, 'one limit counts once'
    async with read() as db:
        told = (await db.execute(select(func.count()).where(Event.action == 'alert_overdue'))).scalar_one()
    assert told == 1


async def test_a_term_of_one_day_is_warned_of_at_half_of_it(database: None, tmp_path: Path) -> None:
    world = await with_calendar(tmp_path, term={'kind': 'working_days', 'value': 1})
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
    assert K.APOLOGY_DUE not in await raised('2026-11-16T14:59')
    assert K.APOLOGY_DUE in await raised('2026-11-16T15:00')


async def test_a_moved_or_settled_limit_takes_its_warnings_with_it(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
    await raised('2026-11-18T09:00')
    with pretend(at('2026-11-18T10:00')):
        assert (await alerts(world.dung)).counts[K.APOLOGY_DUE] == 1
        await commands.reappoint(
            world.dung, one.dossier_id, done.version, day='26/11/2026', delayed_by='Công an xã', reason='Chờ xác minh'
        )
        assert (await alerts(world.dung)).counts[K.APOLOGY_DUE] == 0
    assert K.DUE_SOON not in await raised('2026-11-25T16:59')
    assert (found := await raised('2026-11-25T17:00')).count(K.APOLOGY_DUE) == 1, 'a second apology is not asked for'
    assert found.count(K.DUE_SOON) == 1, 'but the new date is not forgotten'
    with pretend(at('2026-11-25T17:00')):
        assert (await alerts(world.dung)).counts[K.DUE_SOON] == 1
    assert K.DUE in await raised('2026-11-26T17:00')
    with pretend(at('2026-11-26T17:00')):
        assert (await alerts(world.dung)).counts[K.DUE_SOON] == 0


@SQLITE
async def test_what_came_by_hand_is_called_to_mind_before_its_limit_too(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        await filed(world, world.binh)
    assert await raised('2026-11-16T10:59') == []
    assert await raised('2026-11-16T11:00') == [K.RECEPTION_SOON]
    assert await raised('2026-11-17T09:00') == [K.RECEPTION_SOON, K.RECEPTION_LATE]


async def test_a_supplement_that_ran_out_is_proposed_for_stopping_and_nothing_stops_by_itself(world: World) -> None:
    with pretend(at('2026-11-20T09:00')):
        one = await filed(world)
        await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS[1:], **WHY)
    assert K.SUPPLEMENT_EXPIRED not in await raised('2026-12-14T16:59')
    with pretend(at('2026-12-14T16:59')), pytest.raises(WrongState, match='supplement_not_over'):
        await commands.stop(world.binh, one.dossier_id, 2, 'supplement_expired', 'Quá thời hạn bổ sung')
    assert K.SUPPLEMENT_EXPIRED in await raised('2026-12-14T17:00')
    with pretend(at('2026-12-15T08:00')):
        assert (await alerts(world.binh)).rows[0].dossier_id == one.dossier_id
        await commands.stop(world.binh, one.dossier_id, 2, 'supplement_expired', 'Quá thời hạn bổ sung')
        assert (await alerts(world.binh)).total == 0


async def test_a_day_off_in_between_gives_the_applicant_another_day_before_the_dossier_may_be_stopped(
    world: World,
) -> None:
    home = frozenset({world.unit.id})
    with pretend(at('2026-11-20T09:00')):
        one = await filed(world)
        await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS[1:], **WHY)
        admin = replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, home),))
        await calendar.set_day(admin, date(2026, 12, 2), DayKind.OFF, 'Bão')
    assert not {K.SUPPLEMENT_EXPIRED, K.SUPPLEMENT_LEFT} & {*await raised('2026-12-15T16:59')}, 'nor is it proposed'
    assert K.SUPPLEMENT_EXPIRED in await raised('2026-12-15T17:00')
    with pretend(at('2026-12-15T16:59')), pytest.raises(WrongState, match='supplement_not_over'):
        await commands.stop(world.binh, one.dossier_id, 2, 'supplement_expired', 'Quá thời hạn bổ sung')
    with pretend(at('2026-12-15T17:00')):
        await commands.stop(world.binh, one.dossier_id, 2, 'supplement_expired', 'Quá thời hạn bổ sung')


async def test_the_applicant_is_asked_once_to_collect_a_result_before_three_days_are_over(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        await attachments.add_result(
            world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id)
        )
        done = await commands.forward(world.chi, one.dossier_id, done.version)
        done = await commands.approve(world.dung, one.dossier_id, done.version)
        await commands.finish(world.giang, one.dossier_id, done.version)
    assert K.UNCOLLECTED not in await raised('2026-11-19T06:59')
    assert K.UNCOLLECTED in await raised('2026-11-19T07:00'), 'within three days, not after them'
    await raised('2026-11-30T09:00')
    async with read() as db:
        sent = (await db.execute(select(func.count()).where(Message.template == 'uncollected'))).scalar_one()
    assert sent == 1


async def test_a_step_that_is_late_is_said_to_its_holder_until_it_is_handed_on(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    assert K.STEP_LATE not in await raised('2026-11-17T14:59'), 'twelve hours of work'
    assert K.STEP_LATE in await raised('2026-11-17T15:00')
    with pretend(at('2026-11-17T15:30')):
        assert (await alerts(world.chi)).counts[K.STEP_LATE] == 1
        assert (await alerts(world.giang)).counts[K.STEP_LATE] == 0
        await attachments.add_result(
            world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id)
        )
        await commands.forward(world.chi, one.dossier_id, done.version)
        assert (await alerts(world.chi)).counts[K.STEP_LATE] == 0


async def test_a_step_is_called_to_mind_before_its_limit_and_rises_to_the_leader_when_it_is_left(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    assert K.STEP_SOON not in await raised('2026-11-17T10:59'), 'twelve hours of work, to 15:00'
    assert K.STEP_SOON in await raised('2026-11-17T11:00')
    with pretend(at('2026-11-17T11:00')):
        assert [(await alerts(who)).counts[K.STEP_SOON] for who in (world.chi, world.dung)] == [1, 0]
    assert K.STEP_LATE in await raised('2026-11-17T15:00')
    assert K.STEP_LEFT not in await raised('2026-11-18T06:59')
    assert K.STEP_LEFT in await raised('2026-11-18T07:00')
    with pretend(at('2026-11-18T07:00')):
        for who in (world.chi, world.dung):
            found = (await alerts(who)).counts
            assert (found[K.STEP_SOON], found[K.STEP_LATE], found[K.STEP_LEFT]) == (0, 0, 1), 'one limit counts once'
        assert (await alerts(world.giang)).counts[K.STEP_LEFT] == 0


async def test_a_supplement_is_called_to_mind_before_it_runs_out_and_rises_when_nobody_decides(world: World) -> None:
    with pretend(at('2026-11-20T09:00')):
        one = await filed(world)
        await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS[1:], **WHY)
    assert K.SUPPLEMENT_SOON not in await raised('2026-12-09T16:59')
    assert K.SUPPLEMENT_SOON in await raised('2026-12-09T17:00'), 'three working days before 14/12'
    assert K.SUPPLEMENT_LEFT not in await raised('2026-12-15T06:59')
    with pretend(at('2026-12-15T06:59')):
        assert (await alerts(world.dung)).total == 0
    assert K.SUPPLEMENT_LEFT in await raised('2026-12-15T07:00')
    with pretend(at('2026-12-15T07:00')):
        found = (await alerts(world.binh)).counts
        assert (found[K.SUPPLEMENT_SOON], found[K.SUPPLEMENT_EXPIRED], found[K.SUPPLEMENT_LEFT]) == (0, 0, 1)
        assert (await alerts(world.dung)).counts[K.SUPPLEMENT_LEFT] == 1
    async with read() as db:
        letters = (await db.execute(select(Message).where(Message.template == 'supplement_soon'))).scalars().all()
    assert [letter.data['limit'] for letter in letters] == ['2026-12-14T10:00:00+00:00']


async def test_clock_jumps_neither_repeat_nor_lose_a_warning(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
    await raised('2026-11-20T08:00')
    await raised('2026-11-15T08:00')
    found = await raised('2026-11-20T08:30')
    assert found.count(K.DUE) == found.count(K.OVERDUE) == 1


async def test_the_morning_letter_comes_once_a_working_day_to_whom_it_concerns(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
    await raised('2026-11-20T08:00')

    async def letters(text: str) -> list[str]:
        with pretend(at(text)):
            await send_digests()
        async with read() as db:
            return sorted((await db.execute(select(Message.recipient).where(Message.template == 'digest'))).scalars())

    assert await letters('2026-11-22T09:00') == [], 'Sunday'
    assert await letters('2026-11-23T06:59') == [], 'before the unit opens'
    first = await letters('2026-11-23T07:00')
    assert world.dung.email in first and world.em.email not in first
    assert await letters('2026-11-23T09:00') == first
    assert len(await letters('2026-11-25T09:00')) == 2 * len(first)
    async with read() as db:
        letter = (await db.execute(select(Message).where(Message.recipient == world.dung.email).limit(1))).scalar_one()
    assert any('Quá hạn trả kết quả: 1' in line for line in letter.data['lines'])


async def test_warnings_that_were_missed_do_not_stand_before_those_to_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('app.timers.alerts.AT_ONCE', 1)
    with pretend(at('2026-11-16T09:00')):
        missed = await filed(world)
        await commands.accept(world.binh, missed.dossier_id, 1)
    with pretend(at('2026-11-25T09:00')):
        coming = await filed(world)
        await commands.accept(world.binh, coming.dossier_id, 1, order_reason='same_day_term')
    with pretend(at('2026-11-27T10:00')):
        await raise_alerts()
    async with read() as db:
        warned = (await db.execute(select(Alert.dossier_id).where(Alert.kind == K.APOLOGY_DUE))).scalars().all()
    assert list(warned) == [coming.dossier_id]
