"""The real serving process, started and killed often; programs that file and decide meanwhile and note what they were told."""

import asyncio
import io
import logging
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

from app import migrate
from app.access import SYSTEM
from app.api_tokens import commands as tokens
from app.api_tokens.rules import SCOPES
from app.clock import now
from app.db import close_database, lock_folder, open_database
from app.log import start_log
from app.settings import Settings, load
from app.startup import equip
from tests.support import world
from tests.support.ports import free_port

DECISIONS: dict[str, dict[str, Any]] = {
    'accept': {'order_reason': 'system_error'},
    'refuse': {'reason': 'Giấy mờ'},
    'request_supplement': {
        'items': [{'kind': 'document', 'id': 'proof', 'text': 'Chụp rõ hơn'}],
        'reason': 'Mờ',
        'guidance': 'Chụp lại',
        'contact': 'Bình',
    },
}
"""What an officer may decide first, with what the API asks for."""
SECRET = 'a master secret for the tests only'
_forks = get_context('forkserver')
_forks.set_forkserver_preload(['main', 'pages.root', 'tests.guarantees.crash_lab'])
"""Each server is a process of its own that runs what ``python main.py`` runs; only the imports are shared."""


def serve(folder: str, environment: dict[str, str]) -> None:
    """Be what ``python main.py`` is once the installation is up to date."""
    import main

    out = os.open(f'{folder}/server.log', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(environment)
    start_log()
    settings = load()
    with closing(lock_folder(settings.data_dir)):
        main.run(settings)


@dataclass
class Service:
    """An installation that serves, dies and serves again."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    """Settings beside folder, port and secret."""
    port: int = 0
    kills: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)
    process: BaseProcess | None = None
    token: str = ''
    """Of the intake officer, for the API."""

    @property
    def url(self) -> str:
        """Where it serves."""
        return f'http://127.0.0.1:{self.port}'

    @property
    def settings(self) -> Settings:
        """The settings with which it serves."""
        return Settings(data_dir=self.folder, secret=SECRET, port=self.port, _env_file=None)

    async def prepare(self) -> None:
        """Make the installation: a small municipality and the officer's token."""
        self.port = free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        equip(self.settings)
        await asyncio.to_thread(migrate.upgrade, self.settings.database)
        async with self.opened():
            there = await world.build(self.folder)
            scopes = [str(scope) for scope in SCOPES]
            made = await tokens.create(SYSTEM, 'desk', scopes, email=there.binh.email or '', days=9)
            self.token = made.token

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open its database in this process, while it does not serve."""
        equip(self.settings)
        await open_database(self.settings.database)
        try:
            yield
        finally:
            await close_database()

    async def start(self) -> None:
        """Serve, and return when it is ready."""
        own = {'DATA_DIR': str(self.folder), 'PORT': str(self.port), 'SECRET': SECRET, **self.more}
        environment = {f'MOTCUA_{name}': value for name, value in own.items()}
        self.process = _forks.Process(target=serve, args=(str(self.folder), environment), daemon=True)
        self.process.start()
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as http:
            async with asyncio.timeout(120):
                while not await _is_ready(http):
                    assert self.process.is_alive(), (self.folder / 'server.log').read_text()[-3000:]
                    await asyncio.sleep(0.03)
        self.up.set()

    async def kill(self) -> None:
        """SIGKILL, and wait until it is dead."""
        assert self.process
        self.up.clear()
        self.process.kill()
        await asyncio.to_thread(self.process.join)
        assert self.process.exitcode == -9, 'the fault must have happened'
        self.kills += 1

    async def stop(self) -> None:
        """Let it end by itself."""
        if self.process and self.process.is_alive():
            self.process.terminate()
            await asyncio.to_thread(self.process.join, 20)
            self.process.kill()


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get('/readyz')).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass
class Told:
    """What a program was told, and so relies on."""

    filed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The answers to submissions, by idempotency key."""
    when: dict[str, datetime] = field(default_factory=dict)
    """When each of these answers was there."""
    drafts: dict[str, str] = field(default_factory=dict)
    """The token of the draft, by idempotency key."""
    decided: list[tuple[str, str, int]] = field(default_factory=list)
    """Dossier, act and the version that the answer named."""
    cut: int = 0
    """Requests whose answer never came."""
    refused: list[str] = field(default_factory=list)
    """Answers that no program should get, with what was asked."""


@dataclass
class Programs:
    """Many programs at once: citizens' that file, an officer's that decides."""

    service: Service
    told: Told = field(default_factory=Told)
    flying: int = 0
    """Requests that wait for an answer now."""
    officers: int = 1

    async def run(self, citizens: int, officers: int, until: asyncio.Event) -> None:
        """Work until told to end; what was begun is brought to its end."""
        self.officers = officers
        async with asyncio.TaskGroup() as group:
            for number in range(citizens):
                group.create_task(self._citizen(number, until))
            for number in range(officers):
                group.create_task(self._officer(number, until))

    async def _citizen(self, number: int, until: asyncio.Event) -> None:
        picture = noise(random.randrange(2_000, 60_000))
        async with self.client(f'198.51.100.{number + 1}') as http:
            while not until.is_set():
                await self._file(http, picture)

    async def _file(self, http: httpx.AsyncClient, picture: bytes) -> None:
        """File one dossier; what got no answer is asked again, the submission under the same key."""
        token, key = await self.prepare(http, picture), uuid4().hex
        self.told.drafts[key] = token
        self.told.filed[key] = await self.submit(http, token, key)
        self.told.when[key] = now()

    async def prepare(self, http: httpx.AsyncClient, picture: bytes) -> str:
        """Fill in a whole draft and return its token."""
        token = str((await self._ask(http, 'POST', '/drafts', json={'procedure': 'cap-giay-thu'}))['token'])
        await self._ask(http, 'PATCH', f'/drafts/{token}/answers', json={'answers': world.ANSWERS})
        await self._ask(http, 'POST', f'/drafts/{token}/documents/proof', files={'file': ('giay.png', picture)})
        return token

    async def submit(self, http: httpx.AsyncClient, token: str, key: str) -> dict[str, Any]:
        """Send a draft under a key."""
        headers = {'Idempotency-Key': key}
        return await self._ask(http, 'POST', f'/drafts/{token}/submit', json={'declared': True}, headers=headers)

    async def _officer(self, number: int, until: asyncio.Event) -> None:
        async with self.client(f'203.0.113.{number + 1}', Authorization=f'Bearer {self.service.token}') as http:
            seen = 0
            while not until.is_set():
                waiting = list(self.told.filed.values())[seen:]
                if not waiting:
                    await asyncio.sleep(0.02)
                for one in waiting:
                    seen += 1
                    if seen % self.officers == number and not until.is_set():
                        await self._decide(http, await self.find(http, one['filing_number']))

    async def find(self, http: httpx.AsyncClient, number: str) -> str:
        """Return the id of an acknowledged dossier: it must be there."""
        found = await self._ask(http, 'GET', '/desk/dossiers', params={'view': 'all', 'text': number})
        assert [row['number'] for row in found['rows']] == [number], f'{number} was acknowledged and is not there'
        return str(found['rows'][0]['dossier_id'])

    async def _decide(self, http: httpx.AsyncClient, dossier_id: str) -> None:
        """Decide once; an answer that was lost stays unknown."""
        act = random.choice(list(DECISIONS))
        body = {'seen_version': 1, **DECISIONS[act]}
        done = await self._ask(http, 'POST', f'/desk/dossiers/{dossier_id}/{act}', json=body, once=True)
        if 'version' in done:
            self.told.decided.append((dossier_id, act, done['version']))
            if act == 'accept':
                seen = {'seen_version': done['version']}
                done = await self._ask(http, 'POST', f'/desk/dossiers/{dossier_id}/forward', json=seen, once=True)
                if 'version' in done:
                    self.told.decided.append((dossier_id, 'forward', done['version']))

    def client(self, address: str, **headers: str) -> httpx.AsyncClient:
        headers['X-Forwarded-For'] = address
        return httpx.AsyncClient(base_url=self.service.url + '/api/v1', headers=headers, timeout=120)

    async def _ask(
        self, http: httpx.AsyncClient, method: str, path: str, *, once: bool = False, **what: Any
    ) -> dict[str, Any]:
        """Ask until there is an answer (``once``: or until one was lost). A server that is away is waited for."""
        while True:
            await self.service.up.wait()
            self.flying += 1
            try:
                answer = await http.request(method, path, **what)
            except (httpx.HTTPError, OSError):
                self.told.cut += 1
                if once:
                    return {}
                await asyncio.sleep(0.01)
                continue
            finally:
                self.flying -= 1
            if answer.status_code in (200, 201):
                return dict(answer.json())
            if once and answer.status_code == 409:
                return {}
            self.told.refused.append(f'{method} {path}: {answer.status_code} {answer.text[:300]}')
            raise AssertionError(self.told.refused[-1])


def noise(size: int) -> bytes:
    """Return a picture of at least so many bytes."""
    side, file = int((size / 3) ** 0.5) + 2, io.BytesIO()
    Image.frombytes('RGB', (side, side), os.urandom(side * side * 3)).save(file, 'PNG')
    return file.getvalue()


@asynccontextmanager
async def quiet_http() -> AsyncIterator[None]:
    """Keep the client's own log lines out of the test's output."""
    logger = logging.getLogger('httpx')
    before, logger.level = logger.level, logging.WARNING
    try:
        yield
    finally:
        logger.level = before
