"""An act and its deliveries are one transaction; they are sent, tried again, given up and sent anew, on both databases."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app import notifications
from app.access import Actor, Permission
from app.clock import now, pretend
from app.db import read, write
from app.dossiers import commands as dossiers
from app.errors import AppError, Invalid, NotAllowed, NotFound, Stale, WrongState
from app.settings import Settings
from app.webhooks import commands, queries, worker
from app.webhooks.commands import Made
from models import Event, Webhook, WebhookDelivery
from models.enums import Authentication, MessageState, Role
from tests.support.world import ANSWERS, World, filed
from tests.webhooks.receiver import ALLOWED, Receiver, receiver


@pytest.fixture
def other() -> Iterator[Receiver]:
    """Another system."""
    before = notifications._settings
    notifications.use_settings(Settings(demo=True, webhook_hosts=f'{ALLOWED}, lgsp.example', _env_file=None))
    with receiver() as one:
        yield one
    notifications._settings = before


@pytest.fixture
def admin(world: World) -> Actor:
    """An administrator of the home unit."""
    return replace(world.ha, grants=tuple(replace(one, role=Role.ADMIN) for one in world.ha.grants))


async def _hook(admin: Actor, other: Receiver, *acts: str, unit: str = 'H55.242') -> Made:
    return await commands.register(admin, 'LGSP tỉnh', other.url, unit_code=unit, acts=list(acts))


async def _deliveries() -> list[WebhookDelivery]:
    async with read() as db:
        return list((await db.execute(select(WebhookDelivery).order_by(WebhookDelivery.created_at))).scalars())


async def test_acts_are_told_in_order_without_a_word_about_a_person(
    world: World, admin: Actor, other: Receiver
) -> None:
    made = await _hook(admin, other)
    assert made.secret.startswith('whsec_')
    one = await filed(world)
    await dossiers.accept(world.binh, one.dossier_id, 1)
    assert await worker.run_once() == 2
    bodies = [json.loads(told.body) for told in other.told]
    assert [body['type'] for body in bodies] == ['dossier.submit', 'dossier.accept']
    accepted = bodies[1]['data']
    assert accepted['dossier_id'] == one.dossier_id and accepted['filing_number'] == one.filing_number
    assert accepted['official_code'] and (accepted['from_status'], accepted['to_status']) == (1, 2)
    async with read() as db:
        events = (await db.execute(select(Event.sequence).where(Event.dossier_id == one.dossier_id))).scalars().all()
    assert [body['data']['cursor'] for body in bodies] == sorted(number or 0 for number in events)
    text = str(bodies)
    for private in (*ANSWERS.values(), world.binh.name, one.secret or '-', 'example.com'):
        assert private not in text, private
    assert {row.state for row in await _deliveries()} == {MessageState.SENT}
    assert await worker.run_once() == 0 and len(other.told) == 2


async def test_an_act_that_does_not_happen_is_not_told(world: World, admin: Actor, other: Receiver) -> None:
    await _hook(admin, other)
    one = await filed(world)
    before = len(await _deliveries())
    with pytest.raises(Stale):
        await dossiers.accept(world.binh, one.dossier_id, 7)
    results = await asyncio.gather(
        *(dossiers.accept(world.binh, one.dossier_id, 1) for _ in range(5)), return_exceptions=True
    )
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert len(await _deliveries()) == before + 1


async def test_only_named_acts_of_its_own_units_are_told(world: World, admin: Actor, other: Receiver) -> None:
    await _hook(admin, other, 'accept')
    async with write() as db:
        elsewhere = Webhook(name='x', url=other.url, unit_id=world.other_unit.id, acts=[], secret='x', created_at=now())
        db.add(elsewhere)
    one = await filed(world)
    await dossiers.accept(world.binh, one.dossier_id, 1)
    assert [row.kind for row in await _deliveries()] == ['accept']


async def test_a_refused_delivery_is_tried_again_for_72_hours_and_then_failed(
    world: World, admin: Actor, other: Receiver
) -> None:
    made = await _hook(admin, other)
    other.mood = '503'
    await filed(world)
    start = now()
    moment, tries, waits = start, 0, []
    while True:
        with pretend(moment):
            tries += await worker.run_once()
        [row] = await _deliveries()
        assert row.attempts == tries == len(other.told) and (row.status, row.error) == (503, 'answer')
        if row.state is MessageState.FAILED:
            break
        waits.append(row.next_try_at - moment)
        moment = row.next_try_at + timedelta(milliseconds=1)
    assert timedelta(hours=71) < moment - start < timedelta(hours=73) and 30 < tries < 80
    assert waits[0] < timedelta(minutes=2) and max(waits) <= timedelta(hours=2.5)
    assert len({told.headers['webhook-id'] for told in other.told}) == 1
    other.mood = '200'
    await commands.resend(admin, made.id, row.id)
    assert await worker.run_once() == 1 and (await _deliveries())[0].state is MessageState.SENT
    assert other.told[-1].headers['webhook-id'] == row.id


async def test_a_dead_system_holds_up_neither_itself_nor_others(world: World, admin: Actor, other: Receiver) -> None:
    with receiver() as dead:
        await _hook(admin, dead)
    await _hook(admin, other)
    for _ in range(3):
        await filed(world)
    await worker.run_once()
    rows = await _deliveries()
    assert len(other.told) == 3 and [r.state for r in rows].count(MessageState.SENT) == 3
    waiting = [r for r in rows if r.state is MessageState.QUEUED]
    assert len(waiting) == 3 and {r.error for r in waiting} == {'connect'}


async def test_a_worker_that_dies_gives_its_deliveries_back(
    world: World, admin: Actor, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _hook(admin, other)
    await filed(world)

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(worker, '_try', die)
        with pytest.raises(asyncio.CancelledError):
            await worker.run_once()
    assert await worker.run_once() == 0 and other.told == []
    with pretend(now() + worker.LEASE + timedelta(seconds=1)):
        assert await worker.run_once() == 1
    assert len(other.told) == 1


async def test_two_workers_never_send_the_same(world: World, admin: Actor, other: Receiver) -> None:
    await _hook(admin, other)
    for _ in range(4):
        await filed(world)
    done = await asyncio.gather(*(worker.run_once() for _ in range(4)))
    assert sum(done) == 4 and len({told.headers['webhook-id'] for told in other.told}) == len(other.told) == 4


async def test_what_is_ended_is_told_nothing_more(world: World, admin: Actor, other: Receiver) -> None:
    made = await _hook(admin, other)
    await filed(world)
    await commands.end(admin, made.id)
    await filed(world)
    assert await worker.run_once() == 0 and other.told == []
    assert [row.state for row in await _deliveries()] == [MessageState.CANCELLED]
    for act in (commands.end(admin, made.id), commands.ping(admin, made.id), queries.webhook(admin, made.id)):
        with pytest.raises(NotFound):
            await act


async def test_who_may_manage_and_what_may_be_registered(world: World, admin: Actor, other: Receiver) -> None:
    made = await _hook(admin, other)
    program = replace(admin, authentication=Authentication.TOKEN, scopes=frozenset({Permission.DOSSIER_READ}))
    for actor in (world.binh, world.guest, world.an, world.ha, program):
        with pytest.raises(NotAllowed):
            await _hook(actor, other)
        with pytest.raises(NotAllowed):
            await queries.webhooks(actor)
    stranger = replace(world.em, grants=tuple(replace(one, role=Role.ADMIN) for one in world.em.grants))
    assert await queries.webhooks(stranger) == ()
    for act in (commands.end(stranger, made.id), queries.deliveries(stranger, made.id)):
        with pytest.raises(NotFound):
            await act
    for url, unit, acts, fault in (
        ('https://other.example/', 'H55.242', [], 'url'),
        ('https://10.0.0.1/', 'H55.242', [], 'url'),
        ('https://lgsp.example/', 'H55.243', [], 'unit'),
        ('https://lgsp.example/', 'khong', [], 'unit'),
        ('https://lgsp.example/', 'H55.242', ['invented'], 'acts'),
    ):
        with pytest.raises(Invalid) as refused:
            await commands.register(admin, 'x', url, unit_code=unit, acts=acts)
        assert list(refused.value.problems) == [fault]


async def test_the_secret_is_sealed_and_the_log_is_kept_ninety_days(
    world: World, admin: Actor, other: Receiver
) -> None:
    made = await _hook(admin, other)
    async with read() as db:
        hook = (await db.execute(select(Webhook))).scalar_one()
        told = (
            await db.execute(select(func.count()).select_from(Event).where(Event.subject == 'webhook'))
        ).scalar_one()
    assert made.secret not in hook.secret and made.secret not in str(hook.model_dump()) and told == 1
    delivery = await commands.ping(admin, made.id)
    await worker.run_once()
    log = await queries.deliveries(admin, made.id)
    assert [(row.id, row.kind, row.status, row.cursor) for row in log.items] == [(delivery, 'ping', 200, None)]
    async with write() as db:
        await db.execute(update(WebhookDelivery).values(leased_until=now() + timedelta(minutes=1)))
    with pytest.raises(WrongState):
        await commands.resend(admin, made.id, delivery)
    with pretend(now() + worker.KEPT + timedelta(days=1)):
        await worker.run_once()
    assert (await queries.deliveries(admin, made.id)).total == 0


async def test_there_are_no_more_than_each_act_can_bear(
    world: World, admin: Actor, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, 'MOST', 2)
    for _ in range(2):
        await _hook(admin, other)
    with pytest.raises(AppError, match='too_many'):
        await _hook(admin, other)
