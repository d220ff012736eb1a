"""After a refusal, a stop or a withdrawal somebody files anew with what was typed before; a found slip gives nothing away."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.access import Actor
from app.db import read
from app.dossiers import again, applicant, attachments, commands, desk, drafts, filing
from app.errors import NotAllowed, NotFound, WrongState
from app.limits import forget_all
from models import Dossier, Draft
from tests.support.world import ANSWERS, PNG, World, filed, opened

KEPT = {**ANSWERS, 'phone': '+84912345678'}


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


async def _refused(world: World, by: Actor | None = None, *, with_account: bool = False) -> filing.Submitted:
    one = await filed(world, by, with_account=with_account)
    await commands.refuse(world.binh, one.dossier_id, 1, 'Sai thẩm quyền')
    return one


async def test_what_was_typed_and_handed_in_comes_along_into_a_linked_dossier_of_its_own(world: World) -> None:
    old = await _refused(world, world.an, with_account=True)
    started = await again.start_again(world.an, old.dossier_id)
    view = await drafts.view(world.an, started.token)
    assert view.values == KEPT and view.has_account and view.replaces is None
    assert [file.reused for file in view.files] == [True]
    await drafts.save(world.an, started.token, {'reason': 'Nộp đúng nơi'})
    new = await filing.submit(world.an, started.token)
    async with read() as db:
        before, after = await db.get_one(Dossier, old.dossier_id), await db.get_one(Dossier, new.dossier_id)
    assert after.after_id == before.id and after.replaces_id is None and before.replaced_by_id is None
    shown = await desk.desk_dossier(world.binh, new.dossier_id)
    assert shown.after == (before.id, before.filing_number)
    assert (await desk.desk_dossier(world.binh, old.dossier_id)).after is None
    assert after.queued_at > before.queued_at and after.filing_number != before.filing_number


async def test_a_found_slip_brings_neither_numbers_nor_identity_pictures_and_files_in_nobodys_name(
    world: World,
) -> None:
    spec = await drafts.start(world.an, world.spec.id, with_account=True)
    await drafts.save(world.an, spec.token, ANSWERS)
    for document in ('proof', 'card'):
        await attachments.add_to_draft(world.an, spec.token, document, f'{document}.png', PNG)
    one = await filing.submit(world.an, spec.token)
    await applicant.withdraw(world.an, one.dossier_id, 1, reason=None)
    finder = opened(world, one)
    started = await again.start_again(finder, one.dossier_id)
    view = await drafts.view(world.guest, started.token)
    assert view.values == {key: value for key, value in KEPT.items() if key != 'personal_id'}
    assert [file.document_id for file in view.files] == ['proof'] and not view.has_account
    own = await drafts.view(world.an, (await again.start_again(world.an, one.dossier_id)).token)
    assert own.values['personal_id'] and {file.document_id for file in own.files} == {'proof', 'card'}


async def test_only_its_applicant_files_a_dossier_anew_and_only_one_that_ended_without_a_result(world: World) -> None:
    running = await filed(world)
    with pytest.raises(WrongState):
        await again.start_again(opened(world, running), running.dossier_id)
    one = await _refused(world)
    for actor, wrong in ((world.guest, NotFound), (world.em, NotFound), (world.an, NotFound), (world.binh, NotAllowed)):
        with pytest.raises(wrong):
            await again.start_again(actor, one.dossier_id)
    async with read() as db:
        made = (await db.execute(select(Draft.id).where(Draft.after_dossier_id.is_not(None)))).all()
    assert made == []
    await forget_all()
    assert (await again.start_again(replace(opened(world, one), lang='en'), one.dossier_id)).token
