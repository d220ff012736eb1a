"""Laws and decrees that end, or have ended, under procedures that are open today: said before it happens, with what follows.

A prompt for a person to check. The dates come from the table of instruments, with the same confidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import today
from app.db import read
from app.errors import NotAllowed
from app.procedures.basis import EndedPart, ended_parts, last_day, others_of
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


@dataclass(frozen=True)
class Partly:
    """An instrument of which parts no longer hold, by what, and the open procedures that rest on it."""

    number: str
    title: str
    parts: tuple[EndedPart, ...]
    procedures: tuple[Resting, ...]


async def endings(actor: Actor) -> tuple[Ending, ...]:
    """Return the instruments that end within the time ahead or have ended, by their last day. Raises NotAllowed."""
    if not actor.may(Permission.PROCEDURE_MANAGE):
        raise NotAllowed()
    async with read() as db:
        return await endings_on(db, today())


async def endings_on(db: AsyncSession, day: date) -> tuple[Ending, ...]:
    """Return what is listed on a day."""
    resting, known = await _looked_at(db, day)
    ending = [(last, known[i]) for i in resting if (last := last_day(known[i])) and last <= day + AHEAD]
    return tuple(
        Ending(
            row.number,
            row.title,
            last,
            (last - day).days,
            tuple(_follows(i, known) for i in row.replaced_by),
            _by_name(resting[row.id]),
        )
        for last, row in sorted(ending, key=lambda pair: (pair[0], pair[1].number))
    )


async def partly_ended(actor: Actor) -> tuple[Partly, ...]:
    """Return the instruments of which parts no longer hold, those that the most procedures rest on first. Raises NotAllowed."""
    if not actor.may(Permission.PROCEDURE_MANAGE):
        raise NotAllowed()
    day = today()
    async with read() as db:
        resting, known = await _looked_at(db, day)
    found = [
        Partly(row.number, row.title, parts, _by_name(resting[row.id]))
        for row in (known[i] for i in resting)
        if (parts := ended_parts(row, known, day)) and (last_day(row) or day) >= day
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.procedures), one.number)))


async def _looked_at(db: AsyncSession, day: date) -> tuple[dict[str, list[Resting]], dict[str, Instrument]]:
    """Return the open procedures by the instrument they rest on, and those instruments with the others they name."""
    resting: dict[str, list[Resting]] = {}
    for instrument_id, one in await _resting(db, day):
        resting.setdefault(instrument_id, []).append(one)
    cited = await _instruments(db, resting)
    named = {i for row in cited.values() for i in others_of(row)} - cited.keys()
    return resting, cited | await _instruments(db, named)


async def _instruments(db: AsyncSession, ids: Iterable[str]) -> dict[str, Instrument]:
    found = (await db.execute(select(Instrument).where(Instrument.id.in_(list(ids))))).scalars()
    return {row.id: row for row in found}


def _follows(instrument_id: str, known: dict[str, Instrument]) -> tuple[str, str, date | None]:
    row = known.get(instrument_id)
    return (row.number, row.title, row.effective_from) if row else (instrument_id, '', None)


def _by_name(found: list[Resting]) -> tuple[Resting, ...]:
    return tuple(sorted(found, key=lambda one: one.name['vi']))


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
