"""The legal basis of a procedure version as it stands on a day: what still holds, what ended, and what applies instead.

A prompt for a person to check, no legal conclusion: the dates come from the table of instruments, with its confidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Instrument, ProcedureBasis


@dataclass(frozen=True)
class EndedPart:
    """A part of an act that no longer holds. ``by``: the number of what ended it, empty where no act is known."""

    scope: str
    since: date
    by: str


@dataclass(frozen=True)
class BasisState:
    """One legal basis as it stands on a day. ``state``: in_force, ends, expired, partly, not_yet or unknown."""

    number: str
    title: str
    state: str
    until: date | None
    replaced_by: tuple[str, ...]
    url: str | None = None
    ended_parts: tuple[EndedPart, ...] = ()
    amended_by: tuple[str, ...] = ()
    """Numbers of later acts in force that change it and that the procedure does not name."""

    @property
    def is_outdated(self) -> bool:
        """It has ended, as a whole or in part, or an end is set: look at what applies instead."""
        return self.state in ('expired', 'ends', 'partly') or bool(self.ended_parts)


async def basis_states(db: AsyncSession, version_id: str, on: date) -> tuple[BasisState, ...]:
    """Return each legal basis of a version as it stands on a day, in its order."""
    query = (
        select(ProcedureBasis, Instrument)
        .join(Instrument, Instrument.id == ProcedureBasis.instrument_id, isouter=True)
        .where(ProcedureBasis.version_id == version_id)
        .order_by(ProcedureBasis.position)
    )
    rows = (await db.execute(query)).all()
    cited = {row.Instrument.id: row.Instrument for row in rows if row.Instrument}
    known = cited | await _named(db, {i for one in cited.values() for i in others_of(one)} - cited.keys())
    return tuple(_state(row.ProcedureBasis.citation, row.Instrument, known, cited, on) for row in rows)


def others_of(one: Instrument) -> set[str]:
    """Return the ids of the acts that an act's own row names."""
    ended = (part.get('by') for part in one.detail.get('partial_expiry') or ())
    return {*one.replaced_by, *(one.detail.get('amended_by') or ()), *(i for i in ended if i)}


async def _named(db: AsyncSession, ids: Iterable[str]) -> dict[str, Instrument]:
    wanted = list(ids)
    if not wanted:
        return {}
    found = (await db.execute(select(Instrument).where(Instrument.id.in_(wanted)))).scalars()
    return {one.id: one for one in found}


def _state(
    citation: str, one: Instrument | None, known: Mapping[str, Instrument], cited: Iterable[str], on: date
) -> BasisState:
    if one is None:
        return BasisState(citation, '', 'unknown', None, ())
    ends, parts = last_day(one), ended_parts(one, known, on)
    if ends and ends < on:
        state = 'expired'
    elif one.effective_from and one.effective_from > on:
        state = 'not_yet'
    elif ends:
        state = 'ends'
    else:
        state = 'partly' if parts else 'in_force'
    replaced = tuple(_number(i, known) for i in one.replaced_by)
    later = tuple(
        other.number
        for i in one.detail.get('amended_by') or ()
        if (other := known.get(i)) and i not in cited and (other.effective_from or on) <= on
    )
    said = {part.by for part in parts} if state != 'expired' else set(later)
    return BasisState(
        one.number,
        one.title,
        state,
        ends,
        replaced,
        ended_parts=parts,
        amended_by=tuple(number for number in later if number not in said),
    )


def ended_parts(one: Instrument, known: Mapping[str, Instrument], on: date) -> tuple[EndedPart, ...]:
    """Return the parts of an act that no longer hold on a day, the earliest first."""
    found = (
        EndedPart(part['scope'], date.fromisoformat(part['since']), _number(part['by'], known) if part['by'] else '')
        for part in one.detail.get('partial_expiry') or ()
    )
    return tuple(sorted((part for part in found if part.since <= on), key=lambda part: part.since))


def last_day(one: Instrument) -> date | None:
    """Return the last day of an act: as it was ended, or as a text that is not yet in force says it will be."""
    planned = one.detail.get('scheduled_end')
    return one.effective_to or (date.fromisoformat(planned) if planned else None)


def _number(instrument_id: str, known: Mapping[str, Instrument]) -> str:
    return known[instrument_id].number if instrument_id in known else instrument_id
