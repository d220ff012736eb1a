"""Queues, look-up and search on a filled folder: ``python -m scripts.bench.queries FOLDER TIMES`` prints JSON."""

import asyncio
import json
import sys
import time
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
from scripts.bench.figures import EVERY, GROWING, Work
from scripts.bench.load import spread


async def officer(key: str) -> Actor:
    """Return a member of staff of the demonstration at work."""
    async with read() as db:
        account = (await db.execute(select(Account).where(col(Account.email) == email_of(key)))).scalar_one()
        grants = await live_grants(db, account.id)
    sure = Authentication.TWO_FACTOR
    return Actor(ActorKind.STAFF, account.id, grants=grants, authentication=sure, channel=Channel.COUNTER)


async def measure(times: int) -> dict[str, object]:
    """Time each query with so many questions, and all of them once more: what an office works on is read again and again."""
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

    works: dict[str, Work] = {
        'queue': lambda _: inbox.inbox(binh, 'to_receive'),
        'own queue': lambda _: inbox.inbox(binh, 'mine'),
        'all, newest first': lambda _: inbox.inbox(binh, 'all'),
        'look-up by code': look_up,
        'public progress': public,
        'search by name': lambda one: inbox.inbox(binh, 'all', one.applicant_name),
        'search by a common name': lambda _: inbox.inbox(binh, 'all', 'nguyễn'),
        'search by part of a code': lambda one: inbox.inbox(binh, 'all', one.filing_number[-11:]),
        'dossier on the desk': lambda one: desk.desk_dossier(binh, one.id),
        'overseer: all, newest first': lambda _: inbox.inbox(above, 'all'),
        'overseer: search by name': lambda one: inbox.inbox(above, 'all', one.applicant_name),
        'overseer: search by a common name': lambda _: inbox.inbox(above, 'all', 'nguyễn'),
        'overseer: search by part of a code': lambda one: inbox.inbox(above, 'all', one.filing_number[-11:]),
        **figures.works(),
    }
    found: dict[str, object] = {'dossiers': count}
    for name, work in works.items():
        few = (
            some[:2]
            if name.startswith(EVERY)
            else some[: max(3, times // 4)]
            if name.startswith(('overseer', *GROWING))
            else some
        )
        await work(few[0])
        first, again = await _timed(work, few), await _timed(work, few)
        found[name] = {'p50': again[0], 'p95': again[1], 'cpu': again[2], 'first': first[0]}
    return found


async def _timed(work: Work, some: list[Dossier]) -> tuple[float, float, float]:
    """Do some work for each of some dossiers; returns median and 95th percentile, and processor time for each, in ms."""
    waited, used = [], time.process_time()
    for one in some:
        start = time.perf_counter()
        await work(one)
        waited.append(time.perf_counter() - start)
    return *spread(waited), (time.process_time() - used) * 1000 / len(some)


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
