"""Whoever alters, removes, adds or moves an event or a reading without the key is found out, on both databases."""

import pytest
from sqlalchemy import text

from app.access import SYSTEM
from app.audit import erase
from app.audit.chain import EVENTS, READS, head
from app.audit.verify import Fault, verify
from app.db import read, write
from app.dossiers import attachments, commands
from app.errors import Invalid, NotAllowed, NotFound
from tests.support.world import World, filed


async def _history(world: World) -> None:
    """Three dossiers, each accepted and each with a paper that was opened."""
    for _ in range(3):
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1, order_reason='priority_person')
        await attachments.open_file(world.binh, one.papers[0].id)


async def _run(*statements: str) -> None:
    async with write() as db:
        for statement in statements:
            await db.execute(text(statement))


async def test_untouched_chains_are_whole(world: World) -> None:
    await _history(world)
    verdict = await verify()
    assert verdict.faults == () and verdict.events >= 7 and verdict.reads == 3
    async with read() as db:
        heads = await head(db, EVENTS), await head(db, READS)
    assert heads == (
        (verdict.head.sequence, verdict.head.chain),
        (verdict.reads_head.sequence, verdict.reads_head.chain),
    )


TAMPERINGS = {
    'altered': ('UPDATE event SET to_status = 9 WHERE sequence = 4', Fault(4, 'chain')),
    'given to another': (
        "UPDATE event SET actor_id = NULL, actor_kind = 'system' WHERE sequence = 5",
        Fault(5, 'chain'),
    ),
    'other words': (
        "UPDATE event_text SET note = 'x' WHERE event_id = (SELECT id FROM event WHERE sequence = 4)",
        Fault(4, 'words'),
    ),
    'no words': (
        'DELETE FROM event_text WHERE event_id = (SELECT id FROM event WHERE sequence = 4)',
        Fault(4, 'words_gone'),
    ),
    'moved in time': (
        "UPDATE event SET happened_at = recorded_at, recorded_at = '2020-01-01 00:00:00' WHERE sequence = 3",
        Fault(3, 'chain'),
    ),
    'another reader': ('UPDATE paper_read SET account_id = NULL WHERE sequence = 2', Fault(2, 'chain', 'reads')),
    'a reading gone': ('DELETE FROM paper_read WHERE sequence = 2', Fault(2, 'gap', 'reads')),
}


@pytest.mark.parametrize('name', TAMPERINGS)
async def test_what_was_done_to_a_row_is_found_and_named(world: World, name: str) -> None:
    await _history(world)
    statement, fault = TAMPERINGS[name]
    await _run(statement)
    assert fault in (await verify()).faults


async def test_a_removed_row_is_found_and_named(world: World) -> None:
    await _history(world)
    await _run(
        'DELETE FROM event_text WHERE event_id = (SELECT id FROM event WHERE sequence = 4)',
        'DELETE FROM event WHERE sequence = 4',
    )
    assert {(f.sequence, f.what) for f in (await verify()).faults} == {(4, 'gap'), (5, 'chain')}


async def test_words_erased_by_law_leave_the_chain_whole_and_say_so(world: World) -> None:
    await _history(world)
    await erase.erase_words(SYSTEM, 4, 'Quyết định số 12/QĐ-UBND')
    verdict = await verify()
    assert verdict.faults == ()
    async with read() as db:
        last = (await db.execute(text('SELECT subject, action FROM event ORDER BY sequence DESC LIMIT 1'))).one()
        left = await db.execute(
            text('SELECT note FROM event_text WHERE event_id = (SELECT id FROM event WHERE sequence = 4)')
        )
    assert tuple(last) == erase.ERASED and left.scalar_one() is None
    await _run("UPDATE event_text SET note = 'x' WHERE event_id = (SELECT id FROM event WHERE sequence = 4)")
    assert (await verify()).faults == (Fault(4, 'words'),)


async def test_only_whoever_runs_the_installation_erases_and_only_with_a_reason(world: World) -> None:
    await _history(world)
    with pytest.raises(NotAllowed):
        await erase.erase_words(world.ha, 4, 'x')
    with pytest.raises(Invalid):
        await erase.erase_words(SYSTEM, 4, ' ')
    with pytest.raises(NotFound):
        await erase.erase_words(SYSTEM, 4_000, 'x')


async def test_the_check_stops_counting_where_everything_is_wrong(world: World) -> None:
    await _history(world)
    await _run(
        "UPDATE event SET actor_kind = 'x'", "UPDATE event_text SET note = 'x'", "UPDATE paper_read SET purpose = 'x'"
    )
    assert 15 < len((await verify()).faults) <= 50
