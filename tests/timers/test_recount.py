"""A change of the calendar moves what is open, once, with its letter; what a person promised stays."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.access import Actor, Granted
from app.clock import pretend
from app.db import read, write
from app.deadlines import commands as calendar
from app.dossiers import commands, queries
from app.errors import NotAllowed
from app.procedures.queries import spec_of
from app.timers.recount import recount
from app.workflow.apply import apply_transition
from app.workflow.transitions import Action
from models import Dossier, DueDate, Message
from models.enums import DayKind, Role
from tests.support.moments import at
from tests.support.world import World, filed, opened


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
