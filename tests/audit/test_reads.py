"""Who opened a paper of a dossier can be told, by its number or its code."""

import pytest

from app.audit.reads import reads_of
from app.dossiers import attachments, commands
from app.errors import NotFound
from tests.support.world import World, filed, opened


async def test_every_opening_is_told_with_who_and_what_and_those_of_other_dossiers_are_not(world: World) -> None:
    one, other = await filed(world), await filed(world)
    await commands.accept(world.binh, one.dossier_id, 1)
    assert await reads_of(one.filing_number) == ()
    await attachments.open_file(world.binh, one.papers[0].id)
    await attachments.open_file(opened(world, one), one.papers[0].id)
    await attachments.open_file(world.binh, other.papers[0].id)
    found = await reads_of(f' {one.filing_number.lower()} ')
    assert [(r.kind, bool(r.who), r.paper) for r in found] == [('staff', True, 'proof'), ('guest', False, 'proof')]
    assert [r.sequence for r in await reads_of(other.filing_number)] == [3]
    with pytest.raises(NotFound):
        await reads_of('N99.999-260101-0001')
