"""When the calendar changes, every running limit is counted again, and whoever waits is told."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import SYSTEM
from app.clock import now
from app.db import read, write
from app.deadlines.commands import RECOUNT
from app.errors import Stale, WrongState
from app.jobs import loop
from app.procedures.queries import spec_of
from app.workflow import steps
from app.workflow.apply import apply_transition
from app.workflow.transitions import Action
from models import CalendarVersion, Dossier, Setting
from models.enums import Status

DONE = 'recounted_calendar'
"""The setting that holds the number of the calendar by which all open dossiers stand."""
BATCH = 100


@loop(every=timedelta(minutes=5), name=RECOUNT)
async def recount() -> int:
    """Count the running limits again if the calendar has changed since the last whole pass. Returns how many moved.

    Each dossier is an act of its own, so the pass may break off anywhere: the next one moves what is left.
    """
    async with read() as db:
        number = (await db.execute(select(func.max(CalendarVersion.number)))).scalar_one_or_none() or 0
        done = await db.get(Setting, DONE)
    if done is not None and done.value == number:
        return 0
    moved, last = 0, ''
    while ids := await _open_after(last):
        for one in ids:
            moved += await _recount(one)
        last = ids[-1]
    async with write() as db:
        await _note(db, number)
    return moved


async def _open_after(last: str) -> list[str]:
    running = Dossier.status.in_((Status.REGISTERED, Status.ACCEPTED, Status.PROCESSING))
    query = select(Dossier.id).where(running, Dossier.id > last)
    async with read() as db:
        return list((await db.execute(query.order_by(Dossier.id).limit(BATCH))).scalars())


async def _recount(dossier_id: str) -> bool:
    async with write() as db:
        one = await db.get_one(Dossier, dossier_id)
        await steps.recount(db, one, await spec_of(db, one.version_id))
    try:
        async with write() as db:
            one = await db.get_one(Dossier, dossier_id)
            spec = await spec_of(db, one.version_id)
            await apply_transition(db, SYSTEM, one, spec, Action.RECOUNT, seen_version=None)
    except (WrongState, Stale):  # it stands where it stood, or has just gone on and was counted then
        return False
    return True


async def _note(db: AsyncSession, number: int) -> None:
    row = await db.get(Setting, DONE)
    if row is None:
        db.add(Setting(key=DONE, value=number, changed_at=now()))
    else:
        row.value, row.changed_at = number, now()
