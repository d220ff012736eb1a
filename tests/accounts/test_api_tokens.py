"""Tokens from the screen: for oneself within one's rights, for systems by whoever administers people, seen and ended."""

import pytest

from app.access import Permission
from app.accounts.people import invite_again
from app.api_tokens import commands, queries, rules
from app.errors import Invalid, NotAllowed, NotFound, WrongState
from app.i18n import LANGUAGES, words
from models.enums import Role
from tests.accounts import house as h
from tests.accounts.house import House

READ, APPROVE = 'dossier:read', 'dossier:approve'


async def test_an_officer_makes_a_token_within_their_own_rights_and_ends_it(house: House) -> None:
    binh = await h.actor(house.binh)
    made = await commands.create_own(binh, 'Máy quét', [READ], days=30)
    program = await queries.actor_by_token(made.token, 'vi', None)
    assert program.may(Permission.DOSSIER_READ, house.commune) and not program.may(Permission.DOSSIER_RECEIVE)
    assert [(t.name, t.account_name, t.scopes) for t in await queries.tokens(binh)] == [
        ('Máy quét', 'Người Binh', (READ,))
    ]
    assert made.token not in await h.recorded_words()
    await commands.revoke(binh, made.token_id)
    assert (await queries.tokens(binh))[0].revoked_at is not None


async def test_nobody_gives_what_they_do_not_have(house: House) -> None:
    binh, khanh, lan = [await h.actor(who) for who in (house.binh, house.khanh, house.lan)]
    system = {'unit_code': 'H55.242', 'days': 30}
    with pytest.raises(Invalid) as beyond:
        await commands.create_own(binh, 'x', [READ, APPROVE], days=30)
    assert beyond.value.values['scopes'] == APPROVE
    with pytest.raises(Invalid, match='scope_beyond'):
        await commands.create_own(khanh, 'x', [READ], days=30)
    with pytest.raises(Invalid, match='scope_beyond'):
        await commands.create_for_system(khanh, 'x', [APPROVE], role=Role.INTAKE, **system)  # type: ignore[arg-type]
    for who in (binh, lan):
        with pytest.raises(Invalid, match='unit_unknown'):
            await commands.create_for_system(who, 'x', [READ], role=Role.INTAKE, **system)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        await commands.create_own(await h.actor(house.an), 'x', [READ], days=30)


async def test_a_program_makes_no_tokens(house: House) -> None:
    made = await commands.create_own(await h.actor(house.binh), 'x', [READ], days=30)
    with pytest.raises(NotAllowed):
        await commands.create_own(await queries.actor_by_token(made.token, 'vi', None), 'y', [READ], days=30)


async def test_a_systems_token_is_seen_and_ended_by_its_administrators_alone(house: House) -> None:
    khanh = await h.actor(house.khanh)
    made = await commands.create_for_system(khanh, 'Ki-ốt', [READ], unit_code='H55.242', role=Role.INTAKE, days=30)
    (row,) = await queries.tokens(khanh)
    assert (row.name, row.is_system) == ('Ki-ốt', True)
    with pytest.raises(WrongState):
        await invite_again(khanh, row.account_id)
    for who in (house.em, house.binh, house.lan):
        other = await h.actor(who)
        assert await queries.tokens(other) == ()
        with pytest.raises(NotFound):
            await commands.revoke(other, made.token_id)
    await commands.revoke(khanh, made.token_id)


@pytest.mark.parametrize('lang', LANGUAGES)
def test_each_scope_has_words(lang: str) -> None:
    said = [words(lang)(f'admin.scope_{scope.replace(":", "_")}') for scope in rules.SCOPES]
    assert len(set(said)) == len(rules.SCOPES)
