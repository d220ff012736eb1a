"""A change of the calendar moves what is open, once, with its letter; what a person promised stays."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.access import Actor, Granted
from app.clock import pretend
from app.db import read, write
from app.deadlines import commands as calendar
from app.deadlines import hours
from app.dossiers import applicant, commands, queries
from app.dossiers.filing import Submitted
from app.errors import NotAllowed
from app.procedures.queries import spec_of
from app.timers.alerts import raise_alerts
from app.timers.apologies import draft_apologies
from app.timers.recount import recount
from app.workflow.apply import apply_transition
from app.workflow.move import open_step
from app.workflow.transitions import Action
from models import Dossier, DueDate, Message
from models.enums import DayKind, Role
from tests.dossiers.test_life import ITEMS, WHY
from tests.support.moments import at
from tests.support.world import World, filed, opened

SQLITE = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
"""The rule does not depend on the database."""


def administrator(world: World) -> Actor:
    """Return somebody who keeps the calendar."""
    home = world.unit.id
    return replace(world.dung, grants=(Granted(Role.ADMIN, home, frozenset({home})),))


async def test_a_new_day_off_moves_open_dossiers_as_the_preview_said(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one, other, waiting = await filed(world), await filed(world), await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.accept(world.binh, other.dossier_id, 1)
        await commands.reappoint(
            world.dung, other.dossier_id, done.version, day='20/11/2026', delayed_by='Công an xã', reason='Chờ xác minh'
        )
    with pretend(at('2026-11-16T10:00')):
        assert await recount() == 0
        said = await calendar.preview(administrator(world), date(2026, 11, 18), DayKind.OFF)
        assert [(m.dossier_id, m.after) for m in said] == [(one.dossier_id, at('2026-11-20T09:00'))]
        await calendar.set_day(administrator(world), date(2026, 11, 18), DayKind.OFF, 'Nghỉ bão')
        assert await recount() == 1
        assert await recount() == 0
        seen = await queries.progress(opened(world, one), one.dossier_id)
        assert seen.promised_at == at('2026-11-20T09:00') and seen.due_explained and '18/11' in seen.due_explained
    async with read() as db:
        rows = (await db.execute(select(DueDate).where(DueDate.reason == 'calendar'))).scalars().all()
        assert [(r.dossier_id, r.previous_at) for r in rows] == [(one.dossier_id, at('2026-11-19T09:00'))]
        letters = (await db.execute(select(Message.dossier_id).where(Message.template == 'date_moved'))).scalars()
        assert list(letters) == [one.dossier_id]
        assert (await db.get_one(Dossier, waiting.dossier_id)).due_at == at('2026-11-17T09:00')
        assert (await db.get_one(Dossier, other.dossier_id)).promised_at == at('2026-11-20T17:00')


@SQLITE
async def test_a_named_date_stays_until_its_own_day_becomes_a_day_off(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        named = {'day': '20/11/2026', 'delayed_by': 'Công an xã', 'reason': 'Chờ xác minh'}
        await commands.reappoint(world.dung, one.dossier_id, done.version, **named)
        await recount()
        said = await calendar.preview(administrator(world), date(2026, 11, 20), DayKind.OFF)
        assert [(m.before, m.after) for m in said] == [(at('2026-11-20T17:00'), at('2026-11-23T17:00'))]
        await calendar.set_day(administrator(world), date(2026, 11, 20), DayKind.OFF, 'Nghỉ bão')
        assert await recount() == 1
        seen = await queries.progress(opened(world, one), one.dossier_id)
        assert seen.due_explained and seen.due_explained.splitlines()[0] == (
            'Hạn đã hẹn là 17:00 thứ Sáu 20/11; ngày cuối cùng (thứ Sáu 20/11) là ngày nghỉ nên tính đến hết ngày làm '
            'việc tiếp theo; nghỉ 20/11 (Nghỉ bão). Hạn mới: 17:00 thứ Hai 23/11/2026.'
        )
        await raise_alerts()
        assert await draft_apologies() == 0, 'there is no second new date'
    async with read() as db:
        kept = await db.get_one(Dossier, one.dossier_id)
        letters = (await db.execute(select(Message.template))).scalars().all()
    assert kept.promised_at == kept.due_at == at('2026-11-23T17:00') and kept.lawful_at == at('2026-11-19T09:00')
    assert 'date_moved' in letters


@SQLITE
async def test_a_date_that_moves_by_a_part_of_a_minute_is_the_same_and_nobody_is_told(world: World) -> None:
    with pretend(at('2026-11-18T08:59:50')):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
        await recount()
        wanted = ('07:00-11:30, 13:30-16:59', [0], None, None, world.unit.id)  # Mondays end a minute earlier
        assert await hours.preview_hours(administrator(world), *wanted) == ()
        await hours.set_hours(administrator(world), *wanted)
        assert await recount() == 0
        seen = await queries.progress(opened(world, one), one.dossier_id)
        assert seen.due_explained and 'thời hạn 3 ngày làm việc; không tính ngày nghỉ hằng tuần' in seen.due_explained
    async with read() as db:
        assert (await db.get_one(Dossier, one.dossier_id)).promised_at == at('2026-11-23T08:59:50')
        assert 'date_moved' not in (await db.execute(select(Message.template))).scalars().all()


async def test_a_reception_limit_moves_as_well(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        await recount()
        await calendar.set_day(administrator(world), date(2026, 11, 17), DayKind.OFF, 'Nghỉ bão')
        assert await recount() == 1
    async with read() as db:
        assert (await db.get_one(Dossier, one.dossier_id)).due_at == at('2026-11-18T09:00')


async def test_nobody_but_the_service_counts_a_date_again(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
        await calendar.set_day(administrator(world), date(2026, 11, 18), DayKind.OFF, 'Nghỉ bão')
        for actor in (world.dung, world.binh, world.guest, opened(world, one)):
            with pytest.raises(NotAllowed):
                async with write() as db:
                    dossier = await db.get_one(Dossier, one.dossier_id)
                    spec = await spec_of(db, dossier.version_id)
                    await apply_transition(db, actor, dossier, spec, Action.RECOUNT, seen_version=2)


@SQLITE
async def test_an_open_step_has_its_share_of_the_term_by_the_hours_that_hold_now(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        accepted = await commands.accept(world.binh, one.dossier_id, 1)
        await commands.forward(world.binh, one.dossier_id, accepted.version, account_id=world.chi.account_id)
        assert await _limit_of_the_step(one) == at('2026-11-17T15:00')  # 12 of 24 hours, which three days of eight hold
        await hours.set_hours(administrator(world), '08:00-11:30, 13:30-15:00', range(5), unit_id=world.unit.id)
        await recount()
        assert await _limit_of_the_step(one) == at('2026-11-17T11:30')  # three days of five hold 15: 7.5 hours
    with pretend(at('2026-11-17T10:00')):
        again = await commands.reassign(world.dung, one.dossier_id, accepted.version + 1, str(world.chi.account_id))
        assert await _limit_of_the_step(one) == at('2026-11-17T11:30')
        await commands.request_supplement(world.chi, one.dossier_id, again.version, items=ITEMS[1:], **WHY)
        await hours.drop_hours(administrator(world), world.unit.id)
        await recount()
    with pretend(at('2026-11-18T09:00')):
        await applicant.save_correction(opened(world, one), one.dossier_id, {'reason': 'Để đi học'})
        await applicant.send_supplement(opened(world, one), one.dossier_id, again.version + 1)
        assert await _limit_of_the_step(one) == at('2026-11-19T15:00')  # all of it anew, by the hours of the day


async def _limit_of_the_step(one: Submitted) -> datetime | None:
    async with read() as db:
        step = await open_step(db, one.dossier_id)
        return step.due_at if step else None
