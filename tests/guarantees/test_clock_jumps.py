"""A clock that jumps a day either way: the order of what happened stays, and no link outlives its time."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from app.access import SYSTEM
from app.accounts.links import account_of
from app.api_tokens import commands as tokens
from app.api_tokens.queries import actor_by_token
from app.audit.verify import verify
from app.db import read, write
from app.errors import NotFound, NotSignedIn
from app.limits import forget_all
from app.notifications.links import _link_token, new_link
from models import Event
from models.enums import LinkPurpose
from tests.guarantees.invariants import broken
from tests.guarantees.life import Life, with_draft_shown
from tests.guarantees.recording import Guarantee, dose
from tests.support import world as municipality
from tests.support.world import World

PROMISE = 'G17'
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
def moves() -> Iterator[time_machine.Traveller]:
    """A clock that jumps when told."""
    with time_machine.travel(START) as traveller:
        yield traveller


@pytest.fixture
async def world(moves: time_machine.Traveller, database: None, tmp_path: Path) -> AsyncIterator[World]:
    await forget_all()
    yield await with_draft_shown(await municipality.build(tmp_path))


async def test_what_happened_stays_in_its_order(
    world: World, moves: time_machine.Traveller, guarantee: Guarantee
) -> None:
    jumps, acts = 0, list[str]()
    for _ in range(dose(1, 30)):
        life = Life(world)
        for name, carry_out in life.whole():
            if name != 'submit':  # the clock stands right while a dossier is filed: its date is on the receipt
                moves.shift(DAY if jumps % 2 else -DAY)
                jumps += 1
            try:
                life.keep(await carry_out())
            finally:
                moves.move_to(START)
            acts.append(name)
            await forget_all()
    assert await broken() == {}
    verdict = await verify()
    assert not verdict.faults
    async with read() as db:
        rows = (await db.execute(select(Event).order_by(Event.sequence))).scalars().all()
    back = sum(b.recorded_at < a.recorded_at for a, b in pairwise(rows))
    assert back, 'the clock never went back between two events'
    guarantee(
        PROMISE,
        happened=jumps,
        unit=f'jumps, {back} times an event is earlier than the one before it',
        fault='the clock a day fast or slow at each act from draft to returned result',
        outcome=f'{len(acts)} acts carried out; order by sequence, status and version agree, the record holds',
    )


async def test_no_link_and_no_token_outlives_its_time(
    world: World, moves: time_machine.Traveller, guarantee: Guarantee
) -> None:
    tried = 0
    for hours in (1, 6, 12, 23)[: dose(2, 4)]:
        async with write() as db:
            link = new_link(db, LinkPurpose.SET_PASSWORD, account_id=world.an.account_id, lasts=timedelta(hours=hours))
            token = _link_token(LinkPurpose.SET_PASSWORD, link.id)
        async with read() as db:
            assert (await account_of(db, token, LinkPurpose.SET_PASSWORD)).id == world.an.account_id
        made = await tokens.create(SYSTEM, 'máy', ['dossier:read'], email=world.binh.email or '', days=1)
        assert (await actor_by_token(made.token, 'vi', None)).account_id == world.binh.account_id
        for jump in (DAY + timedelta(minutes=1), 2 * DAY):
            moves.move_to(START + jump)
            with pytest.raises(NotSignedIn):
                await actor_by_token(made.token, 'vi', None)
            async with read() as db:
                with pytest.raises(NotFound):
                    await account_of(db, token, LinkPurpose.SET_PASSWORD)
            tried += 2
        moves.move_to(START - DAY)
        await tokens.revoke(SYSTEM, made.token_id)
        for moment in (START - DAY, START, START - 2 * DAY):
            moves.move_to(moment)
            with pytest.raises(NotSignedIn):
                await actor_by_token(made.token, 'vi', None)
            tried += 1
        moves.move_to(START)
    guarantee(
        PROMISE,
        happened=tried,
        unit='uses at another time',
        fault='links and tokens used after the clock jumped forward past their end, and back after they were revoked',
        outcome='each refused; what was revoked stays so however the clock goes',
    )
