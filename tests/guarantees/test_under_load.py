"""Many at once against the real process: numbers, decisions, and copies that are made meanwhile and come back elsewhere."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from app.audit.verify import verify
from app.clock import local, now
from app.db import read
from app.operations.backup import read_manifest, restore
from app.operations.copies import copies
from app.settings import Settings
from models import Dossier
from tests.guarantees.crash_lab import SECRET, Programs, Service, Told, noise
from tests.guarantees.invariants import broken, broken_in, unreadable_files
from tests.guarantees.recording import FULL, Guarantee, dose, say

PROMISE = 'G8'
ROOT = Path(__file__).parents[2]
DRILL = ROOT / 'docs' / 'restore-drill.md'
POINT, BACK = 300, 900
"""Seconds: how old what is lost may be, and how long until the service is back."""
EVERY = 0.1
"""Minutes from one copy to the next in the drill."""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The real process on a small municipality."""
    one = Service(tmp_path / 'data')
    await one.prepare()
    await one.start()
    yield one
    await one.stop()


def memory(service: Service) -> int:
    """Return the megabytes that the process holds."""
    assert service.process
    status = Path(f'/proc/{service.process.pid}/status').read_text()
    return int(next(line for line in status.splitlines() if line.startswith('VmRSS')).split()[1]) // 1024


async def drafts(service: Service, count: int) -> list[str]:
    """Prepare so many complete drafts, from many addresses."""
    picture, tokens = noise(20_000), list[str]()
    programs, turn = Programs(service), asyncio.Semaphore(8)

    async def one(number: int) -> None:
        async with turn, programs.client(f'198.51.100.{number % 200 + 1}') as http:
            tokens.append(await programs.prepare(http, picture))

    await asyncio.gather(*(one(number) for number in range(count)))
    return tokens


async def test_all_at_once_get_a_number_each_and_one_of_two_officers_wins(
    service: Service, guarantee: Guarantee
) -> None:
    count, before = dose(30, 1000), memory(service)
    tokens = await drafts(service, count)
    say(f'{count} drafts are ready')
    answers, most = Counter[int](), 0
    numbers: list[str] = []
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(base_url=service.url + '/api/v1', timeout=600, limits=limits) as http:

        async def send(number: int, token: str) -> None:
            nonlocal most
            headers = {'Idempotency-Key': uuid4().hex, 'X-Forwarded-For': f'198.51.100.{number % 200 + 1}'}
            answer = await http.post(f'/drafts/{token}/submit', json={'declared': True}, headers=headers)
            answers[answer.status_code] += 1
            most = max(most, memory(service))
            if answer.status_code == 201:
                numbers.append(answer.json()['filing_number'])

        begun = time.perf_counter()
        await asyncio.gather(*(send(number, token) for number, token in enumerate(tokens)))
        took = time.perf_counter() - begun
    assert answers == {201: count}
    assert len(set(numbers)) == count
    assert most - before < 400, f'{before} MB before, {most} MB at most'
    guarantee(
        'G8',
        happened=count,
        unit='submissions at once',
        fault=f'{count} complete drafts sent by API over {count} connections at the same moment',
        outcome=f'{count} different numbers, 0 errors, in {took:.1f} s; memory {before} MB before, {most} MB at most',
    )
    await _pairs(service, numbers, guarantee)
    await service.stop()
    async with service.opened():
        assert await broken() == {}


async def _pairs(service: Service, numbers: list[str], guarantee: Guarantee) -> None:
    """Let two officers decide the same dossiers at the same moment."""
    pairs = dose(10, 500)
    headers = {'Authorization': f'Bearer {service.token}'}
    outcomes: Counter[tuple[int, ...]] = Counter()
    programs = Programs(service)
    async with httpx.AsyncClient(base_url=service.url + '/api/v1', timeout=300, headers=headers) as http:
        for number in numbers[:pairs]:
            dossier_id = await programs.find(http, number)
            ways = [('accept', {'order_reason': 'system_error'}), ('refuse', {'reason': 'Giấy mờ'})]
            random.shuffle(ways)
            both = (
                http.post(f'/desk/dossiers/{dossier_id}/{act}', json={'seen_version': 1, **body}) for act, body in ways
            )
            done = await asyncio.gather(*both)
            outcomes[tuple(sorted(answer.status_code for answer in done))] += 1
            loser = next(answer for answer in done if answer.status_code != 200)
            assert loser.json()['detail'], 'the loser is told'
    assert outcomes == {(200, 409): pairs}
    guarantee(
        'G13',
        happened=pairs,
        unit='pairs of decisions',
        fault='two officers accept and refuse the same dossier at the same moment',
        outcome='one carried out each time, the other told that somebody was faster',
    )


async def test_the_newest_scheduled_copy_comes_back_elsewhere(tmp_path: Path, guarantee: Guarantee) -> None:
    folder, log = tmp_path / 'copies', Log()
    service = await _scheduled(tmp_path, folder)
    programs, ended = Programs(service), asyncio.Event()
    work = asyncio.create_task(programs.run(4, 1, ended))
    wanted = dose(1, 5)
    async with asyncio.timeout(200):
        while len(copies(folder)) < wanted or len(_before_the_newest(folder, programs.told)) < dose(4, 40):
            assert not work.done(), work.exception()
            await asyncio.sleep(0.1)
    await asyncio.sleep(random.uniform(0, dose(1, 6)))
    flying = programs.flying
    await service.kill()
    disaster, lost_at = time.monotonic(), now()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    told, newest = programs.told, copies(folder)[-1]
    made_at = _made_at(newest)
    log(
        f'SIGKILL, {flying} requests under way; the data folder counts as lost; {len(told.filed)} filings were '
        f'acknowledged, {len(copies(folder))} copies lie there, the newest is {(lost_at - made_at).total_seconds():.1f} s old'
    )
    elsewhere = Service(tmp_path / 'elsewhere', port=service.port)
    await asyncio.to_thread(_restore, elsewhere, newest)
    log('restore done into an empty folder')
    await elsewhere.start()
    log('the service answers again')
    back = time.monotonic() - disaster
    await elsewhere.stop()
    there, files, events = await _looked_through(elsewhere)
    log(f'{files} files opened and compared with their SHA-256, {events} events chained, database whole')
    numbers = {answer['filing_number']: told.when[key] for key, answer in told.filed.items()}
    lost = {number: at for number, at in numbers.items() if number not in there}
    before = [number for number, at in numbers.items() if at < made_at]
    assert before and not set(before) & set(lost), 'what was acknowledged before the copy began is in it'
    point = max((lost_at - at).total_seconds() for at in lost.values()) if lost else 0.0
    log(
        f'{len(before)} of {len(before)} filings acknowledged before that copy are there; of the later ones {len(lost)} are not'
    )
    log(f'the oldest acknowledged filing that is lost was {point:.1f} s old; copies were due every {60 * EVERY:.0f} s')
    log.write()
    assert point < POINT and back < BACK
    guarantee(
        'G16',
        happened=service.kills,
        unit=f'lost installation; {len(copies(folder))} scheduled copies, the newest with {files} files and {events} events',
        fault=f'SIGKILL while 4 citizens file and an officer decides ({flying} requests under way) and copies are made '
        f'every {60 * EVERY:.0f} s instead of every 3 minutes; then `restore` of the newest into an empty folder',
        outcome=f'the oldest acknowledged filing that is lost was {point:.1f} s old ({len(lost)} lost, all {len(before)} '
        f'from before the copy are there); serving again {back:.1f} s after the loss; integrity, foreign keys, record '
        f'and the SHA-256 of every file hold',
    )


def _made_at(copy: Path) -> datetime:
    return datetime.fromisoformat(read_manifest(copy).made_at)


def _before_the_newest(folder: Path, told: Told) -> list[str]:
    """Return what was acknowledged before the newest copy began."""
    made_at = _made_at(copies(folder)[-1]) if copies(folder) else None
    return [key for key in told.filed if made_at and told.when[key] < made_at]


async def _scheduled(tmp_path: Path, folder: Path) -> Service:
    """Start the real process with copies made by the clock, quicker than in earnest."""
    service = Service(tmp_path / 'data', more={'BACKUP_DIR': str(folder), 'BACKUP_MINUTES': str(EVERY)})
    await service.prepare()
    await service.start()
    return service


async def _looked_through(service: Service) -> tuple[set[str], int, int]:
    """Look at everything in an installation; return its numbers of dossiers, how many files and how many events."""
    assert broken_in(service.folder / 'motcua.db') == {}
    async with service.opened():
        assert await broken() == {}
        files, wrong = await unreadable_files()
        assert not wrong
        verdict = await verify()
        assert not verdict.faults
        async with read() as db:
            return set((await db.execute(select(Dossier.filing_number))).scalars()), files, verdict.events


class Log:
    """What happened in a drill and when; kept after a full one."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.begun = time.monotonic()

    def __call__(self, what: str) -> None:
        self.lines.append(f'{local(now()):%Y-%m-%d %H:%M:%S}  +{time.monotonic() - self.begun:6.1f} s  {what}')
        say(what)

    def write(self) -> None:
        """Keep the log in the documentation."""
        if FULL:
            DRILL.write_text('\n'.join((DRILL_HEAD, '```', *self.lines, '```', '')), 'utf-8')


DRILL_HEAD = """# The restore drill

Log of the last drill of `make guarantees ARGS='-k newest_scheduled_copy'`: people file, the service makes its copies
(`MOTCUA_BACKUP_DIR`) quicker than the three minutes of earnest, the process is killed in the middle and its folder
given up, the newest copy goes into an empty folder by `restore`, the service starts there. Recovery point asked for: at
most 5 minutes. Recovery time asked for: at most 15 minutes.
"""


def _command(service: Service, *words: str) -> None:
    """Run a command of the command line as an administrator does."""
    environment = {**os.environ, 'MOTCUA_DATA_DIR': str(service.folder), 'MOTCUA_SECRET': SECRET}
    done = subprocess.run([sys.executable, 'main.py', *words], cwd=ROOT, env=environment, check=False, text=True)
    assert done.returncode == 0


def _restore(service: Service, copy: Path) -> None:
    if FULL:
        return _command(service, 'restore', str(copy))
    service.folder.mkdir()
    restore(Settings(data_dir=service.folder, secret=SECRET, _env_file=None), copy)
    return None
