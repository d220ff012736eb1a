"""Finding by words: by their beginnings, in the actor's own units, newest first, bounded, kept up by the database itself."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text, update

from app.db import read, write
from app.dossiers import commands, finding, inbox
from app.dossiers.finding import typed_words
from models import Dossier, Unit
from models.search import KEPT, VECTOR, WORDS, prepare
from tests.support.world import World, filed


async def _found(world: World, *texts: str) -> list[int]:
    return [(await inbox.inbox(world.binh, 'all', text)).total for text in texts]


async def _written(words: dict[str, str]) -> None:
    async with write() as db:
        for dossier_id, text in words.items():
            await db.execute(update(Dossier).where(Dossier.id == dossier_id).values(search_text=text))


def test_what_is_typed_is_cut_into_folded_words() -> None:
    assert typed_words(' Đặng  H55.242-0001 +84901 "x" *%_') == [
        ('dang',),
        ('h55',),
        ('242',),
        ('0001',),
        ('84901',),
        ('x',),
    ]
    phone = ('0901234567', '84901234567')
    assert typed_words('An 0901 234 567, 242-0017 00') == [('an',), phone, ('242',), ('0017',), ('00',)]
    assert typed_words('0912') == [('0912', '84912')] and typed_words('0001, nam') == [('0001',), ('nam',)]
    assert typed_words(None) == typed_words('%%%') == []


async def test_words_are_found_by_their_beginnings_wherever_they_stand(world: World) -> None:
    one, other = await filed(world), await filed(world)
    await _written({one.dossier_id: 'n55.242-261122-0017 nguyen thi hoa +84901234567', other.dossier_id: 'tran an'})
    assert (
        await _found(world, 'Hoa Nguyễn', 'ngu', '242-261122-0017', '0901234567', '0901', '+84 901.234.567') == [1] * 6
    )
    assert await _found(world, 'guyen', 'hoa tran', 'a', '...', '_', str(one.dossier_id)) == [0] * 6
    assert await _found(world, 'tran', 'an', '') == [1, 1, 2]


async def test_the_end_of_a_code_is_no_telephone(world: World) -> None:
    one, other = await filed(world), await filed(world)
    await _written(
        {
            one.dossier_id: 'n55.242-261122-0912 an +84912345678',
            other.dossier_id: 'n55.242-261122-0913 binh +84912345678',
        }
    )
    assert await _found(world, 'N55.242-261122-0912', '261122-0912', '0912') == [1, 1, 2]


async def test_what_is_written_taken_and_accepted_is_found_as_it_stands(world: World) -> None:
    one = await filed(world)
    code = (await commands.accept(world.binh, one.dossier_id, 1)).official_code or ''
    assert await _found(world, code, code[:3]) == [1, 1]
    await _written({one.dossier_id: 'khac'})
    assert await _found(world, code, 'khac') == [0, 1]


async def test_nobody_finds_what_belongs_to_another_unit(world: World) -> None:
    await filed(world)
    assert (await inbox.inbox(world.binh, 'all', 'giay')).total == 1
    assert (await inbox.inbox(world.em, 'all', 'giay')).total == 0


async def test_whoever_sees_most_units_finds_what_theirs_have_a_part_in_and_nothing_of_the_others(world: World) -> None:
    own, other, past, back = [(await filed(world)).dossier_id for _ in range(4)]
    third = Unit(code='H55.244', name='UBND xã Tân Hòa', valid_from=date(2025, 7, 3))
    async with write() as db:
        db.add(third)
        await db.flush()
        here, there = world.unit.id, third.id
        places = {own: (here, here), other: (there, there), past: (here, there), back: (there, here)}
        for dossier_id, (received, resolved) in places.items():
            moved = {'receiving_unit_id': received, 'resolving_unit_id': resolved}
            await db.execute(update(Dossier).where(Dossier.id == dossier_id).values(moved))
    await _written(dict.fromkeys(places, 'nguyen an'))
    units = [unit.id for unit in (world.unit, world.other_unit, third)]
    grants = tuple(replace(world.ha.grants[0], unit_id=unit, reach=frozenset({unit})) for unit in units)
    seen = {own, past, back}
    for held, found in ((grants[:1], seen), (grants[:2], seen), (grants, seen | {other}), (grants[1:2], set())):
        page = await inbox.inbox(replace(world.ha, grants=held), 'all', 'nguyen an')
        assert ({row.dossier_id for row in page.rows}, page.total) == (found, len(found))


async def test_many_are_cut_newest_first_and_it_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [(await filed(world)).dossier_id for _ in range(3)]
    await _written(dict.fromkeys(ids, 'nguyen'))
    monkeypatch.setattr(finding, 'MOST', 2)
    for typed in ('nguyen', ''):
        found = await inbox.inbox(world.binh, 'all', typed)
        assert (found.total, found.more, [row.dossier_id for row in found.rows]) == (2, True, ids[:0:-1])
    queue = await inbox.inbox(world.binh, 'to_receive', 'nguyen')
    assert (queue.total, queue.more, len(queue.rows)) == (2, True, 2)


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_sqlites_index_is_made_anew_when_a_migration_took_a_trigger(world: World, database_url: str) -> None:
    one, gone = await filed(world), await filed(world)
    await _written({one.dossier_id: 'xanh', gone.dossier_id: 'xanh'})

    def on(statements: Iterable[str]) -> None:
        with closing(sqlite3.connect(database_url.partition(':///')[2], isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement)

    on(['DROP TRIGGER dossier_words_changed', "UPDATE dossier SET search_text = 'vang'", 'VACUUM'])
    assert await _found(world, 'vang', 'xanh') == [0, 2]
    async with write() as db:
        await (await db.connection()).run_sync(prepare)
    assert await _found(world, 'vang', 'xanh') == [2, 0]
    async with read() as db:
        assert await db.get(Dossier, gone.dossier_id)


@pytest.mark.parametrize('dialect', ['postgresql'], indirect=True)
async def test_postgresqls_words_are_kept_anew_when_they_were_made_in_another_way(world: World) -> None:
    one = await filed(world)
    await _written({one.dossier_id: 'xanh'})
    unmarked, gone = f'COMMENT ON COLUMN dossier.{KEPT} IS NULL', f'ALTER TABLE dossier DROP COLUMN {KEPT}'
    for changes in ([unmarked], [gone], [gone, f'CREATE INDEX {WORDS} ON dossier USING gin (({VECTOR}))']):
        async with write() as db:
            connection = await db.connection()
            for change in changes:
                await connection.exec_driver_sql(change)
            await connection.run_sync(prepare)
        async with read() as db:
            made = text('SELECT indexdef FROM pg_indexes WHERE indexname = :name')
            assert f'({KEPT})' in (await db.execute(made, {'name': WORDS})).scalar_one()
        assert await _found(world, 'xanh', 'vang') == [1, 0]
