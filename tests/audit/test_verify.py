"""Whoever alters, removes, adds or moves an event without the key is found out."""

import pytest
from sqlalchemy import text

from app.audit.verify import head, verify
from app.db import write
from app.dossiers import commands
from tests.support.world import World, filed


async def _history(world: World) -> None:
    for _ in range(3):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1, order_reason='priority_person')


async def test_an_untouched_chain_is_whole(world: World) -> None:
    await _history(world)
    verdict = await verify()
    assert verdict.faults == () and verdict.events >= 7
    assert (verdict.head_sequence, verdict.head) == await head()


TAMPERINGS = {
    'altered': ('UPDATE event SET to_status = 9 WHERE sequence = 4', 4),
    'given to another': ("UPDATE event SET actor_id = NULL, actor_kind = 'system' WHERE sequence = 5", 5),
    'other words': ("UPDATE event_text SET note = 'x' WHERE event_id = (SELECT id FROM event WHERE sequence = 4)", 4),
    'moved in time': (
        "UPDATE event SET happened_at = recorded_at, recorded_at = '2020-01-01 00:00:00' WHERE sequence = 3",
        3,
    ),
}


@pytest.mark.parametrize('name', TAMPERINGS)
async def test_an_altered_row_is_found_and_named(world: World, name: str) -> None:
    await _history(world)
    statement, where = TAMPERINGS[name]
    async with write() as db:
        await db.execute(text(statement))
    assert where in {fault.sequence for fault in (await verify()).faults}


async def test_a_removed_row_is_found_and_named(world: World) -> None:
    await _history(world)
    async with write() as db:
        await db.execute(text('DELETE FROM event_text WHERE event_id = (SELECT id FROM event WHERE sequence = 4)'))
        await db.execute(text('DELETE FROM event WHERE sequence = 4'))
    assert {(f.sequence, f.what) for f in (await verify()).faults} == {(4, 'gap'), (5, 'chain')}


async def test_erased_words_leave_the_chain_whole(world: World) -> None:
    await _history(world)
    async with write() as db:
        await db.execute(text('DELETE FROM event_text WHERE event_id = (SELECT id FROM event WHERE sequence = 4)'))
    assert (await verify()).faults == ()


async def test_a_cut_off_end_shows_against_a_head_kept_outside(world: World) -> None:
    await _history(world)
    kept = await head()
    async with write() as db:
        await db.execute(
            text(f'DELETE FROM event_text WHERE event_id = (SELECT id FROM event WHERE sequence = {kept[0]})')
        )
        await db.execute(text(f'DELETE FROM event WHERE sequence = {kept[0]}'))
    verdict = await verify()
    assert verdict.faults == () and (verdict.head_sequence, verdict.head) != kept
