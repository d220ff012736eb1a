"""What a second review of the commands found, each as an attack that once worked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.access import Permission
from app.db import read
from app.dossiers import applicant, attachments, commands, correcting, drafts, filing
from app.errors import NotFound
from app.limits import forget_all
from models import Dossier
from models.enums import Channel
from tests.support import world as municipality
from tests.support.world import ANSWERS, PNG, World, filed, opened

PROMISES = 'G12'

TYPED = '079306012345'
ITEMS = [{'kind': 'document', 'id': 'card', 'text': 'Chụp rõ hơn'}, {'kind': 'field', 'id': 'personal_id', 'text': ''}]
WHY = {'reason': 'Giấy mờ', 'guidance': 'Chụp lại dưới ánh sáng tốt', 'contact': 'Bình, 0207 3 123 456'}


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    await forget_all()
    yield await municipality.build(tmp_path)


async def test_a_found_slip_reads_nothing_that_the_applicant_types_and_photographs_anew(world: World) -> None:
    """Whether the finder comes before the applicant does or after."""
    one = await filed(world)
    await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS, **WHY)
    slip = opened(world, one)
    early = await applicant.start_replacement(slip, one.dossier_id)
    mine = await applicant.start_replacement(slip, one.dossier_id)
    await drafts.save(slip, mine.token, {'personal_id': TYPED})
    await attachments.add_to_draft(slip, mine.token, 'card', 'cccd.png', PNG)
    late = await applicant.start_replacement(slip, one.dossier_id)
    for found in (early, late):
        view = await drafts.view(slip, found.token)
        assert view.values['personal_id'] == ANSWERS['personal_id'] and not [f for f in view.files if f.identity]
    new = await filing.submit(slip, mine.token)
    async with read() as db:
        assert (await db.get_one(Dossier, one.dossier_id)).replaced_by_id == new.dossier_id


async def test_a_found_slip_reads_no_number_that_was_typed_into_a_correction(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS, **WHY)
    slip = opened(world, one)
    await applicant.save_correction(slip, one.dossier_id, {'personal_id': TYPED})
    found = await correcting.correction(slip, one.dossier_id)
    assert TYPED not in str(found.answers) and found.veiled == {'personal_id': '•••••••••345'}
    assert found.corrected == {'personal_id'} and found.values['personal_id'] == TYPED
    await applicant.save_correction(slip, one.dossier_id, {'personal_id': '123'})
    assert (await correcting.correction(slip, one.dossier_id)).answers['personal_id'].raw == '123', 'to be mended'


async def test_with_an_account_the_filing_that_was_begun_goes_on(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS, **WHY)
    mine = await applicant.start_replacement(world.an, one.dossier_id)
    await drafts.save(world.an, mine.token, {'personal_id': TYPED})
    assert (await applicant.start_replacement(world.an, one.dossier_id)).token == mine.token
    slip = opened(world, one)
    found = await applicant.start_replacement(slip, one.dossier_id)
    with pytest.raises(NotFound):
        await drafts.view(slip, found.token)


async def test_only_who_takes_filings_in_files_at_the_counter(world: World) -> None:
    program = replace(world.binh, scopes=frozenset({Permission.WEBHOOK_MANAGE}))
    for who, channel in ((world.binh, Channel.COUNTER), (world.chi, Channel.ONLINE), (program, Channel.ONLINE)):
        one = await filed(world, who)
        async with read() as db:
            assert (await db.get_one(Dossier, one.dossier_id)).channel is channel, who


async def test_who_files_for_an_agency_does_so_where_they_take_filings_in(world: World) -> None:
    one = await filed(world, replace(world.em, scopes=frozenset()))
    async with read() as db:
        assert (await db.get_one(Dossier, one.dossier_id)).receiving_unit_id == world.unit.id
