"""Who is on duty: kept by the administrators of the unit alone, seen by everybody at once, asked for on the first day."""

from dataclasses import replace
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.access import ActorKind, Granted, anonymous
from app.db import read
from app.demo.duty import let_demo_duty_go, prepare_duty
from app.demo.units import prepare_units
from app.duty import commands
from app.duty.queries import desks, managed_desks
from app.errors import Invalid, NotFound, Stale
from app.operations.first_day import points
from app.settings import Settings
from models import DutyPost, Event
from models.enums import Role
from tests.accounts.house import House, actor

MAI = {'name': 'Hoàng Thị Mai', 'work': 'Quầy 1: hộ tịch, chứng thực', 'phone': '0207 3 123 456 (12)', 'title': ''}


async def _rows() -> list[DutyPost]:
    async with read() as db:
        return list((await db.execute(select(DutyPost))).scalars())


async def test_everybody_sees_at_once_who_is_on_duty(house: House, visitor: AsyncClient) -> None:
    khanh = await actor(house.khanh)
    assert 'chưa được cập nhật' in (await visitor.get('/mot-cua')).text
    post_id = await commands.add_post(khanh, house.desk, MAI)
    page = (await visitor.get('/mot-cua')).text
    assert 'Hoàng Thị Mai' in page and 'href="tel:02073123456(12)"' not in page and 'href="tel:02073123456"' in page
    assert 'Đơn vị H55.242.1' in page and 'Đơn vị H55.243' not in page and '<script' not in page
    await commands.save_post(khanh, post_id, {**MAI, 'name': 'Lý Văn Nam'}, seen_version=1)
    assert 'Lý Văn Nam' in (await visitor.get('/mot-cua', headers={'Cookie': 'lang=en'})).text
    await commands.remove_post(khanh, post_id)
    assert 'Lý Văn Nam' not in (await visitor.get('/mot-cua')).text and not await _rows()
    async with read() as db:
        acts = (
            await db.execute(select(Event.action).where(Event.subject == 'duty').order_by(Event.sequence))
        ).scalars()
    assert list(acts) == ['created', 'changed', 'removed']
    assert 'href="/mot-cua"' in (await visitor.get('/')).text


async def test_only_administrators_of_the_unit_change_its_list(house: House) -> None:
    khanh, lan, em, binh = [await actor(one) for one in (house.khanh, house.lan, house.em, house.binh)]
    post_id = await commands.add_post(khanh, house.desk, MAI)
    for stranger in (lan, em, binh, anonymous()):
        with pytest.raises(NotFound):
            await commands.add_post(stranger, house.desk, MAI)
        with pytest.raises(NotFound):
            await commands.save_post(stranger, post_id, MAI, seen_version=1)
        with pytest.raises(NotFound):
            await commands.remove_post(stranger, post_id)
    assert [row.version for row in await _rows()] == [1]
    assert {desk.unit.id for desk in await managed_desks(lan)} == {house.section}
    assert not await managed_desks(binh)


async def test_what_is_missing_or_old_is_refused(house: House) -> None:
    khanh = await actor(house.khanh)
    with pytest.raises(Invalid) as refused:
        await commands.add_post(khanh, house.desk, {'name': '', 'work': '', 'phone': 'gọi cho tôi'})
    assert set(refused.value.problems) == {'name', 'work', 'phone'}
    post_id = await commands.add_post(khanh, house.desk, MAI)
    await commands.save_post(khanh, post_id, MAI, seen_version=1)
    with pytest.raises(Stale):
        await commands.save_post(khanh, post_id, MAI, seen_version=1)


async def test_the_first_day_asks_for_it_until_somebody_is_named(house: House) -> None:
    khanh = await actor(house.khanh)

    async def missing() -> tuple[str, ...]:
        return next(one.missing for one in await points(khanh) if one.key == 'duty')

    assert await missing() == ('Đơn vị H55.242',)
    await commands.add_post(khanh, house.desk, MAI)
    assert not await missing() and len(await desks(khanh)) == 1


async def test_nobody_of_the_demonstration_is_on_duty_in_a_real_installation(database: None, tmp_path: Path) -> None:
    demo = Settings(demo=True, data_dir=tmp_path)
    await prepare_units(demo)
    await prepare_duty(demo)
    await prepare_duty(demo)
    made = await _rows()
    assert [one.position for one in made] == [1, 2, 3]
    khanh = replace(anonymous(), kind=ActorKind.STAFF, grants=(_grant(made[0].unit_id),))
    kept = await commands.add_post(khanh, made[0].unit_id, MAI)
    await let_demo_duty_go(Settings(data_dir=tmp_path))
    assert [one.id for one in await _rows()] == [kept]


def _grant(unit_id: str) -> Granted:
    return Granted(Role.ADMIN, unit_id, frozenset({unit_id}))
