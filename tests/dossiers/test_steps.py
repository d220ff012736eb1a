"""Which step comes next or before: an optional one only where it was asked for, and none is jumped over.

Sent back, a dossier goes to the earlier step that was done last.
"""

from pathlib import Path
from typing import Any, cast

import pytest

from app.clock import pretend
from app.db import read
from app.dossiers import commands, desk
from app.errors import Invalid, WrongState
from app.limits import forget_all
from app.workflow.transitions import Action
from models import Dossier
from tests.support import world as municipality
from tests.support.moments import at
from tests.support.world import SPEC, World, filed

ASK_ELSEWHERE = {
    'key': 'elsewhere',
    'role': 'case_officer',
    'title': {'vi': 'Xác minh nơi khác'},
    'hours': 8,
    'optional': True,
}

RECEIVE, PROCESS, *OTHERS = cast(list[dict[str, Any]], SPEC['steps'])
STEPS = [RECEIVE, PROCESS, ASK_ELSEWHERE, *OTHERS]


@pytest.fixture
def dialect() -> str:
    """Which step comes before does not hang on the database."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A procedure that has an optional step between processing and approval."""
    await forget_all()
    return await municipality.build(tmp_path, steps=STEPS)


@pytest.mark.parametrize('asked', [None, 'elsewhere'])
async def test_it_goes_to_who_did_it_last(world: World, asked: str | None) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        if asked:
            done = await commands.forward(world.chi, one.dossier_id, done.version, step=asked)
        done = await commands.forward(world.chi, one.dossier_id, done.version, step='approve')
        done = await commands.send_back(world.dung, one.dossier_id, done.version, 'Sai ngày sinh')
        assert await _desk(one.dossier_id) == (asked or 'process', world.chi.account_id)
        await commands.send_back(world.chi, one.dossier_id, done.version, 'Sai ngày sinh')
        before = ('process', world.chi.account_id) if asked else ('receive', world.binh.account_id)
        assert await _desk(one.dossier_id) == before


async def test_no_step_that_has_to_be_is_jumped_over(world: World) -> None:
    """A result is issued after the leader's approval: whoever processes cannot name the clerk's step instead."""
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        for step in ('issue', 'receive', 'process', 'give', 'nowhere'):
            with pytest.raises(Invalid, match='no_such_step'):
                await commands.forward(world.chi, one.dossier_id, done.version, step=step)
        assert [step.key for step, _ in (await desk.desk_dossier(world.chi, one.dossier_id)).next_steps] == [
            'elsewhere',
            'approve',
        ]


async def test_an_optional_step_before_the_leader_lets_no_unseen_draft_pass(database: None, tmp_path: Path) -> None:
    await forget_all()
    world = await municipality.build(tmp_path, steps=STEPS, confirms_draft=True)
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        for step in ('approve', None):
            with pytest.raises(WrongState, match='draft_not_shown'):
                await commands.forward(world.chi, one.dossier_id, done.version, step=step)
        view = await desk.desk_dossier(world.chi, one.dossier_id)
        assert view.wants_draft and Action.FORWARD in view.actions
        await commands.forward(world.chi, one.dossier_id, done.version, step='elsewhere')
        assert Action.FORWARD not in (await desk.desk_dossier(world.chi, one.dossier_id)).actions


async def _desk(dossier_id: str) -> tuple[str | None, str | None]:
    async with read() as db:
        one = await db.get_one(Dossier, dossier_id)
    return one.step_key, one.holder_id
