"""The serving process is killed at random moments while people file and officers decide: nothing that was said is untrue."""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

import httpx
from sqlalchemy import select

from app.audit.verify import verify
from app.db import read
from models import Dossier, Event, Message
from models.enums import MessageState
from tests.guarantees.crash_lab import Programs, Service
from tests.guarantees.invariants import broken, broken_in, unreadable_files
from tests.guarantees.recording import Guarantee, dose, say
from tests.support.smtp import SmtpServer

PROMISE = 'G1'


async def test_whatever_was_acknowledged_is_there_after_every_kill(tmp_path: Path, guarantee: Guarantee) -> None:
    wanted = dose(2, 200)
    with SmtpServer() as smtp:
        mail = {'SMTP_HOST': '127.0.0.1', 'SMTP_PORT': str(smtp.port), 'SMTP_TLS': 'none', 'MAIL_FROM': 'a@example.com'}
        service = Service(tmp_path / 'data', mail)
        programs = Programs(service)
        await service.prepare()
        ended = asyncio.Event()
        work = asyncio.create_task(programs.run(dose(4, 6), dose(1, 2), ended))
        try:
            in_flight = await _kill_often(service, programs, work, wanted)
            await service.start()
            ended.set()
            await work
            await _same_key_same_answer(programs)
            before = len(smtp.messages)
            async with asyncio.timeout(60):
                while len(smtp.messages) == before and await _queued(service):
                    await asyncio.sleep(0.2)
        finally:
            work.cancel()
            await service.stop()
        counts = await _reconcile(service, programs, smtp)
    assert in_flight, 'no kill hit a request'
    told = programs.told
    guarantee(
        PROMISE,
        happened=service.kills,
        unit='kills',
        fault=f'SIGKILL of the serving process at random moments while 6 citizens file and 2 officers decide; '
        f'{in_flight} kills hit requests under way, {told.cut} answers were lost',
        outcome=f'{len(told.filed)} acknowledged filings and {len(told.decided)} acknowledged decisions: 0 lost, '
        f'0 half-written, 0 numbers twice; {counts["files"]} files whole, {counts["events"]} events chained, '
        f'{counts["mails"]} mails, none without its event',
    )


async def _kill_often(service: Service, programs: Programs, work: 'asyncio.Task[None]', wanted: int) -> int:
    """Kill so many times; return how many kills found a request waiting for its answer."""
    in_flight = 0
    while service.kills < wanted:
        await service.start()
        already = len(programs.told.filed)
        async with asyncio.timeout(120):
            while len(programs.told.filed) == already:  # something is acknowledged in each life
                assert not work.done(), work.exception()
                await asyncio.sleep(0.01)
        await asyncio.sleep(random.uniform(0, 0.6))
        in_flight += bool(programs.flying)
        await service.kill()
        if service.kills % 10 == 0:
            say(f'{service.kills} of {wanted} kills, {len(programs.told.filed)} filings acknowledged')
    return in_flight


async def _same_key_same_answer(programs: Programs) -> None:
    """Send the last submissions again under their keys, as a program does that lost its memory of the answer."""
    async with httpx.AsyncClient(base_url=programs.service.url + '/api/v1', timeout=60) as http:
        for key in list(programs.told.filed)[-20:]:
            again = await programs.submit(http, programs.told.drafts[key], key)
            assert again == programs.told.filed[key]


async def _queued(service: Service) -> int:
    async with service.opened(), read() as db:
        waiting = select(Message.id).where(Message.state == MessageState.QUEUED, Message.attempts == 0)
        return len((await db.execute(waiting)).all())


async def _reconcile(service: Service, programs: Programs, smtp: SmtpServer) -> Counter[str]:
    """Compare what was said with what is there: database, files, record, outbox, mail server."""
    told = programs.told
    async with service.opened():
        assert await broken() == {}
        files, wrong = await unreadable_files()
        assert not wrong
        verdict = await verify()
        assert not verdict.faults
        async with read() as db:
            dossiers = {one.filing_number: one for one in (await db.execute(select(Dossier))).scalars()}
            events = (await db.execute(select(Event).where(Event.dossier_id.is_not(None)))).scalars().all()
            messages = (await db.execute(select(Message))).scalars().all()
    numbers = [answer['filing_number'] for answer in told.filed.values()]
    assert len(set(numbers)) == len(numbers)
    assert not [number for number in numbers if number not in dossiers]
    acts = {(event.dossier_id, event.action) for event in events}
    assert not [(one, act) for one, act, _ in told.decided if (one, act) not in acts]
    versions = {one.id: one.version for one in dossiers.values()}
    assert not [one for one, _, version in told.decided if versions[one] < version]
    assert not [m.id for m in messages if m.state is MessageState.FAILED]
    sent = {m.message_id for m in messages if m.state is MessageState.SENT}
    arrived = {str(m.mail['Message-ID']) for m in smtp.messages}
    assert sent <= arrived <= {m.message_id for m in messages}
    assert broken_in(service.folder / 'motcua.db') == {}
    return Counter(files=files, events=verdict.events, mails=len(smtp.messages), at=int(time.time()))
