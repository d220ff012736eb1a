"""A filing that nobody meant: its contact needs an account for a while, and a wrong mark is lifted."""

from datetime import timedelta

import pytest

from app.clock import now, pretend
from app.dossiers import commands, junk
from app.errors import NotAllowed, NotFound
from tests.support.world import World, filed


async def test_a_marked_contact_files_with_an_account_or_at_the_counter_until_the_mark_ends(world: World) -> None:
    one = await filed(world)
    await commands.refuse(world.binh, one.dossier_id, 1, 'Không có thật', junk=True)
    with pytest.raises(NotAllowed, match='junk_contact'):
        await filed(world)
    assert (await filed(world, world.an)).filing_number
    with pretend(now() + timedelta(days=31)):
        assert (await filed(world)).filing_number
        assert await junk.marked(world.binh) == ()


async def test_a_wrong_mark_is_lifted_by_reception_and_by_nobody_else(world: World) -> None:
    one = await filed(world)
    await commands.refuse(world.binh, one.dossier_id, 1, 'Không có thật', junk=True)
    assert [row.dossier_id for row in await junk.marked(world.binh)] == [one.dossier_id]
    assert await junk.marked(world.em) == ()
    for stranger in (world.em, world.chi, world.guest, world.an):
        with pytest.raises(NotFound):
            await junk.lift(stranger, one.dossier_id)
    await junk.lift(world.binh, one.dossier_id)
    assert (await filed(world)).filing_number


async def test_an_ordinary_refusal_marks_nobody(world: World) -> None:
    one = await filed(world)
    await commands.refuse(world.binh, one.dossier_id, 1, 'Không thuộc thẩm quyền')
    assert (await filed(world)).filing_number
