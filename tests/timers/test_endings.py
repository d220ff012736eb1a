"""Legal bases that end are said to the administrator before it happens: in a list, on the first page, in the morning's letter."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import SYSTEM, Granted
from app.clock import pretend
from app.db import read, write
from app.dossiers import queries
from app.dossiers.desk import desk_dossier
from app.errors import NotAllowed
from app.i18n import words
from app.procedures.commands import load_into_database
from app.procedures.ending import endings, partly_ended
from app.procedures.load import CatalogueError, load_instruments
from app.procedures.schema import Basis
from app.timers.digest import send_digests
from components import wording
from components.basis import basis_fold
from models import Grant, Message, Procedure
from models.enums import Role
from tests.support.moments import at, with_calendar
from tests.support.world import World, filed, opened

LAW = 'luat-60-2014-qh13'
pytestmark = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
"""One database is enough for a list."""


@pytest.fixture
async def law(database: None, tmp_path: Path) -> World:
    """A municipality whose procedure rests on the law on civil status of 2014; Hà looks after the procedures."""
    world = await with_calendar(tmp_path)
    spec = world.spec.model_copy(
        update={'id': 'khai-thu', 'code': None, 'legal_basis': (Basis(instrument=LAW, citation='Luật Hộ tịch'),)}
    )
    await load_into_database(SYSTEM, [spec], load_instruments())
    async with write() as db:
        grant = Grant(
            account_id=world.ha.account_id or '', role=Role.ADMIN, unit_id=world.unit.id, valid_from=date(2025, 1, 1)
        )
        grant.created_at = at('2025-01-01T08:00')
        db.add(grant)
    admin = Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id}))
    return replace(world, ha=replace(world.ha, grants=(*world.ha.grants, admin)))


async def test_a_law_is_listed_before_its_last_day_with_what_follows_and_what_rests_on_it(law: World) -> None:
    with pretend(at('2026-10-30T09:00')):
        assert await endings(law.ha) == ()
    with pretend(at('2026-11-22T09:00')):
        (one,) = await endings(law.ha)
    assert (one.number, one.last, one.days_left) == ('60/2014/QH13', date(2027, 2, 28), 98)
    assert [number for number, *_ in one.replaced_by] == ['03/2026/QH16']
    assert one.replaced_by[0][2] == date(2027, 3, 1)
    assert [p.slug for p in one.procedures] == ['khai-thu']
    with pretend(at('2027-03-01T09:00')):
        (over,) = await endings(law.ha)
    assert over.days_left == -1
    with pytest.raises(NotAllowed):
        await endings(law.binh)


async def test_a_procedure_that_is_closed_is_not_listed(law: World) -> None:
    async with write() as db:
        row = (await db.execute(select(Procedure).where(Procedure.slug == 'khai-thu'))).scalar_one()
        row.is_enabled = False
    with pretend(at('2026-11-22T09:00')):
        assert await endings(law.ha) == ()


async def test_the_letter_says_it_once_a_week_to_whoever_looks_after_procedures(law: World) -> None:
    async def letters(text: str) -> list[tuple[str, str]]:
        with pretend(at(text)):
            await send_digests()
            await send_digests()
        async with read() as db:
            rows = (await db.execute(select(Message).where(Message.template == 'digest'))).scalars().all()
        return [(row.recipient, ' '.join(row.data['lines'])) for row in rows]

    ((who, said),) = await letters('2026-11-23T08:00')
    assert who == law.ha.email
    assert '60/2014/QH13 hết hiệu lực sau ngày' in said and '03/2026/QH16' in said and '/quan-tri/can-cu' in said
    assert len(await letters('2026-11-25T08:00')) == 1, 'the same week'
    assert len(await letters('2026-11-30T08:00')) == 2


async def test_what_ended_in_part_is_listed_with_the_part_and_what_ended_it(law: World) -> None:
    spec = law.spec.model_copy(
        update={
            'id': 'khai-thu-hai',
            'code': None,
            'legal_basis': (Basis(instrument='nd-123-2015', citation='NĐ 123'),),
        }
    )
    await load_into_database(SYSTEM, [spec], load_instruments())
    with pretend(at('2026-11-22T09:00')):
        (one,) = await partly_ended(law.ha)
    assert (one.number, [p.slug for p in one.procedures]) == ('123/2015/NĐ-CP', ['khai-thu-hai'])
    (part,) = one.parts
    assert (part.scope, part.since, part.by) == ('khoản 1, khoản 2 Điều 12', date(2020, 9, 15), '87/2020/NĐ-CP')
    with pretend(at('2020-09-14T09:00')):
        assert await partly_ended(law.ha) == ()
    with pytest.raises(NotAllowed):
        await partly_ended(law.binh)


async def test_a_new_version_rests_on_nothing_that_has_ended_and_the_first_is_only_listed(law: World) -> None:
    basis = (Basis(instrument=LAW, citation='Luật Hộ tịch'),)
    late = {'id': 'khai-thu', 'code': None, 'legal_basis': basis, 'version': 2, 'valid_from': date(2027, 3, 1)}
    with pytest.raises(CatalogueError, match='cannot rest on 60/2014/QH13'):
        await load_into_database(SYSTEM, [law.spec.model_copy(update=late)], load_instruments())
    in_time = law.spec.model_copy(update=late | {'valid_from': date(2027, 2, 28)})
    assert (await load_into_database(SYSTEM, [in_time], load_instruments())).added == 1
    first = law.spec.model_copy(update=late | {'id': 'khai-moi', 'version': 1})
    assert (await load_into_database(SYSTEM, [first], load_instruments())).added == 1


async def test_an_applicant_and_an_officer_read_on_the_dossier_what_changed_and_what_applies_instead(
    law: World,
) -> None:
    bases = (Basis(instrument=LAW, citation='Luật'), Basis(instrument='nd-123-2015', citation='Nghị định'))
    spec = law.spec.model_copy(update={'legal_basis': bases})
    await load_into_database(SYSTEM, [spec], load_instruments())
    with pretend(at('2026-11-22T09:00')):
        one = await filed(law)
        seen = await queries.progress(opened(law, one), one.dossier_id)
        desk = await desk_dossier(law.binh, one.dossier_id)
    t = words('vi')
    for found in (seen.outdated, desk.outdated):
        (head, after), (part, by) = wording.basis_changes(found, t)
        assert head == '60/2014/QH13: Còn hiệu lực đến hết 28/02/2027' and after == ['Thay bằng: 03/2026/QH16']
        assert part == '123/2015/NĐ-CP: Hết hiệu lực một phần'
        assert by[0].striptags() == 'Không còn hiệu lực từ ngày 15/09/2020 theo 87/2020/NĐ-CP: khoản 1, khoản 2 Điều 12'
        assert by[1].startswith('Đã được sửa đổi, bổ sung bởi: ') and '18/2026/NĐ-CP' in by[1]
        assert '87/2020/NĐ-CP' not in by[1], 'said already'
    assert '03/2026/QH16' in basis_fold(seen.outdated, t)
