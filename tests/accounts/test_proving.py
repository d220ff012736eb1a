"""Showing once more who one is: before roles, second factors and tokens, in the command, by the session's own moment."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.access import SYSTEM
from app.accounts import commands
from app.accounts.proving import LASTS, prove, require_proof
from app.api_tokens import commands as api_tokens
from app.clock import now
from app.errors import Invalid, NotFound, ProofNeeded, TooMany
from models.enums import Role
from tests.accounts import house as h
from tests.accounts.house import PASSWORD, House
from tests.accounts.test_people import NEW, grant_of

LATER = LASTS + timedelta(minutes=1)


async def test_after_a_while_roles_factors_and_tokens_ask_for_a_proof_and_nothing_happens(house: House) -> None:
    token = await h.token(house.khanh)
    grant = await grant_of(house.binh)
    with time_machine.travel(now() + LATER, tick=True):
        khanh = await h.again(token)
        acts: list[Awaitable[Any]] = [
            commands.create_person(khanh, NEW, unit_id=house.commune),
            commands.grant(khanh, house.binh, Role.LEADER, house.commune),
            commands.revoke_grant(khanh, grant),
            commands.deactivate(khanh, house.binh),
            commands.reactivate(khanh, house.binh),
            commands.reset_second_factor(khanh, house.binh),
            commands.reset_second_factor(khanh, house.an, note='Căn cước'),
            commands.invite_again(khanh, house.binh),
            api_tokens.create_for_system(
                khanh, 'Ki-ốt', ['dossier:read'], unit_code='H55.242', role=Role.INTAKE, days=9
            ),
            api_tokens.create_own(await h.again(await _old(house.binh)), 'x', ['dossier:read'], days=9),
        ]
        for act in acts:
            with pytest.raises(ProofNeeded):
                await act
    assert await h.events(house.binh) == [] and await h.messages() == []


async def _old(account_id: str) -> str:
    """Begin a session as if it had begun a while ago."""
    with time_machine.travel(now() - LATER, tick=True):
        return await h.token(account_id)


@pytest.mark.parametrize('with_code', [False, True])
async def test_a_password_or_a_code_counts_for_this_session_for_ten_minutes(house: House, with_code: bool) -> None:
    mine, other = await _old(house.khanh), await _old(house.khanh)
    await prove(await h.again(mine), await h.code(house.khanh) if with_code else PASSWORD)
    require_proof(await h.again(mine))
    with pytest.raises(ProofNeeded):
        require_proof(await h.again(other))
    with time_machine.travel(now() + LATER, tick=True):
        actor = await h.again(mine)
        with pytest.raises(ProofNeeded):
            require_proof(actor)
    assert await h.events(house.khanh) == ['proved_again']


async def test_a_used_code_a_wrong_password_and_rubbish_prove_nothing(house: House) -> None:
    token = await _old(house.khanh)
    code = await h.code(house.khanh)
    await prove(await h.again(await _old(house.khanh)), code)
    for typed in (code, 'không phải', '', None):
        with pytest.raises(Invalid):
            await prove(await h.again(token), typed)  # type: ignore[arg-type]
    with pytest.raises(ProofNeeded):
        require_proof(await h.again(token))
    assert 'proof_failed' in await h.events(house.khanh)


async def test_guesses_are_limited_and_nobody_proves_for_a_program(house: House) -> None:
    khanh = await h.again(await _old(house.khanh))
    for _ in range(5):
        with pytest.raises(Invalid):
            await prove(khanh, '000000')
    with pytest.raises(TooMany):
        await prove(khanh, PASSWORD)
    with pytest.raises(NotFound):
        await prove(await h.again(None), PASSWORD)
    require_proof(SYSTEM)
