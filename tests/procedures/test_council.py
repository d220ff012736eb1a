"""The council's figures: entered with their resolution, for dossiers filed from their day on, by whoever decides for all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.access import Actor, Granted
from app.audit.verify import verify
from app.clock import now, today
from app.db import read
from app.deadlines import commands as calendar
from app.deadlines import hours
from app.dossiers import drafts
from app.errors import Invalid, NotAllowed, NotFound
from app.i18n import words
from app.limits import forget_all
from app.procedures import council, queries
from app.procedures.commands import load_into_database, set_filing
from app.procedures.schema import Fee as Spec
from components.wording import fee_details, fee_text
from models import Dossier, Fee
from models.enums import DayKind, Role
from tests.support import world as municipality
from tests.support.world import World, filed

SLUG = 'cap-giay-thu'
FIGURE = {'amount': '8.000', 'decision': 'Nghị quyết thử số 1/NQ-HĐND', 'valid_from': '01/01/2026'}


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    await forget_all()
    made = await municipality.build(tmp_path)
    unit = {'vi': 'trường hợp', 'en': 'case'}
    spec = made.spec.model_copy(update={'version': 2, 'fee': Spec.model_validate({'kind': 'council', 'unit': unit})})
    await load_into_database(admin(made), [spec], ())
    yield made


def admin(world: World, *, elsewhere: bool = False) -> Actor:
    unit = (world.other_unit if elsewhere else world.unit).id
    return replace(world.dung, grants=(Granted(Role.ADMIN, unit, frozenset({unit})),))


async def owed(world: World) -> int | None:
    """File a dossier and return what it owes."""
    one = await filed(world)
    async with read() as db:
        return (await db.execute(select(Fee.amount).where(Fee.dossier_id == one.dossier_id))).scalar_one()


async def offered(world: World) -> Spec:
    return (await queries.start_page(world.guest, SLUG)).spec.fee


async def test_a_figure_holds_for_dossiers_filed_from_its_day_on(world: World) -> None:
    khanh = admin(world)
    assert await owed(world) is None
    later = {**FIGURE, 'amount': '9000', 'valid_from': f'{today() + timedelta(days=30):%d/%m/%Y}'}
    await council.enter_fee(khanh, SLUG, FIGURE)
    await council.enter_fee(khanh, SLUG, later)
    assert await owed(world) == 8000
    with time_machine.travel(now() + timedelta(days=30)):
        await forget_all()
        assert (await offered(world)).amount == 9000
        (row,) = await council.council_fees(khanh)
        assert [(one.amount, one.state) for one in row.decided] == [(9000, 'in_force'), (8000, 'past')]
    async with read() as db:
        amounts = (await db.execute(select(Fee.amount).join(Dossier).order_by(Dossier.submitted_at))).scalars().all()
        assert amounts == [None, 8000], 'what was filed before is as it was'
    assert (await verify()).faults == ()


async def test_everybody_is_told_the_figure_and_its_resolution(world: World) -> None:
    t = words('vi')
    assert fee_text(await offered(world), t) == t('common.fee_council')
    await council.enter_fee(admin(world), SLUG, FIGURE)
    fee = await offered(world)
    assert fee_text(fee, t) == '8.000 đ một trường hợp'
    assert fee_details(fee, t) == ['Theo Nghị quyết thử số 1/NQ-HĐND.']
    token = (await drafts.start(world.guest, SLUG, with_account=False)).token
    assert (await drafts.view(world.guest, token)).spec.fee == fee
    (item,) = (await queries.search(world.guest)).items
    assert item.fee == fee


async def test_a_figure_entered_by_mistake_is_taken_back_and_stays_to_be_seen(world: World) -> None:
    khanh = admin(world)
    right = await council.enter_fee(khanh, SLUG, FIGURE)
    wrong = await council.enter_fee(khanh, SLUG, {**FIGURE, 'amount': '80000'})
    assert (await offered(world)).amount == 80000
    await council.withdraw_fee(khanh, wrong)
    assert (await offered(world)).amount == 8000
    (row,) = await council.council_fees(khanh)
    assert [(one.id, one.state) for one in row.decided] == [(wrong, 'withdrawn'), (right, 'in_force')]
    with pytest.raises(NotFound):
        await council.withdraw_fee(khanh, wrong)


async def test_free_is_a_figure_too(world: World) -> None:
    await council.enter_fee(admin(world), SLUG, {**FIGURE, 'amount': '0'})
    assert await owed(world) == 0
    assert fee_text(await offered(world), words('vi')) == words('vi')('common.fee_none')


@pytest.mark.parametrize(
    ('name', 'value'), [('amount', '-1'), ('amount', '1,5'), ('decision', ' '), ('valid_from', '31/02/2026')]
)
async def test_a_figure_without_source_or_day_is_refused(world: World, name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        await council.enter_fee(admin(world), SLUG, {**FIGURE, name: value})
    assert set(refused.value.problems) == {name}


async def test_a_new_catalogue_leaves_the_figure(world: World) -> None:
    await council.enter_fee(admin(world), SLUG, FIGURE)
    spec = (await queries.start_page(world.guest, SLUG)).spec
    again = spec.model_copy(update={'version': 3, 'fee': Spec(kind='council')})
    await load_into_database(admin(world), [again], ())
    assert (await offered(world)).amount == 8000


async def test_what_holds_for_all_units_is_not_changed_by_the_administrator_of_another(world: World) -> None:
    em = admin(world, elsewhere=True)
    day = date(today().year, 12, 24)
    acts: list[Any] = [
        council.enter_fee(em, SLUG, FIGURE),
        council.withdraw_fee(em, 'x' * 22),
        set_filing(em, SLUG, guest=False, account=False, is_enabled=False),
        load_into_database(em, [], ()),
        calendar.set_day(em, day, DayKind.OFF, 'Nghỉ'),
        calendar.confirm_year(em, day.year),
        hours.set_hours(em, '08:00-12:00', [0]),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            await act
    home = world.other_unit.id
    await calendar.set_day(em, day, DayKind.OFF, 'Nghỉ riêng', unit_id=home)
    (own,) = await calendar.days(em, day.year)
    assert own.unit_id == home
    with pytest.raises(NotAllowed):
        await calendar.remove_day(admin(world), own.id)
    await calendar.remove_day(em, own.id)
    await calendar.set_day(admin(world), day, DayKind.OFF, 'Nghỉ chung')
    (common,) = await calendar.days(em, day.year)
    with pytest.raises(NotAllowed):
        await calendar.remove_day(em, common.id)
