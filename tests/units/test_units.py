"""Units: the tree with its dates, who may change it, what visitors see."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.access import ActorKind, Permission, anonymous
from app.accounts import commands as accounts
from app.clock import now, today
from app.errors import Invalid, NotAllowed, NotFound, Stale
from app.units.commands import create_unit, save_unit
from app.units.names import name_of
from app.units.queries import Tree, home_unit, unit_card, units
from models import Unit
from models.enums import Role
from tests.accounts import house as h
from tests.accounts.conftest import house
from tests.accounts.house import House

__all__ = ['house']
NEW: dict[str, Any] = {'code': 'H55.242.8', 'name': 'Phòng Xây dựng', 'is_one_stop': 'false'}
DAY = timedelta(days=1)


def tree(*rows: tuple[str, str | None, int, int | None]) -> Tree:
    """Return a tree of (id, parent, first day, last day), days counted from today."""
    day = date(2026, 11, 2)
    made = [
        Unit(
            id=i,
            code=i,
            name=i,
            parent_id=parent,
            valid_from=day + first * DAY,
            valid_to=None if last is None else day + last * DAY,
        )
        for i, parent, first, last in rows
    ]
    return Tree(made, day)


def test_a_unit_reaches_itself_and_all_below_it() -> None:
    one = tree(('a', None, 0, None), ('b', 'a', 0, None), ('c', 'b', 0, None), ('d', None, 0, None))
    assert one.reach('a') == {'a', 'b', 'c'} and one.reach('b') == {'b', 'c'} and one.reach('d') == {'d'}
    assert one.reach('x') == frozenset() and one.top_of('c') == 'a'


def test_a_unit_counts_from_its_first_day_to_its_last() -> None:
    one = tree(('a', None, -9, None), ('new', 'a', 1, None), ('today', 'a', 0, 0), ('old', 'a', -9, -1))
    assert one.reach('a') == {'a', 'today', 'old'}, 'what a closed part left unfinished belongs to the unit above'
    assert one.reach('old') == frozenset() and one.reach('new') == frozenset() and one.reach('today') == {'today'}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_reach_is_the_unit_and_the_reaches_of_its_parts(parents: list[int]) -> None:
    rows = [(f'u{n}', f'u{p % n}' if n and p % (n + 1) else None, 0, None) for n, p in enumerate(parents)]
    one = tree(*rows)
    for unit_id, *_ in rows:
        below = [one.reach(i) for i, parent, *_ in rows if parent == unit_id]
        assert one.reach(unit_id) == frozenset({unit_id}).union(*below)
        assert sum(map(len, below)) == len(one.reach(unit_id)) - 1
    assert len(one.walk()) == len(rows)


async def test_a_new_part_is_within_reach_at_once(house: House) -> None:
    khanh = await h.actor(house.khanh)
    made = await create_unit(khanh, house.commune, NEW | {'address': 'Số 3'})
    assert (await h.actor(house.khanh)).may(Permission.UNIT_MANAGE, made)
    assert (await h.actor(house.binh)).may(Permission.DOSSIER_READ, made)
    assert not (await h.actor(house.em)).may(Permission.UNIT_MANAGE, made)
    assert (await unit_card(anonymous(), made)).address == 'Số 3'


async def test_a_unit_that_begins_tomorrow_is_reached_tomorrow(house: House) -> None:
    made = await create_unit(await h.actor(house.khanh), house.commune, NEW, valid_from=today() + DAY)
    token = await h.token(house.binh)
    assert not (await h.again(token)).may(Permission.DOSSIER_READ, made)
    with time_machine.travel(now() + DAY, tick=False):
        assert (await h.actor(house.binh)).may(Permission.DOSSIER_READ, made)


@pytest.mark.parametrize('who', ['an', 'binh', 'lan', 'em'])
async def test_who_does_not_manage_a_unit_does_not_change_it(house: House, who: str) -> None:
    actor = await h.actor(getattr(house, who))
    with pytest.raises(NotFound):
        await create_unit(actor, house.commune, NEW)
    with pytest.raises(NotFound):
        await save_unit(actor, house.commune, NEW, seen_version=1)
    assert house.commune not in {u.id for u in await units(actor)}


async def test_a_letterhead_is_put_right_and_shown_in_both_languages(house: House) -> None:
    raw = {'code': 'H55.242', 'name': 'Ủy ban nhân dân xã Tân Phú', 'phone': ' 0208 355 0242 ', 'address': 'Số 12'}
    raw |= {'hours_text': 'Sáng', 'hours_text_en': 'Mornings', 'name_en': 'Tân Phú Commune'}
    await save_unit(await h.actor(house.khanh), house.commune, raw, seen_version=1)
    vi, en = await home_unit(anonymous('vi')), await home_unit(anonymous('en'))
    assert vi is not None and en is not None
    assert (vi.name, vi.phone, vi.hours_text) == ('Ủy ban nhân dân xã Tân Phú', '0208 355 0242', 'Sáng')
    assert (en.name_en, en.hours_text, en.address) == ('Tân Phú Commune', 'Mornings', 'Số 12')
    assert await h.events(house.commune) == ['changed']


async def test_of_two_who_change_a_unit_at_once_one_is_told(house: House) -> None:
    khanh = await h.actor(house.khanh)
    raws = [{'code': 'H55.242', 'name': name} for name in ('Một', 'Hai')]
    results = await asyncio.gather(
        *(save_unit(khanh, house.commune, raw, seen_version=1) for raw in raws), return_exceptions=True
    )
    assert sum(isinstance(r, Stale) for r in results) == 1, results


@pytest.mark.parametrize(
    ('raw', 'wrong'),
    [
        ({'code': 'H55.242.3'}, {'code'}),
        ({'code': 'xã'}, {'code'}),
        ({'name': ''}, {'name'}),
        ({'email': 'x'}, {'email'}),
        ({'name': 'x' * 500}, {'name'}),
        ({'name': ['x'], 'code': None}, {'name', 'code'}),
    ],
)
async def test_wrong_details_change_nothing(house: House, raw: dict[str, Any], wrong: set[str]) -> None:
    khanh = await h.actor(house.khanh)
    for act in (
        create_unit(khanh, house.commune, NEW | raw),
        save_unit(khanh, house.commune, NEW | raw, seen_version=1),
    ):
        with pytest.raises(Invalid) as refused:
            await act
        assert set(refused.value.problems) == wrong
    assert [u.version for u in await units(khanh)] == [1, 1, 1]


async def test_a_part_is_ended_from_above_only(house: House) -> None:
    raw = {'code': 'H55.242.3', 'name': 'Phòng Kinh tế'}
    with pytest.raises(NotAllowed):
        await save_unit(await h.actor(house.lan), house.section, raw, seen_version=1, valid_to=today())
    khanh = await h.actor(house.khanh)
    with pytest.raises(NotAllowed):
        await save_unit(khanh, house.commune, {'code': 'H55.242', 'name': 'Xã'}, seen_version=1, valid_to=today())
    with pytest.raises(Invalid):
        await save_unit(khanh, house.section, raw, seen_version=1, valid_to=date(2020, 1, 1))
    await save_unit(khanh, house.section, raw, seen_version=1, valid_to=today() - DAY)
    lan = await h.actor(house.lan)
    assert lan.kind is ActorKind.STAFF and lan.grants == ()


async def test_units_are_listed_above_their_parts(house: House) -> None:
    rows = await units(await h.actor(house.khanh))
    assert [(u.code, u.depth) for u in rows] == [('H55.242', 0), ('H55.242.1', 1), ('H55.242.3', 1)]
    assert [u.code for u in await units(await h.actor(house.lan))] == ['H55.242.3']
    assert await units(anonymous()) == []


async def test_officers_see_their_own_agency_others_the_first(house: House) -> None:
    stranger = await home_unit(await h.actor(house.em))
    public = await home_unit(anonymous())
    inner = await home_unit(await h.actor(house.lan))
    assert stranger is not None and public is not None and inner is not None
    assert (stranger.code, public.code, inner.code) == ('H55.243', 'H55.242', 'H55.242')


async def test_before_anything_is_set_up_there_is_no_agency(database: None) -> None:
    assert await home_unit(anonymous()) is None
    with pytest.raises(NotFound):
        await unit_card(anonymous(), 'x')


async def test_a_role_given_in_a_section_stays_in_it(house: House) -> None:
    await accounts.grant(await h.actor(house.khanh), house.lan, Role.CASE_OFFICER, house.section)
    lan = await h.actor(house.lan)
    assert lan.may(Permission.DOSSIER_PROCESS, house.section) and not lan.may(Permission.DOSSIER_PROCESS, house.desk)


def test_a_unit_is_called_in_the_readers_language_or_in_vietnamese() -> None:
    named = Unit(id='a', code='a', name='Xã Tân Phú', name_en='Tân Phú Commune', valid_from=date(2026, 1, 1))
    bare = Unit(id='b', code='b', name='Xã Đông Sơn', valid_from=date(2026, 1, 1))
    assert [name_of(named, lang) for lang in ('vi', 'en')] == ['Xã Tân Phú', 'Tân Phú Commune']
    assert [name_of(bare, lang) for lang in ('vi', 'en')] == ['Xã Đông Sơn'] * 2
