"""The API on a port of this machine, in a thread of its own, with something to meet behind each address."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

import uvicorn

from app import notifications
from app.access import SYSTEM, Actor
from app.api_tokens import commands as tokens
from app.api_tokens.rules import SCOPES
from app.db import close_database, open_database
from app.dossiers import attachments, commands, drafts, opening
from app.limits import forget_all
from app.settings import Settings
from app.webhooks import commands as webhooks
from tests.api import house
from tests.support import world as municipality
from tests.support.world import ANSWERS, PNG, World, filed

HOOK = 'https://lgsp.example/told'
"""An address that a webhook may have; nothing is sent here, since no loop runs."""


@dataclass
class Served:
    """Where the API is, and what is there: tokens by who has them, ids by the name of the parameter."""

    url: str = ''
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)


class _Server(uvicorn.Server):
    """Tells when it has started."""

    tell: Callable[[], None]

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.tell()


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[Served]:
    """Serve until the block ends."""
    served, started = Served(), threading.Event()
    server = _Server(uvicorn.Config(house.application(), port=0, log_config=None, access_log=False, lifespan='off'))
    server.tell = started.set

    async def main() -> None:
        await open_database(database_url)
        try:
            await _fill(served, await municipality.build(folder))
            await server.serve()
        finally:
            started.set()
            await close_database()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    started.wait(60)
    try:
        assert server.started, 'the server did not start'
        served.url = f'http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}'
        yield served
    finally:
        server.should_exit = True
        thread.join(30)


async def _fill(served: Served, world: World) -> None:
    """Make drafts, dossiers in several states, and tokens for both sides of the counter."""
    notifications.use_settings(Settings(base_url=house.URL, webhook_hosts='lgsp.example'))
    await forget_all()
    served.ids['token'] = [await _draft(world) for _ in range(3)]
    new, accepted, asked = [await filed(world) for _ in range(3)]
    why = {'reason': 'x', 'guidance': 'x', 'contact': 'x'}
    items = [{'kind': 'document', 'id': 'proof'}, {'kind': 'field', 'id': 'reason'}]
    for one in (accepted, asked):
        done = await commands.accept(world.binh, one.dossier_id, 1, order_reason='priority_person')
    await commands.request_supplement(world.binh, asked.dossier_id, done.version, items=items, **why)
    served.ids['dossier_id'] = [one.dossier_id for one in (new, accepted, asked)]
    served.ids['number'] = [new.filing_number]
    served.ids['slug'] = [world.spec.id]
    served.ids['document_id'] = ['proof', 'card', 'khac']
    served.ids['file_id'] = [new.papers[0].id, asked.papers[0].id]
    served.tokens['officer'] = await _token(world.binh)
    served.tokens['spare'] = await _token(world.chi)
    admin = await house.admin(world)
    served.tokens['admin'] = await _token(admin)
    hooks = [await webhooks.register(admin, 'LGSP', HOOK, unit_code='H55.242', acts=[]) for _ in range(3)]
    served.ids['webhook_id'] = [hook.id for hook in hooks]
    served.ids['delivery_id'] = [await webhooks.ping(admin, hook.id) for hook in hooks]
    opened = await opening.open_by_secret(world.guest, asked.filing_number, asked.secret or '')
    served.tokens['opener'] = opened.token


async def _draft(world: World) -> str:
    token = (await drafts.start(world.guest, world.spec.id, with_account=False)).token
    await drafts.save(world.guest, token, ANSWERS)
    await attachments.add_to_draft(world.guest, token, 'proof', 'giay.png', PNG)
    return token


async def _token(who: Actor) -> str:
    scopes = [str(scope) for scope in SCOPES]
    return (await tokens.create(SYSTEM, 'fuzz', scopes, email=who.email or '', days=1)).token
