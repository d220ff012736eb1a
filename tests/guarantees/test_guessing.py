"""Numbers, secrets and links are not guessed, however many try."""

import random
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.crypto import SECRET_ALPHABET
from app.dossiers import drafts, opening
from app.errors import NotFound, TooMany
from app.limits import forget_all
from tests.guarantees.recording import Guarantee, dose
from tests.support import world as municipality
from tests.support.world import World, filed

PROMISE = 'G20'


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    await forget_all()
    yield await municipality.build(tmp_path)


async def test_secrets_of_dossiers_are_not_guessed(world: World, guarantee: Guarantee) -> None:
    one = await filed(world)
    answers: Counter[str] = Counter()
    wanted = dose(400, 10_000)
    for number in range(wanted):
        guess = ''.join(secrets.choice(SECRET_ALPHABET) for _ in range(8))
        where = replace(world.guest, address=f'10.{number % 250}.{number // 250 % 250}.7')
        try:
            await opening.open_by_secret(where, one.filing_number, guess)
            answers['opened'] += 1
        except NotFound:
            answers['no'] += 1
        except TooMany:
            answers['wait'] += 1
    assert answers['opened'] == 0
    assert answers['no'] <= opening.TRIES_PER_NUMBER, answers
    assert answers['wait'] >= wanted - opening.TRIES_PER_NUMBER > 0
    await forget_all()
    right = await opening.open_by_secret(world.guest, one.filing_number, one.secret or '')
    assert right.dossier_id == one.dossier_id
    guarantee(
        PROMISE,
        happened=wanted,
        unit='guesses',
        fault='secrets for a real number, each guess from another address within an hour',
        outcome=f'0 hits; {answers["no"]} were looked at, {answers["wait"]} told to wait; the right one opens later',
    )


async def test_private_links_are_not_guessed(world: World, guarantee: Guarantee) -> None:
    draft = await drafts.start(world.guest, world.spec.id, with_account=False)
    hits, wanted = 0, dose(300, 10_000)
    for _ in range(wanted):
        guess = random.choice((f'{draft.draft_id}.{secrets.token_hex(16)}', f'{secrets.token_urlsafe(16)}.{"0" * 32}'))
        try:
            await drafts.view(world.guest, guess)
            hits += 1
        except NotFound:
            pass
    assert not hits
    assert (await drafts.view(world.guest, draft.token)).token == draft.token
    guarantee(
        PROMISE,
        happened=wanted,
        unit='guesses',
        fault='private links of drafts, half of them with a real id',
        outcome='0 hits; the right one opens',
    )
