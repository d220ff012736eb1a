"""Keep the calendar of record: look at a year, see what a change would move, set, confirm and remove days."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.access import Actor, Permission
from app.audit.record import record
from app.clock import now, today
from app.db import after_commit, read, take_turn, write
from app.deadlines.drafts import LAW
from app.deadlines.preview import Moved, day_change, moved_by, year_confirmed
from app.errors import Invalid, NotAllowed, NotFound, Problem
from app.text import plain
from app.units.queries import may_for_all
from models import CalendarDay, CalendarVersion
from models.enums import DayKind, DayState

AHEAD = 2
"""Years after the present one that are drafted: whoever looks forward finds something to confirm."""
TEXT_LIMIT = 200
NEAR = timedelta(days=92)
RECOUNT = 'recount'
"""The background loop that moves open dossiers after a change."""
TURN = 'calendar'
"""Changes of the calendar follow one another: each gets the next number."""


@dataclass(frozen=True)
class DayRow:
    """One day that is not what its weekday says."""

    id: str
    day: date
    kind: DayKind
    state: DayState
    reason: str
    decision: str | None
    source: str | None
    unit_id: str | None


def may(actor: Actor, unit_id: str | None = None) -> None:
    """Whoever manages the calendar of any unit may look at the common one; a unit's own is for whoever manages that one."""
    if not actor.may(Permission.CALENDAR_MANAGE, unit_id):
        raise NotAllowed()


async def may_change(db: AsyncSession, actor: Actor, unit_id: str | None = None) -> None:
    """What holds for all units is changed by the agency whose portal this is; a unit's own by whoever manages that one."""
    may(actor, unit_id)
    if unit_id is None and not await may_for_all(db, actor, Permission.CALENDAR_MANAGE):
        raise NotAllowed('calendar.for_all_only')


async def days(actor: Actor, year: int) -> tuple[DayRow, ...]:
    """Return the days of a year that concern the actor's units, in order."""
    may(actor)
    mine: ColumnElement[bool] = or_(
        CalendarDay.unit_id.is_(None), CalendarDay.unit_id.in_(actor.units(Permission.CALENDAR_MANAGE))
    )
    query = select(CalendarDay).where(mine, CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
    async with read() as db:
        rows = (await db.execute(query.order_by(CalendarDay.day))).scalars().all()
    return tuple(DayRow(r.id, r.day, r.kind, r.state, r.reason, r.decision, r.source, r.unit_id) for r in rows)


async def years_to_confirm(actor: Actor) -> tuple[int, ...]:
    """Return the years that begin within three months, or have begun, whose days off are still a draft.

    By then they have been decided in most years: who keeps the calendar is asked to look. Raises NotAllowed.
    """
    may(actor)
    near = today() + NEAR
    query = select(CalendarDay.day).where(
        CalendarDay.state == DayState.DRAFT, CalendarDay.day >= date(today().year, 1, 1)
    )
    async with read() as db:
        days = (await db.execute(query)).scalars().all()
    return tuple(sorted({day.year for day in days if date(day.year, 1, 1) <= near}))


async def preview(actor: Actor, day: date, kind: DayKind | None, unit_id: str | None = None) -> tuple[Moved, ...]:
    """Return the open dossiers that would move if a day became off or worked (None: as its weekday says), for all or one unit.

    Raises:
        NotAllowed: the actor keeps no calendar, or not this unit's.
        Invalid: as ``set_day``.
    """
    may(actor, unit_id)
    if kind:
        _refuse_far(day)
    own = actor.units(Permission.CALENDAR_MANAGE)
    async with read() as db:
        return await moved_by(db, own, day_change(unit_id, day, kind), unit_id=unit_id)


async def preview_confirm(actor: Actor, year: int) -> tuple[Moved, ...]:
    """Return the open dossiers that would move if the drafted days of a year were confirmed. Raises NotAllowed."""
    may(actor)
    async with read() as db:
        return await moved_by(db, actor.units(Permission.CALENDAR_MANAGE), year_confirmed(year), unit_id=None)


async def set_day(
    actor: Actor,
    day: date,
    kind: DayKind,
    reason: str,
    decision: str | None = None,
    unit_id: str | None = None,
    *,
    source: str | None = None,
) -> None:
    """Write a day off or a worked day for all units or for one, confirmed; open dossiers move to where it puts them.

    Raises:
        Invalid: no reason is given, or the day lies in a year that no screen shows: a slip in the number.
    """
    may(actor, unit_id)
    _refuse_far(day)
    text = _line(reason)
    if not text:
        raise Invalid({'reason': Problem('calendar.reason_needed')})
    async with write() as db:
        await may_change(db, actor, unit_id)
        await take_turn(db, TURN)
        mine = CalendarDay.unit_id == unit_id if unit_id else CalendarDay.unit_id.is_(None)
        row = (await db.execute(select(CalendarDay).where(mine, CalendarDay.day == day))).scalar_one_or_none()
        if row is None:
            row = CalendarDay(day=day, kind=kind, reason=text, changed_at=now(), unit_id=unit_id)
            db.add(row)
        row.kind, row.reason, row.state = kind, text, DayState.CONFIRMED
        row.decision = _line(decision) or None
        row.source, row.changed_at, row.changed_by_id = _line(source) or None, now(), actor.account_id
        await changed(db, actor, f'{day.isoformat()} {kind}: {text}')


def shown_years() -> tuple[int, int]:
    """Return the first and the last year whose days can be seen and changed."""
    return today().year - 1, today().year + AHEAD


def _refuse_far(day: date) -> None:
    first, last = shown_years()
    if not first <= day.year <= last:
        raise Invalid({'day': Problem('calendar.year_wrong', {'first': first, 'last': last})})


def _line(value: object) -> str:
    return plain(value).strip()[:TEXT_LIMIT] if isinstance(value, str) else ''


async def confirm_year(actor: Actor, year: int, decision: str | None = None, source: str | None = None) -> int:
    """Confirm every drafted day of a year; returns how many there were. Days that are drafted are those of all units.

    ``decision``: by which it was decided; without one the days rest on the law alone, and are no longer called expected.
    """
    may(actor)
    drafted = select(CalendarDay).where(
        CalendarDay.state == DayState.DRAFT, CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31)
    )
    async with write() as db:
        await may_change(db, actor)
        await take_turn(db, TURN)
        rows = (await db.execute(drafted)).scalars().all()
        for row in rows:
            row.state, row.changed_at, row.changed_by_id = DayState.CONFIRMED, now(), actor.account_id
            row.decision, row.source = _line(decision) or LAW, _line(source) or None
        if rows:
            await changed(db, actor, f'{year}: {len(rows)} {_line(decision)}'.strip())
        return len(rows)


async def remove_day(actor: Actor, day_id: str) -> None:
    """Let a day be again what its weekday says."""
    async with write() as db:
        await take_turn(db, TURN)
        row = await db.get(CalendarDay, day_id) if isinstance(day_id, str) else None
        if row is None:
            raise NotFound()
        await may_change(db, actor, row.unit_id)
        await db.delete(row)
        await changed(db, actor, f'{row.day.isoformat()} -')


async def changed(db: AsyncSession, actor: Actor, summary: str) -> None:
    """Give the calendar its next number and write down who changed what."""
    number = (await db.execute(select(func.max(CalendarVersion.number)))).scalar_one_or_none() or 0
    db.add(CalendarVersion(number=number + 1, changed_at=now(), changed_by_id=actor.account_id, summary=summary))
    await record(db, actor, 'calendar', str(number + 1), 'calendar_changed', note=summary)
    after_commit(db, partial(jobs.wake, RECOUNT))
