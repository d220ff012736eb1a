"""Of one sender one file is opened at a time: whoever sends many heavy ones keeps nobody else's papers waiting."""

import asyncio
import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from app import workshop
from app.dossiers import attachments, commands, drafts
from app.papers import sent_by
from app.signing.reading import MARK
from app.verification import copies, public, tokens
from tests.support import world as municipality
from tests.support.world import PNG, filed
from tests.verification.papers import rows

LONG = 20.0
"""Seconds after which a test fails instead of hanging; nothing waits for them."""


class Benches:
    """What was begun on the benches; whatever is heavy stays there until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[str] = []
        self.heavy = asyncio.Event()
        self.let_go = threading.Event()
        self.loop = asyncio.get_running_loop()
        monkeypatch.setattr(workshop, '_do', self._do)

    def _do(
        self, job: str, _content: bytes, _arguments: dict[str, Any], _seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        self.begun.append(job)
        if job.startswith('heavy'):
            self.loop.call_soon_threadsafe(self.heavy.set)
            self.let_go.wait(LONG)
        return {}, b''


async def _open(sender: str | None, job: str) -> None:
    with workshop.sent_by(sender):
        await workshop.do(job, b'', {}, seconds=LONG)


async def test_a_sender_of_heavy_files_keeps_one_bench_and_everybody_else_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    benches = Benches(monkeypatch)
    try:
        heavy = [asyncio.create_task(_open('one', f'heavy {number}')) for number in range(3)]
        await asyncio.wait_for(benches.heavy.wait(), LONG)
        for sender in ('another', None, None, 'another'):
            await asyncio.wait_for(_open(sender, 'light'), LONG / 2)
        assert [job for job in benches.begun if job != 'light'] == ['heavy 0']
    finally:
        benches.let_go.set()
    await asyncio.wait_for(asyncio.gather(*heavy), LONG)
    assert [job for job in benches.begun if job != 'light'] == ['heavy 0', 'heavy 1', 'heavy 2']


async def test_who_no_longer_waits_for_an_answer_has_not_freed_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    benches = Benches(monkeypatch)
    try:
        given_up, waiting = (asyncio.create_task(_open('one', job)) for job in ('heavy', 'next'))
        await asyncio.wait_for(benches.heavy.wait(), LONG)
        given_up.cancel()
        await asyncio.wait([given_up])
        await asyncio.wait_for(_open('another', 'light'), LONG / 2)
        assert benches.begun == ['heavy', 'light']
    finally:
        benches.let_go.set()
    await asyncio.wait_for(waiting, LONG)


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_the_public_waits_for_its_turn_and_staff_does_not(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await municipality.build(tmp_path)
    begun, do = [], workshop.do

    async def watched(*args: Any, **more: Any) -> Any:
        begun.append(workshop._sender.get())
        return await do(*args, **more)

    monkeypatch.setattr(workshop, 'do', watched)
    guest = replace(world.guest, address='192.0.2.77')
    started = await drafts.start(guest, world.spec.id, with_account=False)
    await attachments.add_to_draft(guest, started.token, 'proof', 'giay.png', PNG)
    assert begun == ['192.0.2.77'] and workshop._sender.get() is None
    for actor, sender in ((world.an, world.an.account_id), (world.binh, None)):
        with sent_by(actor):
            assert workshop._sender.get() == sender


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_whoever_has_papers_on_their_way_keeps_nobody_elses_copy_from_being_checked(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await municipality.build(tmp_path)
    await commands.accept(world.binh, (await filed(world)).dossier_id, 1)
    token = tokens.token_of((await rows())[0].id)
    checked = []

    async def read(*_: Any, **__: Any) -> tuple[()]:
        checked.append(await workshop.do('signatures', b'', {}, seconds=LONG))
        return ()

    monkeypatch.setattr(copies, 'signatures_of', read)
    benches = Benches(monkeypatch)

    async def check(address: str) -> public.Checked:
        return await public.check(replace(world.guest, address=address), token, BytesIO(MARK))

    try:
        heavy = asyncio.create_task(_open('192.0.2.1', 'heavy'))
        await asyncio.wait_for(benches.heavy.wait(), LONG)
        waits = asyncio.create_task(check('192.0.2.1'))
        async with asyncio.timeout(LONG):
            while not workshop._turns['192.0.2.1']._waiters:  # nothing else tells it
                await asyncio.sleep(0)
        assert (await asyncio.wait_for(check('192.0.2.2'), LONG / 2)).verdict == 'other'
        assert copies._waiting == 0 and len(checked) == 1
    finally:
        benches.let_go.set()
    await asyncio.wait_for(asyncio.gather(heavy, waits), LONG)
    assert len(checked) == 2
