"""A result that came with the leader's signature on it: approving it asks who is there, unless the signature itself shows it."""

from dataclasses import replace

import pytest

from app.access import Actor
from app.audit.record import record
from app.clock import now
from app.db import write
from app.demo import papers
from app.dossiers import commands, desk
from app.errors import ProofNeeded
from app.signing import brought, keys, results, rules
from models.enums import Authentication, Status
from tests.signing.conftest import PIN, Signers, at_leader, pem
from tests.signing.test_brought import _downloaded, elsewhere
from tests.signing.test_results import _told
from tests.support.world import World

pytestmark = [pytest.mark.timeout(60), pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)]


@pytest.fixture
async def came(world: World, trusted: object, signers: Signers) -> tuple[World, str, int]:
    """A dossier whose result an officer attached with Dũng's signature on it."""
    await keys.add_certificate(world.dung, pem(signers.dung))
    signed = await elsewhere(await papers.result('Giấy thử', 'Nguyễn Thị An'), signers.dung, signers.authority)
    return world, *await at_leader(world, signed)


def _left_open(actor: Actor) -> Actor:
    """Return somebody at a screen that was opened long ago."""
    return replace(actor, proved_at=None)


async def test_a_signature_that_came_with_the_file_is_no_proof_of_who_approves(came: tuple[World, str, int]) -> None:
    world, dossier_id, version = came
    for act in (results.approve_as, commands.approve):
        with pytest.raises(ProofNeeded):
            await act(_left_open(world.dung), dossier_id, version)
    assert (await desk.desk_dossier(world.dung, dossier_id)).version == version
    done = await results.approve_as(replace(world.dung, proved_at=now()), dossier_id, version)
    assert done.status == Status.PROCESSING
    told = (await _told(dossier_id, 'approve'))['signature']
    assert isinstance(told, dict) and (told['how'], told['by']) == ('brought', 'Phạm Văn Dũng')


async def test_what_another_leader_brought_on_top_of_it_is_no_proof_either(came: tuple[World, str, int]) -> None:
    world, dossier_id, version = came
    async with write() as db:
        row = await rules.present(db, dossier_id)
        assert row
        told = {'signature': {'how': 'brought', 'file': row.id, 'certificate': 'another'}}
        await record(db, world.dung, 'dossier', dossier_id, rules.BROUGHT, dossier_id=dossier_id, data=told)
    with pytest.raises(ProofNeeded):
        await results.approve_as(_left_open(world.dung), dossier_id, version)


async def test_a_pin_and_a_program_of_somebody_who_proved_it_are_asked_nothing_more(
    came: tuple[World, str, int], signers: Signers
) -> None:
    world, dossier_id, version = came
    await keys.add_own(world.dung, signers.file(signers.dung), PIN)
    await results.approve(_left_open(world.dung), dossier_id, version, pin=PIN)
    program = replace(_left_open(world.dung), authentication=Authentication.TOKEN)
    signed = await elsewhere(await papers.result('Giấy thử', 'Người khác'), signers.dung, signers.authority)
    other, version = await at_leader(world, signed)
    await commands.approve(program, other, version)


async def test_who_brings_the_very_file_back_signed_is_asked_nothing_more(
    world: World, trusted: object, signers: Signers
) -> None:
    await keys.add_certificate(world.dung, pem(signers.dung))
    dossier_id, version = await at_leader(world)
    dung = _left_open(world.dung)
    signed = await elsewhere(await _downloaded(dung, dossier_id), signers.dung, signers.authority)
    await brought.add_signed(dung, dossier_id, signed)
    await results.approve_as(dung, dossier_id, version, how='brought')


async def test_by_hand_is_asked_nothing(world: World) -> None:
    dossier_id, version = await at_leader(world)
    await results.approve_as(_left_open(world.dung), dossier_id, version, how='paper')
