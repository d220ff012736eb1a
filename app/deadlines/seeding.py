"""Fill the calendar of record once: decided days of the shipped years, next year's days as a draft to confirm."""

from sqlalchemy import func, select

from app.clock import now, today
from app.db import write
from app.deadlines.days import Day
from app.deadlines.drafts import draft_days
from app.deadlines.records import recorded_days
from models import CalendarDay, CalendarVersion


async def seed_calendar() -> int:
    """Write the shipped days into an empty calendar; returns how many. What an official has entered is never touched."""
    async with write() as db:
        if (await db.execute(select(func.count()).select_from(CalendarVersion))).scalar_one():
            return 0
        decided = recorded_days()
        later = [
            day for year in range(max(d.date.year for d in decided) + 1, today().year + 2) for day in draft_days(year)
        ]
        rows = [_row(day) for day in (*decided, *later)]
        db.add_all(
            [*rows, CalendarVersion(number=1, changed_at=now(), summary='Ngày nghỉ và ngày làm bù kèm theo phần mềm')]
        )
        return len(rows)


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
