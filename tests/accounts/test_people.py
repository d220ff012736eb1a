"""People and grants: nobody grants beyond their reach, to themselves, or leaves a unit without an administrator."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.access import ActorKind, Permission, anonymous
from app.accounts import commands
from app.accounts.password import password_link
from app.accounts.queries import citizen_by_email, people, person
from app.clock import today
from app.db import read
from app.errors import Invalid, NotAllowed, NotFound, WrongState
from models import Grant
from models.enums import Role
from tests.accounts import house as h
from tests.accounts.house import PASSWORD, House

NEW: dict[str, Any] = {'full_name': 'Mai Văn Mới', 'email': 'moi@xa.example', 'title': 'Văn thư', 'role': 'clerk'}


async def grant_of(account_id: str, role: Role | None = None) -> str:
    """Return the id of a grant."""
    async with read() as db:
        query = select(Grant).where(col(Grant.account_id) == account_id)
        return next(g.id for g in (await db.execute(query)).scalars() if role in (None, g.role))


async def test_a_new_colleague_sets_a_password_by_the_invitation_and_enrols(house: House) -> None:
    invited = await commands.create_person(await h.actor(house.khanh), NEW, unit_id=house.section)
    assert [m.recipient for m in await h.messages('staff_invitation')] == ['moi@xa.example']
    await commands.set_password(invited.link.rpartition('/')[2], PASSWORD)
    half = await commands.sign_in(anonymous(), 'moi@xa.example', PASSWORD)
    assert half.next == 'enrol'
    whole = await commands.second_factor(anonymous(), half.token, await h.code(invited.account_id))
    actor = await h.again(whole.token)
    assert actor.may(Permission.DOSSIER_PUBLISH, house.section) and not actor.may(
        Permission.DOSSIER_PUBLISH, house.commune
    )


async def test_an_invitation_can_be_sent_again_until_there_is_a_password(house: House) -> None:
    khanh = await h.actor(house.khanh)
    first = await commands.create_person(khanh, NEW, unit_id=house.commune)
    second = await commands.invite_again(khanh, first.account_id)
    with pytest.raises(NotFound):
        await password_link(first.link.rpartition('/')[2])
    await commands.set_password(second.link.rpartition('/')[2], PASSWORD)
    with pytest.raises(WrongState):
        await commands.invite_again(khanh, first.account_id)


@pytest.mark.parametrize('problem', [{'email': 'an@dan.example'}, {'email': 'x'}, {'role': 'king'}, {'full_name': ' '}])
async def test_wrong_details_make_nobody(house: House, problem: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        await commands.create_person(await h.actor(house.khanh), NEW | problem, unit_id=house.commune)
    assert set(refused.value.problems) == set(problem)
    assert await h.messages() == []


@pytest.mark.parametrize('who', ['an', 'binh', 'em', 'lan'])
async def test_who_does_not_administer_a_unit_does_nothing_to_its_people(house: House, who: str) -> None:
    """Lan administers the section below, Em the commune beside, Bình takes dossiers in, An is a citizen."""
    actor = await h.actor(getattr(house, who))
    grant = await grant_of(house.khanh)
    acts: list[Awaitable[Any]] = [
        commands.create_person(actor, NEW, unit_id=house.commune),
        commands.grant(actor, house.binh, Role.LEADER, house.commune),
        commands.grant(actor, house.khanh, Role.LEADER, house.section),
        commands.revoke_grant(actor, grant),
        commands.deactivate(actor, house.khanh),
        commands.reactivate(actor, house.khanh),
        commands.reset_second_factor(actor, house.khanh),
        commands.invite_again(actor, house.khanh),
        person(actor, house.khanh),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            await act
    assert house.khanh not in {p.id for p in (await people(actor)).rows}
    assert (await h.row(house.khanh)).totp_confirmed_at is not None


async def test_an_administrator_of_a_part_grants_within_it_only(house: House) -> None:
    lan = await h.actor(house.lan)
    theirs = await h.account('tho@xa.example', (Role.CLERK, house.section))
    await commands.grant(lan, theirs, Role.CASE_OFFICER, house.section)
    await commands.grant(lan, theirs, Role.ADMIN, house.section)
    for unit in (house.commune, house.desk, house.neighbour, 'no such unit'):
        with pytest.raises(NotFound):
            await commands.grant(lan, theirs, Role.CASE_OFFICER, unit)


async def test_somebody_who_reaches_further_is_out_of_a_parts_hands(house: House) -> None:
    both = await h.account('ca-hai@xa.example', (Role.CLERK, house.section), (Role.LEADER, house.commune))
    lan = await h.actor(house.lan)
    assert (await person(lan, both)).full_name, 'a colleague is seen'
    for act in (commands.deactivate, commands.reset_second_factor):
        with pytest.raises(NotFound):
            await act(lan, both)


async def test_nobody_grants_to_themselves_or_locks_themselves_out(house: House) -> None:
    khanh = await h.actor(house.khanh)
    acts: list[Awaitable[Any]] = [
        commands.grant(khanh, house.khanh, Role.LEADER, house.commune),
        commands.revoke_grant(khanh, await grant_of(house.khanh)),
        commands.deactivate(khanh, house.khanh),
        commands.reset_second_factor(khanh, house.khanh),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            await act
    assert [g.role for g in (await h.actor(house.khanh)).grants] == [Role.ADMIN]


async def test_two_administrators_who_remove_each_other_do_not_both_succeed(house: House) -> None:
    other = await h.account('hai@xa.example', (Role.ADMIN, house.commune))
    one, two = await h.actor(house.khanh), await h.actor(other)
    results = await asyncio.gather(
        commands.revoke_grant(one, await grant_of(other)),
        commands.revoke_grant(two, await grant_of(house.khanh)),
        return_exceptions=True,
    )
    assert sum(isinstance(r, NotAllowed) for r in results) == 1, results
    left = [a for a in (house.khanh, other) if (await h.actor(a)).may(Permission.PERSON_MANAGE, house.commune)]
    assert len(left) == 1


async def test_letting_the_last_administrator_go_with_an_old_screen_is_refused(house: House) -> None:
    other = await h.account('hai@xa.example', (Role.ADMIN, house.commune))
    old_screen = await h.actor(other)
    await commands.revoke_grant(await h.actor(house.khanh), await grant_of(other))
    with pytest.raises(NotAllowed):
        await commands.deactivate(old_screen, house.khanh)


async def test_who_is_let_go_is_out_at_once_and_what_they_held_stays_recorded(house: House, revoked: list[str]) -> None:
    token = await h.token(house.binh)
    session = (await h.again(token)).session_id
    await commands.deactivate(await h.actor(house.khanh), house.binh)
    assert (await h.again(token)).kind is ActorKind.GUEST and revoked == [session]
    with pytest.raises(Invalid):
        await commands.sign_in(anonymous(), 'binh@xa.example', PASSWORD)
    await commands.reactivate(await h.actor(house.khanh), house.binh)
    assert (await h.again(token)).kind is ActorKind.GUEST, 'an old session does not come back'
    assert (await commands.sign_in(anonymous(), 'binh@xa.example', PASSWORD)).next == 'enrol'


async def test_a_lost_second_factor_is_taken_away_and_the_owner_told(house: House) -> None:
    token = await h.token(house.binh)
    await commands.reset_second_factor(await h.actor(house.khanh), house.binh)
    assert (await h.again(token)).kind is ActorKind.GUEST
    assert (await h.row(house.binh)).totp_sealed is None
    assert [m.recipient for m in await h.messages('second_factor_reset')] == ['binh@xa.example']


async def test_a_citizens_second_factor_is_taken_away_by_whoever_administers_people(house: House) -> None:
    found = await citizen_by_email(await h.actor(house.khanh), ' AN@dan.example')
    assert found is not None and found.id == house.an
    assert await citizen_by_email(await h.actor(house.khanh), 'binh@xa.example') is None
    await commands.reset_second_factor(await h.actor(house.khanh), house.an, note='Căn cước gắn chip')
    assert 'Căn cước gắn chip' in await h.recorded_words()
    for who in (house.binh, house.an):
        with pytest.raises(NotFound):
            await citizen_by_email(await h.actor(who), 'an@dan.example')
        with pytest.raises(NotFound):
            await commands.reset_second_factor(await h.actor(who), house.an)


async def test_a_grant_counts_from_its_first_day_to_its_last(house: House) -> None:
    khanh = await h.actor(house.khanh)
    day = timedelta(days=1)
    await commands.grant(khanh, house.binh, Role.LEADER, house.commune, today() + day)
    assert Role.LEADER not in (await h.actor(house.binh)).roles(house.commune)
    await commands.grant(khanh, house.binh, Role.CLERK, house.commune, today() - day, today())
    assert Role.CLERK in (await h.actor(house.binh)).roles(house.commune)
    await commands.revoke_grant(khanh, await grant_of(house.binh, Role.CLERK))
    assert Role.CLERK not in (await h.actor(house.binh)).roles(house.commune)
    with pytest.raises(NotFound):
        await commands.revoke_grant(khanh, await grant_of(house.binh, Role.CLERK))
    with pytest.raises(Invalid):
        await commands.grant(khanh, house.binh, Role.CLERK, house.commune, today(), today() - day)
    states = {g.role: g.state for g in (await person(khanh, house.binh)).grants}
    assert states == {Role.INTAKE: 'live', Role.LEADER: 'future', Role.CLERK: 'over'}


async def test_a_grant_in_a_unit_that_has_ended_reaches_nothing(house: House) -> None:
    old = await h.unit('H55.242.9', house.commune, valid_to=today() - timedelta(days=1))
    nobody = await h.account('cu@xa.example', (Role.LEADER, old))
    assert (await h.actor(nobody)).grants == ()
    assert old in (await h.actor(house.khanh)).units(Permission.PERSON_MANAGE), 'the unit above still reaches it'
    with pytest.raises(NotFound):
        await commands.grant(await h.actor(house.khanh), house.binh, Role.CLERK, old)


async def test_people_are_listed_by_given_name_and_found_without_accents(house: House) -> None:
    for name in ('Trần Văn Ất', 'Lê Thị Ánh', 'Đỗ Văn Bảo'):
        await h.account(f'{len(name)}{name[0]}@xa.example', (Role.CLERK, house.section), full_name=name)
    khanh = await h.actor(house.khanh)
    names = [p.full_name for p in (await people(khanh)).rows]
    assert [n for n in names if not n.startswith('Người')] == ['Lê Thị Ánh', 'Trần Văn Ất', 'Đỗ Văn Bảo']
    assert [p.full_name for p in (await people(khanh, search='do van bao')).rows] == ['Đỗ Văn Bảo']
    assert {p.id for p in (await people(khanh, role=Role.ADMIN)).rows} == {house.khanh, house.lan}
    assert [p.is_self for p in (await people(khanh, search='khanh@')).rows] == [True]


async def test_pages_of_people_end_where_the_people_do(house: House) -> None:
    khanh = await h.actor(house.khanh)
    for number in range(60):
        await h.account(f'{number}@xa.example', (Role.CLERK, house.section))
    first, last = await people(khanh), await people(khanh, page=99)
    assert (first.total, first.pages, len(first.rows), last.page, len(last.rows)) == (63, 2, 50, 2, 13)
    assert not {p.id for p in first.rows} & {p.id for p in last.rows}


async def test_of_a_citizen_it_must_be_said_how_they_were_identified(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        await commands.reset_second_factor(await h.actor(house.khanh), house.an, note='  ')
    assert set(refused.value.problems) == {'note'} and await h.messages('second_factor_reset') == []
