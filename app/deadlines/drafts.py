"""Days off of a year nobody has decided yet, guessed from the law and the moon."""

from datetime import date
from functools import lru_cache

from holidays.countries.vietnam import Vietnam  # by its module: read at start, not inside the first request

from app.deadlines.days import Day, DayKind, DayState

FIRST, LAST = 1901, 2100
"""The years the lunar table reaches."""

LAW = 'Bộ luật Lao động 45/2019/QH14 Điều 111, 112'
"""What a drafted day rests on as long as nobody has given a decision."""
COMPUTED = 'Tính theo luật và âm lịch'


@lru_cache(maxsize=256)
def draft_days(year: int) -> tuple[Day, ...]:
    """Return the days off to expect in ``year``, all in state draft; nothing for a year outside the lunar table.

    Tết and the second day of National Day are fixed by decision each year and swapped days are announced late, so a
    person must confirm each row.
    """
    if not FIRST <= year <= LAST:
        return ()
    vietnamese = Vietnam(years=year, language='vi')
    english = Vietnam(years=year, language='en_US')
    off = [_draft(day, DayKind.OFF, name, english.get(day)) for day, name in sorted(vietnamese.items())]
    swapped = [day for day in sorted(vietnamese.weekend_workdays) if day.year == year]
    return tuple(off + [_draft(day, DayKind.WORK, 'Ngày làm bù', 'Worked in place of a day off') for day in swapped])


def _draft(day: date, kind: DayKind, reason: str, reason_en: str | None) -> Day:
    return Day(day, kind, reason, reason_en, decision=f'{LAW} (dự kiến)', source=COMPUTED, state=DayState.DRAFT)
