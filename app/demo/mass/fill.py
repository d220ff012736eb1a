"""Fill an installation with a large made-up municipality: day after day, while the last days are being written."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.access import SYSTEM
from app.audit.record import record
from app.db import dialect, read, write
from app.demo.mass.again import Copy
from app.demo.mass.casting import cast
from app.demo.mass.ledger import Batch, Ledger
from app.demo.mass.places import prepare_places
from app.demo.mass.story import Story
from app.demo.mass.town import Town
from app.demo.people import DOMAIN, prepare_people
from app.demo.units import prepare_units
from app.errors import AppError
from app.settings import Settings
from app.statistics.recount import Tell as TellCounted
from app.statistics.recount import rebuild, silent
from models import Account, Dossier

SEED = 2026
BATCH = 2_000
"""Dossiers written in one transaction."""
ALIKE = 16
"""Places at most in which the same acts happen in the same minutes, to other people."""
MOST = 5_000_000
_PROCESSES = multiprocessing.get_context('fork')
"""The other process begins with everything that is prepared here; it opens no database."""
Tell = Callable[[int, int], None]
"""Called with how many dossiers and events are written."""


@dataclass(frozen=True)
class Filled:
    """What was made."""

    dossiers: int
    events: int
    units: int


async def fill(
    settings: Settings, dossiers: int, tell: Tell = lambda _dossiers, _events: None, tell_counted: TellCounted = silent
) -> Filled:
    """Add so many dossiers of the past two years to an open database. Nothing is mailed: nobody has an address.

    Raises:
        AppError: people of a real installation are in it, or the number makes no sense.
    """
    if not 1 <= dossiers <= MOST:
        raise AppError('mass.how_many', most=MOST)
    await _refuse_real()
    demo = settings.model_copy(update={'demo': True})
    await prepare_units(demo)
    await prepare_people(demo)
    random = Random(SEED)  # noqa: S311 plausible, not secret
    places = await prepare_places(dossiers)
    parts, weights = await cast(random)
    await _note(dossiers)
    town = Town(await Ledger.open(), places, parts, weights, SEED)
    first = town.ledger.sequence
    await _write(town, dossiers, tell)
    await town.ledger.close()
    await rebuild(tell_counted)
    return Filled(dossiers, town.ledger.sequence - first, len(places))


async def _refuse_real() -> None:
    """Only what is empty or a demonstration is filled."""
    async with read() as db:
        known = (await db.execute(select(func.count()).where(col(Account.email).not_like(f'%@{DOMAIN}')))).scalar_one()
        filed = (await db.execute(select(func.count()).select_from(Dossier))).scalar_one()
        people = (await db.execute(select(func.count()).select_from(Account))).scalar_one()
    if known or (filed and not people):
        raise AppError('mass.not_empty')


async def _note(dossiers: int) -> None:
    async with write() as db:
        await record(db, SYSTEM, 'setting', 'demo', 'filled', data={'dossiers': dossiers})


async def _write(town: Town, dossiers: int, tell: Tell) -> None:
    """Write batch after batch while another process makes up the next; an interrupted filling is begun anew elsewhere."""
    here, there = _PROCESSES.Pipe(duplex=False)
    maker = _PROCESSES.Process(target=_make_up, args=(town, dossiers, there), daemon=True)
    await _hurry(True)
    try:
        maker.start()
        there.close()
        while (sent := await asyncio.to_thread(here.recv)) is not None:
            made, batch, town.ledger.sequence, numbers = sent
            town.ledger.numbers |= numbers
            await town.ledger.write(batch)
            tell(made, town.ledger.sequence)
    finally:
        maker.kill()
        maker.join()
        await _hurry(False)


def _make_up(town: Town, dossiers: int, out: Connection) -> None:
    for made, batch in _batches(town, dossiers):
        numbers, town.ledger.given = town.ledger.given, {}
        out.send((made, batch, town.ledger.sequence, numbers))
    out.send(None)


async def _hurry(yes: bool) -> None:
    """Let SQLite neither wait for the disk nor look up what rows name while made-up rows are poured in."""
    if dialect() != 'sqlite':
        return
    async with write() as db:
        raw: Any = (await (await db.connection()).get_raw_connection()).driver_connection
        await raw.commit()  # only outside a transaction can this be set
        wait, check, cache = ('OFF', 'OFF', 400_000) if yes else ('FULL', 'ON', 16_000)
        for pragma in (f'synchronous={wait}', f'foreign_keys={check}', f'cache_size=-{cache}'):
            await raw.execute(f'PRAGMA {pragma}')
        await raw.execute('BEGIN')


def _batches(town: Town, dossiers: int) -> Iterator[tuple[int, Batch]]:
    made = since = 0
    for day, count in town.plan(dossiers):
        alike = min(ALIKE, len(town.places))
        for at, channel in town.filings(day, -(-count // alike)):
            wanted = min(alike, count)
            count -= wanted
            story = Story(town, at, channel)
            copy = Copy(story.tell())
            for place in town.elsewhere(story.place, wanted - 1):
                copy.live(place)
            made, since = made + wanted, since + wanted
        for done in [d for d in town.open_days if d < day]:
            town.write_day(done)
        if since >= BATCH:
            since = 0
            yield made, town.ledger.take()
    for day in town.open_days:
        town.write_day(day)
    yield made, town.ledger.take()
