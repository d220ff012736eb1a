"""A full disk and a held database: said in clear words, nothing lost, nobody else held up."""

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app import db as database_module
from app import notifications
from app.db import close_database, open_database, write
from app.limits import forget_all
from app.settings import Settings
from tests.api import house as api
from tests.guarantees.invariants import broken, broken_in, unreadable_files
from tests.guarantees.recording import Guarantee, dose, say
from tests.support import world as municipality
from tests.support.lateness import watching_the_loop

FULL_WORDS = 'Máy chủ đã hết chỗ lưu nên chưa nhận được.'
BUSY_WORDS = 'Hệ thống đang bận nên chưa thực hiện được.'
HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('BEGIN IMMEDIATE')
print('held', flush=True)
sys.stdin.readline()
db.execute('ROLLBACK')
"""


@pytest.fixture
def dialect() -> str:
    """The embedded database: the other one has a disk and locks of its own."""
    return 'sqlite'


@pytest.fixture
async def program(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[api.Program]:
    """A program before a small municipality; at a small dose a held database is waited for one second."""
    if dose(0, 1) == 0:
        monkeypatch.setattr(database_module, 'BUSY_SECONDS', 1)
    await open_database(database_url)
    notifications.use_settings(Settings(base_url=api.URL))
    await forget_all()
    await municipality.build(tmp_path)
    one = api.program()
    async with one.http:
        yield one
    await close_database()


async def pages(pragma: str, value: int | None = None) -> int:
    """Ask the writing connection about its pages."""
    async with write() as db:
        said = await db.execute(text(f'PRAGMA {pragma}' + (f'={value}' if value else '')))
        return int(said.scalar_one())


def all_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / 'files').rglob('*') if path.is_file())


async def test_a_full_disk_under_the_database_is_said_and_harms_nothing(
    program: api.Program, tmp_path: Path, guarantee: Guarantee
) -> None:
    full, taken, seen = 0, 0, set[str]()
    for _ in range(dose(2, 60)):
        await forget_all()
        await pages('max_page_count', await pages('page_count') + 6)
        refused = False
        for _ in range(200):
            token = None
            for method, path, body in (
                ('POST', '/drafts', {'json': {'procedure': 'cap-giay-thu'}}),
                ('PATCH', '/drafts/{token}/answers', {'json': {'answers': municipality.ANSWERS}}),
                ('POST', '/drafts/{token}/documents/proof', {'files': {'file': ('giay.png', municipality.PNG)}}),
                ('POST', '/drafts/{token}/submit', {'json': {'declared': True}, 'headers': {'Idempotency-Key': 'k' * 20}}),
            ):  # fmt: skip
                if 'headers' in body:
                    body = {**body, 'headers': {'Idempotency-Key': f'{token}'[:40]}}
                answer = await program.call(method, path.format(token=token), **body)
                if answer.status_code == 503:
                    assert answer.json()['detail'].startswith(FULL_WORDS), answer.text
                    seen.add(path)
                    refused = True
                    break
                assert answer.status_code in (200, 201), answer.text
                token = token or answer.json()['token']
            if refused:
                break
            taken += 1
        assert refused, 'the disk never filled'
        full += 1
        assert await broken() == {}
        files, wrong = await unreadable_files()
        assert not wrong and len(all_files(tmp_path)) == files, 'a file without a row stayed behind'
        await pages('max_page_count', 1_000_000)
        token = await program.draft('cap-giay-thu', municipality.PNG)
        assert (await program.submit(token, f'after{full:015}')).status_code == 201, 'with room again it goes on'
        say(f'{full} times full')
    await close_database()
    assert broken_in(tmp_path / 'motcua.db') == {}
    guarantee(
        'G6',
        happened=full,
        unit='full disks',
        fault=f'SQLITE_FULL (PRAGMA max_page_count) while a program files; it hit {len(seen)} kinds of request',
        outcome=f'503 in clear words each time, {taken} filings before it whole, integrity ok, no file left over',
    )


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let every larger file fail, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_under_the_files_is_said_and_leaves_nothing(
    program: api.Program, tmp_path: Path, guarantee: Guarantee
) -> None:
    token = await program.draft('cap-giay-thu', municipality.PNG)
    before, full = all_files(tmp_path), 0
    for number in range(dose(5, 100)):
        picture = api.picture(60_000 + number * 100)
        with no_file_larger_than(20_000 + number * 97 % 30_000):
            answer = await program.call('POST', f'/drafts/{token}/documents/card', files={'file': ('a.png', picture)})
        assert answer.status_code == 503, answer.text
        assert answer.json()['detail'].startswith(FULL_WORDS)
        assert all_files(tmp_path) == before
        full += 1
        await forget_all()
    assert (await program.submit(token)).status_code == 201
    guarantee(
        'G6',
        happened=full,
        unit='files cut off',
        fault='RLIMIT_FSIZE: the file system takes no more bytes in the middle of an upload',
        outcome='503 in clear words each time, nothing left in the folder, the draft can be sent',
    )


@asynccontextmanager
async def held(file: Path) -> AsyncIterator[None]:
    """Let another process hold the database for writing."""
    command = [sys.executable, '-c', HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin and other.stdout
        assert await asyncio.to_thread(other.stdout.readline) == 'held\n'
        try:
            yield
        finally:
            other.stdin.write('\n')
            other.stdin.flush()


async def test_a_held_database_is_said_and_readers_go_on(
    program: api.Program, tmp_path: Path, guarantee: Guarantee
) -> None:
    token, seconds = await program.draft('cap-giay-thu', municipality.PNG), dose(3, 30)
    refused, read, slowest = 0, 0, 0.0
    await program.ok('GET', '/procedures')
    async with watching_the_loop() as late, held(tmp_path / 'motcua.db'):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            waiting: asyncio.Task[Any] = asyncio.create_task(program.submit(token))
            while not waiting.done():
                begun = time.perf_counter()
                assert (await program.call('GET', '/procedures')).status_code == 200
                slowest, read = max(slowest, time.perf_counter() - begun), read + 1
                await asyncio.sleep(0.05)
            answer = await waiting
            assert answer.status_code == 503 and answer.json()['detail'].startswith(BUSY_WORDS), answer.text
            refused += 1
    assert late.own < 0.5, f'the event loop stood still for {late.loop:.2f} s, another thread for {late.beside:.2f} s'
    assert (await program.submit(token)).status_code == 201
    assert await broken() == {}
    guarantee(
        'G7',
        happened=refused,
        unit='refusals',
        fault=f'a second process holds BEGIN IMMEDIATE for {seconds} s while a program submits',
        outcome=f'503 in clear words after {database_module.BUSY_SECONDS} s each, then sent; meanwhile {read} reads, the '
        f'slowest {slowest * 1000:.0f} ms, the loop late by at most {late.loop * 1000:.0f} ms (a thread beside it by {late.beside * 1000:.0f} ms)',
    )
