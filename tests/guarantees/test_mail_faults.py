"""Mail that was accepted arrives at least once, whatever the server does; nothing is lost while it is down for days."""

import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import notifications
from app.access import Actor, ActorKind, Granted
from app.db import read, write
from app.limits import forget_all
from app.notifications import commands, outbox, queries, worker
from app.notifications.channels.base import channels
from app.notifications.channels.email import Email
from models import Message
from models.enums import MessageState, Role
from tests.guarantees.recording import FULL, Guarantee, dose, say
from tests.notifications.conftest import settings_for
from tests.support.smtp import SmtpServer

START = datetime(2036, 11, 20, 2, 0, tzinfo=UTC)
FAULTS = ('full', 'drop_before', 'drop_after', 'drop_at_recipient')
CHANCE = random.Random() if FULL else random.Random(5)
"""A small dose is the same every time."""


@pytest.fixture
def dialect() -> str:
    """The outbox is tried on both databases elsewhere."""
    return 'sqlite'


@pytest.fixture
async def smtp(database: None) -> AsyncIterator[SmtpServer]:
    """A real server that the settings point to."""
    await forget_all()
    channel = channels['email']
    assert isinstance(channel, Email)
    with SmtpServer() as server:
        notifications.use_settings(settings_for(smtp_host='127.0.0.1', smtp_port=server.port, smtp_tls='none'))
        yield server
        await channel.close()
        notifications.use_settings(settings_for())


@pytest.fixture
def moves() -> Iterator[time_machine.Traveller]:
    """A clock that moves when told."""
    with time_machine.travel(START) as traveller:
        yield traveller


async def accepted(count: int) -> None:
    """Put so many letters into the outbox, some of them to the same people."""
    for start in range(0, count, 100):
        async with write() as db:
            for number in range(start, min(start + 100, count)):
                to = f'p{number}@example.com'
                await outbox.enqueue(db, template='password_changed', recipient=to, lang='vi', data={})


async def states() -> Counter[MessageState]:
    async with read() as db:
        return Counter((await db.execute(select(Message.state))).scalars())


async def test_every_letter_arrives_whatever_the_server_does(
    smtp: SmtpServer, moves: time_machine.Traveller, guarantee: Guarantee
) -> None:
    wanted = dose(40, 1000)
    await accepted(wanted)
    smtp.greylist = True
    happened: Counter[str] = Counter()
    for run in range(300):
        left = (await states())[MessageState.QUEUED]
        if not left:
            break
        alone = FAULTS[run % len(FAULTS)] if run < 3 * len(FAULTS) else ''  # so that none hides behind another
        given = {fault: CHANCE.randrange(3) if run < 40 else 0 for fault in FAULTS}
        given = {fault: 2 if fault == alone else 0 if alone else many for fault, many in given.items()}
        for fault, many in given.items():
            setattr(smtp, fault, many)  # nothing is saved up: the server is ill for hours, not for days
        await worker.run_once()
        happened.update({fault: many - getattr(smtp, fault) for fault, many in given.items()})
        moves.shift(timedelta(minutes=CHANCE.randrange(1, 40)))
        say(f'run {run}: {left} letters wait')
    assert all(happened[fault] for fault in FAULTS), happened
    assert await states() == {MessageState.SENT: wanted}
    copies: defaultdict[str, list[str]] = defaultdict(list)
    for mail in smtp.messages:
        copies[mail.recipient].append(str(mail.mail['Message-ID']))
    assert set(copies) == {f'p{number}@example.com' for number in range(wanted)}
    assert all(len(set(ids)) == 1 for ids in copies.values())
    assert len({ids[0] for ids in copies.values()}) == wanted
    again = sum(len(ids) - 1 for ids in copies.values())
    assert again >= 1, 'a server that stored and hung up made a duplicate'
    guarantee(
        'G4',
        happened=sum(happened.values()) + wanted,
        unit=f'faults of the server on {wanted} letters',
        fault='greylisting of every recipient, ' + ', '.join(f'{many} x {fault}' for fault, many in happened.items()),
        outcome=f'all {wanted} arrived, {again} twice and then under the same Message-ID',
    )


async def test_after_three_days_without_a_server_nothing_is_lost_and_an_officer_sees_it(
    smtp: SmtpServer, moves: time_machine.Traveller, guarantee: Guarantee
) -> None:
    wanted = dose(5, 200)
    await accepted(wanted)
    smtp.stop()
    tries = 0
    while (await states())[MessageState.QUEUED]:
        await worker.run_once()
        tries += 1
        moves.shift(timedelta(hours=3))
    down = datetime.now(UTC) - START
    assert down >= timedelta(hours=72)
    assert await states() == {MessageState.FAILED: wanted}
    admin = Actor(ActorKind.STAFF, name='Q', grants=(Granted(Role.ADMIN, 'u', frozenset({'u'})),))
    assert await queries.failed_count(admin) == wanted
    page = await queries.outbox(admin, MessageState.FAILED)
    assert page.rows and page.rows[0].why == 'mail.why_unreachable'
    with smtp:
        async with read() as db:
            ids = (await db.execute(select(Message.id))).scalars().all()
        for message_id in ids:
            await commands.resend(admin, message_id)
        await worker.run_once()
        assert len(smtp.messages) == wanted
    assert await states() == {MessageState.SENT: wanted}
    guarantee(
        'G5',
        happened=tries,
        unit=f'runs against a dead server, {wanted} letters',
        fault=f'the mail server is away for {down.total_seconds() / 3600:.0f} hours of an injected clock',
        outcome=f'all {wanted} counted as failed before an officer, with the reason; sent again by hand they arrived',
    )
