"""Migrations on a filled database: down and up again, and the service works as on the first day."""

import asyncio
from pathlib import Path

from alembic import command
from sqlalchemy import func, select

from app import migrate
from app.db import close_database, open_database, read
from app.limits import forget_all
from models import Dossier, Event
from tests.guarantees.invariants import broken
from tests.guarantees.life import Life, with_draft_shown
from tests.guarantees.recording import Guarantee, dose
from tests.support import world as municipality

PROMISE = 'G18'


async def _fill(url: str, folder: Path, lives: int) -> int:
    """Fill a migrated database by whole lives of dossiers; return the number of its events."""
    await forget_all()
    await open_database(url)
    try:
        world = await with_draft_shown(await municipality.build(folder))
        for _ in range(lives):
            life = Life(world)
            for _name, carry_out in life.whole():
                life.keep(await carry_out())
            await forget_all()
        assert await broken() == {}
        async with read() as db:
            assert (await db.execute(select(func.count()).select_from(Dossier))).scalar_one() == lives
            return int((await db.execute(select(func.count()).select_from(Event))).scalar_one())
    finally:
        await close_database()


def test_up_down_and_up_on_a_filled_database(
    empty_database_url: str, dialect: str, tmp_path: Path, guarantee: Guarantee
) -> None:
    url, rounds, events = empty_database_url, dose(1, 5), 0
    configuration = migrate.configuration(url)
    for number in range(rounds):
        migrate.upgrade(url)
        events += asyncio.run(_fill(url, tmp_path / str(number), dose(1, 10)))
        migrate.upgrade(url)
        command.check(configuration)
        command.downgrade(configuration, 'base')
        assert migrate.current(url) is None
    migrate.upgrade(url)
    command.check(configuration)
    assert migrate.current(url) == migrate.newest()
    assert asyncio.run(_fill(url, tmp_path / 'last', 1))
    guarantee(
        PROMISE,
        happened=rounds,
        unit=f'times down and up, {events} events in all',
        fault=f'{dialect}: every migration taken back and applied again on a database filled by whole lives of dossiers',
        outcome='each went through, the tables are those of the models, and the service works on them',
    )
