"""The calendar of a unit as the database has it, kept in memory until the calendar's version changes."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import public_state
from app.deadlines.calendar import WorkCalendar
from app.deadlines.days import Day, DayKind, DayState, Session
from app.deadlines.defaults import DEFAULT_SESSIONS
from app.deadlines.records import reason_in_english
from models import CalendarDay, CalendarVersion, WorkSession


@dataclass(frozen=True)
class UnitCalendar:
    """The working time of one unit and the number of the calendar it was read from."""

    work: WorkCalendar
    version: int
    state: int | None = None
    """The public changes it stands for, where that is known."""


_kept: dict[str, UnitCalendar] = {}


async def calendar_for(db: AsyncSession, unit_id: str) -> UnitCalendar:
    """Return the calendar of a unit: its own hours and days win over those that hold for all."""
    kept, state = _kept.get(unit_id), public_state(db)
    if kept is not None and state is not None and kept.state == state:
        return kept
    version = (await db.execute(select(func.max(CalendarVersion.number)))).scalar_one_or_none() or 0
    work = kept.work if kept is not None and kept.version == version else await _read(db, unit_id)
    kept = _kept[unit_id] = UnitCalendar(work, version, state)
    return kept


def forget() -> None:
    """Drop what is kept in memory: another database was opened."""
    _kept.clear()


@dataclass(frozen=True)
class Parts:
    """What the calendar of one unit is made of. Own hours replace the general ones; an own day wins over a general one."""

    general_hours: tuple[Session, ...]
    own_hours: tuple[Session, ...]
    general_days: tuple[Day, ...]
    own_days: tuple[Day, ...]

    @property
    def hours(self) -> tuple[Session, ...]:
        """The hours that hold for the unit."""
        return self.own_hours or self.general_hours or DEFAULT_SESSIONS

    def calendar(self) -> WorkCalendar:
        """Put the calendar together. Raises: ValueError for hours that overlap."""
        return WorkCalendar.of(self.hours, [*self.general_days, *self.own_days])


async def parts_of(db: AsyncSession, unit_id: str | None) -> Parts:
    """Return what the calendar of a unit is made of, as it is kept; None: what holds for all."""
    days_of = or_(CalendarDay.unit_id.is_(None), CalendarDay.unit_id == unit_id)
    hours_of = or_(WorkSession.unit_id.is_(None), WorkSession.unit_id == unit_id)
    day_rows = (await db.execute(select(CalendarDay).where(days_of))).scalars().all()
    hour_rows = (await db.execute(select(WorkSession).where(hours_of))).scalars().all()
    return Parts(
        tuple(_session(row) for row in hour_rows if row.unit_id is None),
        tuple(_session(row) for row in hour_rows if row.unit_id is not None),
        tuple(_day(row) for row in day_rows if row.unit_id is None),
        tuple(_day(row) for row in day_rows if row.unit_id is not None),
    )


async def _read(db: AsyncSession, unit_id: str) -> WorkCalendar:
    return (await parts_of(db, unit_id)).calendar()


def _session(row: WorkSession) -> Session:
    return Session(row.weekday, row.starts, row.ends, row.valid_from, row.valid_to)


def _day(row: CalendarDay) -> Day:
    english = reason_in_english(row.reason)
    return Day(
        row.day, DayKind(row.kind), row.reason, english, row.decision, row.source, DayState(row.state), row.unit_id
    )
