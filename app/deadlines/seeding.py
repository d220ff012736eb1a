"""Fill the calendar of record: decided days of the shipped years once, every later year's days as a draft to confirm."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import SYSTEM
from app.clock import now, today
from app.db import read, take_turn, write
from app.deadlines.calendar import decided_years
from app.deadlines.commands import AHEAD, TURN, changed
from app.deadlines.days import Day, DayKind, DayState
from app.deadlines.drafts import draft_days
from app.deadlines.records import recorded_days
from app.jobs import loop
from models import CalendarDay, CalendarVersion


async def seed_calendar() -> int:
    """Write the shipped days into an empty calendar; returns how many. What an official has entered is never touched."""
    async with write() as db:
        if (await db.execute(select(func.count()).select_from(CalendarVersion))).scalar_one():
            return 0
        decided = recorded_days()
        years = range(max(d.date.year for d in decided) + 1, today().year + AHEAD + 1)
        rows = [_row(day) for day in (*decided, *(day for year in years for day in draft_days(year)))]
        db.add_all(
            [*rows, CalendarVersion(number=1, changed_at=now(), summary='Ngày nghỉ và ngày làm bù kèm theo phần mềm')]
        )
        return len(rows)


@loop(every=timedelta(hours=6), name='years')
async def draft_years() -> int:
    """Write down, as a draft, the days of the years ahead that nobody has drafted or decided; returns how many.

    The engine guesses the same days as long as they are not written, so no date moves: they can be seen and confirmed.
    """
    async with read() as db:
        if not await _unwritten(db):
            return 0
    async with write() as db:
        await take_turn(db, TURN)
        days = await _unwritten(db)
        db.add_all([_row(day) for day in days])
        if days:
            await changed(db, SYSTEM, f'{days[0].date.year}-{days[-1].date.year}: {len(days)} ngày dự kiến')
        return len(days)


async def _unwritten(db: AsyncSession) -> list[Day]:
    """Return the guessed days of years that are neither drafted nor decided, without those an official has entered."""
    rows = (await db.execute(select(CalendarDay).where(CalendarDay.unit_id.is_(None)))).scalars().all()
    if not rows:
        return []  # filled when the service starts
    known = [Day(row.day, DayKind(row.kind), state=DayState(row.state)) for row in rows]
    settled = decided_years(known) | {day.date.year for day in known if day.state == DayState.DRAFT}
    years = [year for year in range(today().year, today().year + AHEAD + 1) if year not in settled]
    entered = {day.date for day in known}
    return [day for year in years for day in draft_days(year) if day.date not in entered]


def _row(day: Day) -> CalendarDay:
    return CalendarDay(
        day=day.date,
        kind=day.kind,
        state=day.state,
        reason=day.reason,
        decision=day.decision,
        source=day.source,
        changed_at=now(),
    )
