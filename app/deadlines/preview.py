"""What a change of the calendar would do to open dossiers, before it is saved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.deadlines.calendar import WorkCalendar
from app.deadlines.days import Day, DayState, Session
from app.deadlines.judge import is_same
from app.deadlines.limits import put_off
from app.deadlines.store import Parts, calendar_for, parts_of
from app.workflow.clocks import reception_by, resolution_by
from app.workflow.desks import on_desk
from models import Dossier, DueDate, Unit
from models.enums import DayKind, DueKind, Status

Change = Callable[[Parts], Parts]
"""What the parts of one unit's calendar become."""


@dataclass(frozen=True)
class Moved:
    """A dossier whose running limit a change of the calendar would move. One of another unit has neither id nor number."""

    dossier_id: str
    number: str
    before: datetime
    after: datetime
    kind: DueKind = DueKind.RESOLUTION


def day_change(unit_id: str | None, day: date, kind: DayKind | None) -> Change:
    """A day becomes off or worked (None: as the rows below say); for one unit or for all."""
    row = (Day(day, kind, unit=unit_id),) if kind else ()

    def change(parts: Parts) -> Parts:
        if unit_id:
            return replace(parts, own_days=(*(d for d in parts.own_days if d.date != day), *row))
        return replace(parts, general_days=(*(d for d in parts.general_days if d.date != day), *row))

    return change


def year_confirmed(year: int) -> Change:
    """The drafted days of a year are confirmed."""

    def change(parts: Parts) -> Parts:
        days = (replace(d, state=DayState.CONFIRMED) if d.date.year == year else d for d in parts.general_days)
        return replace(parts, general_days=tuple(days))

    return change


def hours_change(unit_id: str | None, hours: Iterable[Session]) -> Change:
    """Other hours of a unit, or of all that have none of their own; no hours: the unit has those of all again."""
    chosen = tuple(hours)

    def change(parts: Parts) -> Parts:
        return replace(parts, own_hours=chosen) if unit_id else replace(parts, general_hours=chosen)

    return change


async def moved_by(db: AsyncSession, own: frozenset[str], change: Change, *, unit_id: str | None) -> tuple[Moved, ...]:
    """Return every open dossier whose limit a change would move, with both dates, the earliest first.

    ``unit_id``: the unit it is made for, None for all of them. Those of units that are not ``own`` are not named.
    """
    every = (await db.execute(select(Unit.id).order_by(Unit.id))).scalars() if unit_id is None else (unit_id,)
    found: list[Moved] = []
    for unit in every:
        rows = await _in_unit(db, unit, change)
        found += rows if unit in own else [replace(one, dossier_id='', number='') for one in rows]
    return tuple(sorted(found, key=lambda one: one.before))


async def _in_unit(db: AsyncSession, unit_id: str, change: Change) -> list[Moved]:
    changed = change(await parts_of(db, unit_id)).calendar()
    if changed == (await calendar_for(db, unit_id)).work:
        return []
    running = Dossier.status.in_((Status.ACCEPTED, Status.PROCESSING))
    new = and_(Dossier.status == Status.REGISTERED, Dossier.awaiting_supplement.is_(False))
    rows = await _of(db, and_(Dossier.resolving_unit_id == unit_id, running), changed, DueKind.RESOLUTION)
    return rows + await _of(db, and_(on_desk(unit_id), new), changed, DueKind.RECEPTION)


async def _of(db: AsyncSession, where: ColumnElement[bool], changed: WorkCalendar, kind: DueKind) -> list[Moved]:
    """Compute the limits again with the changed calendar. A date that somebody named stays unless its day becomes off."""
    query = select(Dossier, DueDate.rule).join(DueDate, DueDate.dossier_id == Dossier.id)
    query = query.where(where, Dossier.due_at.is_not(None), DueDate.kind == kind).order_by(DueDate.number)
    last = {row.Dossier.id: (row.Dossier, row.rule) for row in (await db.execute(query)).all()}
    found = []
    for one, rule in last.values():
        if 'from' not in rule:
            continue
        if 'reappointed' in rule:
            after = put_off(changed, one.due_at)
        else:
            after = (resolution_by if kind is DueKind.RESOLUTION else reception_by)(rule, changed)
        if after is not None and not is_same(after.at, one.due_at):
            found.append(Moved(one.id, one.official_code or one.filing_number, one.due_at, after.at, kind))
    return found
