"""Who is signed in: seen and ended by whoever looks after them, and not more sessions than a person needs."""

import pytest

from app.access import ActorKind, anonymous
from app.accounts import commands
from app.accounts.presence import end_session_of, signed_in
from app.accounts.sessions import MOST_STAFF
from app.errors import NotFound
from models.enums import Role
from tests.accounts import house as h
from tests.accounts.house import PASSWORD, House


async def test_an_administrator_sees_the_sessions_of_their_people_and_ends_one(
    house: House, revoked: list[str]
) -> None:
    token, khanh = await h.token(house.binh), await h.actor(house.khanh)
    await h.token(house.em)
    await h.token(house.an)
    found = {row.account_id: row for row in await signed_in(khanh)}
    assert set(found) == {house.binh, house.khanh} and found[house.khanh].is_this
    await end_session_of(khanh, found[house.binh].id)
    assert (await h.again(token)).kind is ActorKind.GUEST and revoked == [found[house.binh].id]
    assert await h.events(house.binh) == ['session_ended']
    with pytest.raises(NotFound):
        await end_session_of(khanh, found[house.binh].id)


@pytest.mark.parametrize('who', ['an', 'binh', 'em', 'lan'])
async def test_nobody_else_sees_or_ends_them(house: House, who: str) -> None:
    token = await h.token(house.binh)
    actor = await h.actor(getattr(house, who))
    session = (await h.again(token)).session_id or ''
    assert house.binh not in {row.account_id for row in await signed_in(actor)}
    with pytest.raises(NotFound):
        await end_session_of(actor, session)
    assert (await h.again(token)).is_staff


async def test_who_reaches_further_is_out_of_a_parts_hands(house: House) -> None:
    both = await h.account('ca-hai@xa.example', (Role.CLERK, house.section), (Role.LEADER, house.commune))
    session = (await h.again(await h.token(both))).session_id or ''
    with pytest.raises(NotFound):
        await end_session_of(await h.actor(house.lan), session)


async def test_one_session_too_many_ends_the_one_used_longest_ago(house: House, revoked: list[str]) -> None:
    tokens = [await h.token(house.binh) for _ in range(MOST_STAFF)]
    half = await commands.sign_in(anonymous(), 'binh@xa.example', PASSWORD)
    await commands.second_factor(anonymous(), half.token, await h.code(house.binh))
    alive = [(await h.again(token)).is_staff for token in tokens]
    assert alive == [False, *[True] * (MOST_STAFF - 1)] and len(revoked) == 2, 'the half session is replaced too'
