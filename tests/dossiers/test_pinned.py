"""A dossier keeps the version it was filed under; who takes over a step is written down; what a database should have given is asked for
with that reason."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import SYSTEM
from app.clock import pretend
from app.db import read, write
from app.dossiers import applicant, attachments, commands, drafts, filing, queries
from app.dossiers.desk import desk_dossier
from app.procedures.commands import load_into_database
from app.procedures.load import CatalogueError
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from models import Account, Dossier, Event, Grant, StepRun, SupplementRequest
from models.enums import AccountKind, Role
from tests.dossiers.test_life import WHY
from tests.support.moments import at, with_calendar
from tests.support.world import ANSWERS, PNG, SPEC, World, filed, opened

pytestmark = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    """A municipality with the decided days."""
    return await with_calendar(tmp_path)


async def test_a_new_version_changes_no_accepted_dossier_and_a_used_one_never_changes(world: World) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    newer = SPEC | {'version': 2, 'valid_from': '2026-11-17', 'term': {'kind': 'working_days', 'value': 10}}
    await load_into_database(SYSTEM, [ProcedureSpec.model_validate(newer)], [])
    with pytest.raises(CatalogueError, match='raise its number'):
        await load_into_database(SYSTEM, [ProcedureSpec.model_validate(newer | {'version': 1})], [])
    with pretend(at('2026-11-17T10:00')):
        asked = [{'kind': 'other', 'id': '', 'text': 'Gọi lại cho cán bộ'}]
        done = await commands.request_supplement(world.chi, one.dossier_id, done.version, items=asked, **WHY)
    with pretend(at('2026-11-18T10:00')):
        seen = await queries.progress(opened(world, one), one.dossier_id)
        await applicant.send_supplement(opened(world, one), one.dossier_id, seen.version, note='Đã bổ sung')
        other = await filed(world)
        accepted = await commands.accept(world.binh, other.dossier_id, 1)
    assert accepted.version
    async with read() as db:
        first, second = [await db.get_one(Dossier, i) for i in (one.dossier_id, other.dossier_id)]
        assert [(await spec_of(db, row.version_id)).version for row in (first, second)] == [1, 2]
        assert first.promised_at == at('2026-11-23T10:00'), 'three days anew, as when it was filed'
        assert second.promised_at == at('2026-12-03T10:00'), 'ten days; 24/11 is off'


async def test_whoever_takes_over_a_step_of_somebody_absent_has_the_time_that_is_left_and_both_stay_in_the_log(
    world: World,
) -> None:
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        async with write() as db:
            moment = at('2025-01-01T08:00')
            hoa = Account(kind=AccountKind.STAFF, email='hoa@example.com', full_name='Mai Thị Hoa')
            hoa.created_at = hoa.changed_at = moment
            db.add(hoa)
            await db.flush()
            grant = Grant(account_id=hoa.id, role=Role.CASE_OFFICER, unit_id=world.unit.id, valid_from=date(2025, 1, 1))
            grant.created_at = moment
            db.add(grant)
    with pretend(at('2026-11-16T15:00')):
        await commands.reassign(world.dung, one.dossier_id, done.version, hoa.id, note='Chị Chi nghỉ ốm')
        steps = (await desk_dossier(world.binh, one.dossier_id)).steps
    assert [step.person for step in steps[-2:]] == ['Lê Thị Chi', 'Mai Thị Hoa']
    async with read() as db:
        runs = (await db.execute(select(StepRun).order_by(StepRun.number))).scalars().all()
        events = (await db.execute(select(Event.action).where(Event.action == 'reassign'))).scalars().all()
    before, after = runs[-2:]
    assert (before.outcome, before.ended_at, after.ended_at) == ('reassigned', at('2026-11-16T15:00'), None)
    assert before.due_at == after.due_at == at('2026-11-17T15:00'), 'the same limit'
    assert list(events) == ['reassign']


async def test_what_a_database_holds_is_not_demanded_and_asked_for_only_because_it_could_not_be_had(
    database: None, tmp_path: Path
) -> None:
    held = {
        'id': 'birth',
        'name': {'vi': 'Giấy chứng sinh'},
        'mode': 'database',
        'required': True,
        'replaceable_by': 'Cơ sở dữ liệu giấy chứng sinh điện tử',
    }
    world = await with_calendar(tmp_path, documents=[*SPEC['documents'], held])  # type: ignore[misc]
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, ANSWERS)
    await attachments.add_to_draft(world.guest, started.token, 'proof', 'giay.png', PNG)
    one = await filing.submit(world.guest, started.token)
    await commands.request_supplement(
        world.binh, one.dossier_id, 1, items=[{'kind': 'document', 'id': 'birth', 'text': ''}], **WHY
    )
    async with read() as db:
        (request,) = (await db.execute(select(SupplementRequest))).scalars()
    said = 'Giấy chứng sinh (cơ quan không khai thác được dữ liệu này từ Cơ sở dữ liệu giấy chứng sinh điện tử)'
    assert [item['text'] for item in request.items] == [said]
