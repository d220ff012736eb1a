"""Queues, look-up and search on a filled folder: ``python -m scripts.bench.queries FOLDER TIMES`` prints JSON."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from sqlalchemy import func, select
from sqlmodel import col

from app import startup
from app.access import Actor, ActorKind
from app.accounts.queries import live_grants
from app.db import close_database, open_database, read
from app.demo.mass.places import OVERSEER
from app.demo.people import email_of
from app.dossiers import desk, inbox, queries
from app.dossiers.loading import find_by_number
from app.limits import forget_all
from app.settings import Settings
from models import Account, Dossier
from models.enums import Authentication, Channel
from scripts.bench import figures
from scripts.bench.load import spread


async def officer(key: str) -> Actor:
    """Return a member of staff of the demonstration at work."""
    async with read() as db:
        account = (await db.execute(select(Account).where(col(Account.email) == email_of(key)))).scalar_one()
        grants = await live_grants(db, account.id)
    sure = Authentication.TWO_FACTOR
    return Actor(ActorKind.STAFF, account.id, grants=grants, authentication=sure, channel=Channel.COUNTER)


async def measure(times: int) -> dict[str, object]:
    """Time each query so many times with changing questions; the first round only warms up."""
    binh, above = await officer('binh'), await officer(OVERSEER)
    units = next(iter(binh.grants)).unit_id
    async with read() as db:
        count = (await db.execute(select(func.count()).select_from(Dossier))).scalar_one()
        rows = (
            (await db.execute(select(Dossier).where(col(Dossier.resolving_unit_id) == units).limit(500)))
            .scalars()
            .all()
        )
    random = Random(1)  # noqa: S311
    some = [random.choice(rows) for _ in range(times)]

    async def look_up(one: Dossier) -> None:
        async with read() as db:
            assert await find_by_number(db, one.official_code or one.filing_number)  # noqa: S101

    async def public(one: Dossier) -> None:
        await forget_all()
        await queries.track_public(binh, one.filing_number)

    works: dict[str, Callable[[Dossier], Awaitable[object]]] = {
        'queue': lambda _: inbox.inbox(binh, 'to_receive'),
        'own queue': lambda _: inbox.inbox(binh, 'mine'),
        'all, newest first': lambda _: inbox.inbox(binh, 'all'),
        'look-up by code': look_up,
        'public progress': public,
        'search by name': lambda one: inbox.inbox(binh, 'all', one.applicant_name),
        'search by part of a code': lambda one: inbox.inbox(binh, 'all', one.filing_number[-11:]),
        'dossier on the desk': lambda one: desk.desk_dossier(binh, one.id),
        'overseer: all, newest first': lambda _: inbox.inbox(above, 'all'),
        'overseer: search by name': lambda one: inbox.inbox(above, 'all', one.applicant_name),
        **figures.works(),
    }
    found: dict[str, object] = {'dossiers': count}
    for name, work in works.items():
        least = max(3, times // 10) if name.startswith('overseer') else times
        waited, used = [], 0.0
        for number, one in enumerate(some[:1] + some[:least]):
            start, cpu = time.perf_counter(), time.process_time()
            await work(one)
            if number:
                waited.append(time.perf_counter() - start)
                used += time.process_time() - cpu
        p50, p95 = spread(waited)
        found[name] = {'p50': p50, 'p95': p95, 'cpu': used * 1000 / len(waited)}
    return found


async def main(folder: Path, times: int) -> None:
    """Open the folder and print what was measured."""
    settings = Settings(data_dir=folder)
    startup.equip(settings)
    await open_database(settings.database)
    try:
        print(json.dumps(await measure(times)))
    finally:
        await close_database()


if __name__ == '__main__':
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
