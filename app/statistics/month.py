"""The work of this month in three numbers, for the front page."""

from dataclasses import dataclass
from datetime import date

from app.clock import today
from app.db import read
from app.statistics.indicators import share
from app.statistics.published import FEWEST
from app.statistics.queries import Slice, totals
from app.units.queries import tree


@dataclass(frozen=True)
class Month:
    """What an agency did since the first of the month. ``in_time``: resolved early or on time, of those ``judged``."""

    first: date
    accepted: int
    resolved: int
    judged: int
    in_time: int

    @property
    def in_time_percent(self) -> int | None:
        """The share resolved in time, never rounded up; None when too few are resolved to say."""
        return share(self.in_time, self.judged)


async def this_month(unit_id: str) -> Month | None:
    """Return the figures of an agency and all its parts; None while there are too few dossiers to speak of."""
    first = today().replace(day=1)
    async with read() as db:
        counts = await totals(db, Slice((await tree(db)).reach(unit_id)), first, today())
    if counts['accepted'] < FEWEST:
        return None
    return Month(first, counts['accepted'], counts.resolved, counts.judged, counts['early'] + counts['on_time'])
