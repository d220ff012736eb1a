"""Working time and due dates by the engine, each computed once for all dossiers that begin in the same minute."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from app.clock import local
from app.deadlines import clock
from app.deadlines.store import UnitCalendar
from app.procedures.schema import Term
from app.workflow import steps
from app.workflow.clocks import DRAFT_DAYS, pauses

STEP = 15
"""Minutes between the marks of the ruler; hours of work begin and end on such marks."""
KEPT = 200_000


class Timing:
    """The calendar of the municipality between two days."""

    def __init__(self, calendar: UnitCalendar, first: date, last: date) -> None:
        self.work, self.version = calendar.work, calendar.version
        start = local(datetime.combine(first, datetime.min.time(), UTC))
        marks, at = [], self.work.next_opening(start)
        while at.date() <= last:
            marks.append(at.astimezone(UTC))
            at = self.work.next_opening(self.work.add_working_hours(at, STEP / 60))
        self._marks = marks
        self.reception = lru_cache(KEPT)(self._reception)
        self.due = lru_cache(KEPT)(self._due)
        self.supplement = lru_cache(KEPT)(self._supplement)

    def position(self, at: datetime) -> float:
        """Return the working minutes from the first day until a moment."""
        index = bisect_right(self._marks, at) - 1
        if index < 0:
            return 0.0
        return index * STEP + min(STEP, (at - self._marks[index]).total_seconds() / 60)

    def at(self, position: float) -> datetime:
        """Return the moment after so many working minutes, to the minute; the end of the ruler when there are no more."""
        index = int(position // STEP)
        if index >= len(self._marks):
            return self._marks[-1] + timedelta(days=3650)
        return self._marks[index] + timedelta(minutes=int(position - index * STEP))

    def after(self, at: datetime, minutes: float) -> datetime:
        """Return the moment that many working minutes later, never before ``at``."""
        return max(at, self.at(self.position(at) + minutes))

    def minutes(self, begin: datetime, end: datetime) -> int:
        """Return the working minutes between two moments."""
        return round(self.work.working_time_between(begin, end) / timedelta(minutes=1))

    def _reception(self, at: datetime, online: bool) -> datetime:
        due = clock.reception_due(self.work, at) if online else clock.counter_reception_due(self.work, at)
        return due.at.astimezone(UTC)

    def _due(self, at: datetime, term: Term) -> datetime | None:
        due = clock.due(self.work, at, term)
        return due.at.astimezone(UTC) if due else None

    def limit(self, rule: dict[str, Any]) -> datetime | None:
        """Return until when a hand-over must end by its rule."""
        at = steps.limit_by(rule, self.work)
        return at.astimezone(UTC) if at else None

    def _supplement(self, at: datetime, days: int) -> datetime:
        return clock.supplement_limit(self.work, at, days).at.astimezone(UTC)

    def recount(self, began: datetime, term: Term, stops: list[list[str]]) -> datetime | None:
        """Return the due date after pauses."""
        due = clock.recount(self.work, began, term, pauses(stops))
        return due.at.astimezone(UTC) if due else None

    def draft_limit(self, at: datetime) -> datetime:
        """Return until when the applicant may object to a draft."""
        return self.work.add_working_days(at, DRAFT_DAYS).astimezone(UTC)
