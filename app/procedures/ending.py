"""Laws and decrees that end, or have ended, under procedures that are open today: said before it happens, with what follows.

A prompt for a person to check. The dates come from the table of instruments, with the same confidence.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import today
from app.db import read
from app.errors import NotAllowed
from models import Instrument, Procedure, ProcedureBasis, ProcedureVersion

AHEAD = timedelta(days=120)
"""How long before its last day an instrument is listed: time enough to draw up a new version of each procedure."""


@dataclass(frozen=True)
class Resting:
    """A procedure that rests on an instrument. ``name``: {vi, en}."""

    slug: str
    name: dict[str, str]


@dataclass(frozen=True)
class Ending:
    """An instrument whose last day is near or past, what follows it, and the open procedures that still rest on it."""

    number: str
    title: str
    last: date
    days_left: int
    """Negative where it is past."""
    replaced_by: tuple[tuple[str, str, date | None], ...]
    """(number, title, in force from) of what follows."""
    procedures: tuple[Resting, ...]


async def endings(actor: Actor) -> tuple[Ending, ...]:
    """Return the instruments that end within the time ahead or have ended, by their last day. Raises NotAllowed."""
    if not actor.may(Permission.PROCEDURE_MANAGE):
        raise NotAllowed()
    async with read() as db:
        return await endings_on(db, today())


async def endings_on(db: AsyncSession, day: date) -> tuple[Ending, ...]:
    """Return what is listed on a day."""
    resting: dict[str, list[Resting]] = {}
    for instrument_id, one in await _resting(db, day):
        resting.setdefault(instrument_id, []).append(one)
    rows = (await db.execute(select(Instrument).where(Instrument.id.in_(resting)))).scalars().all()
    ending = [(last, row) for row in rows if (last := last_day(row)) and last <= day + AHEAD]
    after = {i for _, row in ending for i in row.replaced_by}
    found = (await db.execute(select(Instrument).where(Instrument.id.in_(after)))).scalars().all()
    known = {row.id: (row.number, row.title, row.effective_from) for row in found}
    return tuple(
        Ending(
            row.number,
            row.title,
            last,
            (last - day).days,
            tuple(known.get(i, (i, '', None)) for i in row.replaced_by),
            tuple(sorted(resting[row.id], key=lambda one: one.name['vi'])),
        )
        for last, row in sorted(ending, key=lambda pair: (pair[0], pair[1].number))
    )


def last_day(one: Instrument) -> date | None:
    """Return the last day of an instrument: as it was ended, or as a text that is not yet in force says it will be."""
    planned = one.detail.get('scheduled_end')
    return one.effective_to or (date.fromisoformat(planned) if planned else None)


async def _resting(db: AsyncSession, day: date) -> list[tuple[str, Resting]]:
    """Return (instrument, procedure) for the version of each open procedure that is valid on a day."""
    columns: tuple[Any, ...] = (Procedure.slug, ProcedureVersion.id, ProcedureVersion.spec['name'].label('name'))
    valid = (
        ProcedureVersion.valid_from <= day,
        or_(ProcedureVersion.valid_to.is_(None), ProcedureVersion.valid_to >= day),
    )
    versions = select(*columns).join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
    versions = versions.where(Procedure.is_enabled.is_(True), *valid).order_by(ProcedureVersion.number)
    newest = {row.slug: row for row in (await db.execute(versions)).all()}
    names = {row.id: Resting(row.slug, row.name) for row in newest.values()}
    basis = select(ProcedureBasis.version_id, ProcedureBasis.instrument_id).where(
        ProcedureBasis.instrument_id.is_not(None), ProcedureBasis.version_id.in_(names)
    )
    rows = (await db.execute(basis)).all()
    return [(row.instrument_id, names[row.version_id]) for row in rows if row.instrument_id]
