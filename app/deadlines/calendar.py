"""Working time of one unit: which days it works, from when to when, and how to move along that time.

A calendar lays each year out on two rulers, working days and worked time, both counted from 1 January, so that a term
is a look-up instead of a walk. Everything is computed on Vietnam's wall clock, which has no summer time.

Where an amount of work ends both at a closing and at the next opening, the closing is meant: the earliest moment at
which the whole amount has been worked.
Source: Bộ luật Dân sự 2015 Điều 147, 148; Bộ luật Lao động 2019 Điều 111, 112.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, combinations
from math import ceil

from app.clock import VIETNAM
from app.deadlines.days import Day, DayKind, DayState, Session
from app.deadlines.drafts import draft_days
from app.deadlines.ruler import HOUR, MICROSECOND, Year, local, moment_at, of_day, span_of

_REACH = 60
"""Years after which a search for working time gives up: the unit has closed for good."""

_FIXED_HOLIDAYS = ((1, 1), (4, 30), (5, 1), (9, 2))


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """The working time of one unit. Build it with ``of``; equal content is equal, with the same ``version``."""

    sessions: tuple[Session, ...]
    days: tuple[Day, ...]
    decided: frozenset[int]
    version: str
    _by_date: dict[date, Day] = field(repr=False)
    _drafted: frozenset[int] = field(repr=False)
    _years: dict[int, Year] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, sessions: Iterable[Session], days: Iterable[Day]) -> 'WorkCalendar':
        """Build a calendar; a later row for the same date wins, so give national rows first, then the unit's own.

        A year is decided when the holidays whose date the law fixes are all confirmed in national rows and no national
        row of it is a draft. Other years are filled up with guesses and every due date touching them is uncertain.

        Raises: ValueError when there are no sessions or two of them overlap.
        """
        hours = tuple(sorted(set(sessions), key=_session_order))
        if not hours:
            raise ValueError('a calendar needs at least one session')
        for one, other in combinations(hours, 2):
            if one.overlaps(other):
                raise ValueError(
                    f'sessions overlap on weekday {one.weekday}: {one.start:%H:%M} and {other.start:%H:%M}'
                )
        rows = tuple(days)
        by_date = {row.date: row for row in rows}
        kept = tuple(by_date[day] for day in sorted(by_date))
        decided = decided_years(rows)
        drafted = frozenset(row.date.year for row in rows if row.unit is None and row.state == DayState.DRAFT)
        return cls(hours, kept, decided, _version(hours, kept, decided), by_date, drafted)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkCalendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    # Days

    def exception(self, day: date) -> Day | None:
        """Return the row for ``day``: decided, drafted, or guessed where its year has neither decision nor draft."""
        row = self._by_date.get(day)
        if row or day.year in self.decided or day.year in self._drafted:
            return row
        return _guesses(day.year).get(day)

    def is_working(self, day: date) -> bool:
        """Say whether the unit works on ``day``."""
        return bool(self.sessions_on(day))

    def is_uncertain(self, first: date, last: date) -> bool:
        """Say whether the days between, both included, touch a year whose days off are not decided."""
        return any(year not in self.decided for year in range(first.year, last.year + 1))

    def sessions_on(self, day: date) -> tuple[Session, ...]:
        """Return the hours worked on ``day`` in order; a day worked by decision has the hours of the weekday before."""
        row = self.exception(day)
        if row and row.kind == DayKind.OFF:
            return ()
        regular = tuple(session for session in self.sessions if session.holds_on(day))
        if regular or row is None:
            return regular
        for back in range(1, 7):
            weekday = (day.weekday() - back) % 7
            found = tuple(s for s in self.sessions if s.weekday == weekday and s.in_season(day))
            if found:
                return found
        return ()

    def day_hours(self, day: date) -> float:
        """Return how many hours the unit works on ``day``."""
        return sum(end - start for start, end in map(span_of, self.sessions_on(day))) / HOUR

    def nth_working_day(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day``, which is not counted; 0: that day or the first one after it.

        Raises: ValueError for a negative ``n``.
        """
        if n < 0:
            raise ValueError('count working days forward only')
        year = day.year
        block = self._year(year)
        index = bisect_left(block.days, day) if n == 0 else bisect_right(block.days, day) + n - 1
        while index >= len(block.days):
            index -= len(block.days)
            year = self._onward(year, 1, day.year)
            block = self._year(year)
        return block.days[index]

    def count_working_days(self, after: date, last: date) -> int:
        """Return how many working days follow ``after``, which is not counted, up to and with ``last``."""
        between = sum(len(self._year(year).days) for year in range(after.year, last.year))
        until = bisect_right(self._year(last.year).days, last)
        return max(0, between + until - bisect_right(self._year(after.year).days, after))

    def exceptions_between(self, first: date, last: date) -> tuple[Day, ...]:
        """Return the rows, both ends included, that take a day off from the weekly rule or add one to it."""
        years = range(first.year, last.year + 1)
        return tuple(row for year in years for row in self._year(year).exceptions if first <= row.date <= last)

    def rests_between(self, first: date, last: date) -> bool:
        """Say whether one of the days, both ends included, is a weekly day of rest that was not worked."""
        week = {session.weekday for session in self.sessions}
        days = (first + timedelta(n) for n in range(min((last - first).days, 13) + 1))
        return any(day.weekday() not in week and not self.is_working(day) for day in days)

    # Moments

    def is_open(self, moment: datetime) -> bool:
        """Say whether the unit is at work; at the minute of closing it no longer is."""
        there = local(moment)
        clock = of_day(there.time())
        return any(start <= clock < end for start, end in map(span_of, self.sessions_on(there.date())))

    def next_opening(self, moment: datetime) -> datetime:
        """Return ``moment`` when the unit is at work, otherwise the start of its next session."""
        there = local(moment)
        clock = of_day(there.time())
        for start, end in map(span_of, self.sessions_on(there.date())):
            if clock < end:
                return there if start <= clock else moment_at(there.date(), start)
        return self.opening(self.nth_working_day(there.date(), 1))

    def opening(self, day: date) -> datetime:
        """Return when work begins on ``day`` or, when it is off, on the next working day."""
        working = self.nth_working_day(day, 0)
        return datetime.combine(working, self.sessions_on(working)[0].start, VIETNAM)

    def closing(self, day: date) -> datetime:
        """Return when work ends on ``day`` or, when it is off, on the next working day (Civil Code Điều 148.5)."""
        working = self.nth_working_day(day, 0)
        return datetime.combine(working, self.sessions_on(working)[-1].end, VIETNAM)

    def add_working_hours(self, moment: datetime, hours: float) -> datetime:
        """Return the moment when ``hours`` more have been worked; negative hours go back."""
        return self.add_working_time(moment, timedelta(microseconds=round(hours * HOUR)))

    def add_working_time(self, moment: datetime, amount: timedelta) -> datetime:
        """Return the earliest moment when ``amount`` more has been worked; nothing added: the next opening."""
        there = local(moment)
        if not amount:
            return self._settled(there)
        year = there.year
        block = self._year(year)
        target = block.worked(there) + amount // MICROSECOND
        while target > block.total:
            target -= block.total
            year = self._onward(year, 1, there.year)
            block = self._year(year)
        while target <= 0:
            year = self._onward(year, -1, there.year)
            block = self._year(year)
            target += block.total
        index = bisect_left(block.before, target) - 1
        return block.at(index, target - block.before[index])

    def add_working_days(self, moment: datetime, days: float) -> datetime:
        """Return the moment ``days`` working days of this unit later; negative days go back.

        A moment stands at a working day and the share of that day's hours already worked; the term moves it by whole
        and part days and keeps the share. Where all days are alike, that is the same time of day, ``days`` working days
        on; a day of 7.5 hours counts as one day just as a day of 8 hours.
        """
        there = local(moment)
        if not days:
            return self._settled(there)
        year = there.year
        block = self._year(year)
        target = self._position(there) + Fraction(days).limit_denominator(10_000)
        while target > len(block.days):
            target -= len(block.days)
            year = self._onward(year, 1, there.year)
            block = self._year(year)
        while target <= 0:
            year = self._onward(year, -1, there.year)
            block = self._year(year)
            target += len(block.days)
        index = ceil(target) - 1
        return block.at(index, ceil((target - index) * block.length(index)))

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the time worked from ``start`` to ``end``; negative when ``end`` comes first."""
        first, last = local(start), local(end)
        if last < first:
            return -self.working_time_between(end, start)
        between = sum(self._year(year).total for year in range(first.year, last.year))
        worked = between + self._year(last.year).worked(last) - self._year(first.year).worked(first)
        return timedelta(microseconds=worked)

    def working_days_between(self, start: datetime, end: datetime) -> Fraction:
        """Return the working days, whole and part, from ``start`` to ``end``; negative when ``end`` comes first."""
        first, last = local(start), local(end)
        if last < first:
            return -self.working_days_between(end, start)
        between = sum(len(self._year(year).days) for year in range(first.year, last.year))
        return between + self._position(last) - self._position(first)

    def _position(self, there: datetime) -> Fraction:
        block = self._year(there.year)
        index, done = block.locate(there)
        return Fraction(index) + (Fraction(done, block.length(index)) if done else 0)

    def _settled(self, there: datetime) -> datetime:
        """Nothing is to be added: stay where work is going on or has just ended, else wait for the next opening."""
        clock = of_day(there.time())
        ends_here = any(end == clock for _, end in map(span_of, self.sessions_on(there.date())))
        return there if ends_here else self.next_opening(there)

    @staticmethod
    def _onward(year: int, step: int, origin: int) -> int:
        if abs(year + step - origin) > _REACH:
            raise ValueError('this calendar has no working time left')
        return year + step

    def _year(self, year: int) -> Year:
        block = self._years.get(year)
        if block is None:
            block = self._years[year] = self._lay_out(year)
        return block

    def _lay_out(self, year: int) -> Year:
        first = date(year, 1, 1)
        every = [first + timedelta(n) for n in range((date(year, 12, 31) - first).days + 1)]
        worked = [(day, spans) for day in every if (spans := tuple(map(span_of, self.sessions_on(day))))]
        lengths = (sum(end - start for start, end in spans) for _, spans in worked)
        return Year(
            days=tuple(day for day, _ in worked),
            spans=tuple(spans for _, spans in worked),
            before=tuple(accumulate(lengths, initial=0)),
            exceptions=tuple(row for day in every if (row := self.exception(day)) and self._breaks_the_week(row)),
        )

    def _breaks_the_week(self, row: Day) -> bool:
        works_by_week = any(session.holds_on(row.date) for session in self.sessions)
        return works_by_week == (row.kind == DayKind.OFF)


def decided_years(days: Iterable[Day]) -> frozenset[int]:
    """Return the years whose days off are settled: every fixed holiday confirmed nationally, no national draft left."""
    national = [row for row in days if row.unit is None]
    confirmed = {row.date for row in national if row.state == DayState.CONFIRMED}
    drafted = {row.date.year for row in national if row.state == DayState.DRAFT}
    years = {day.year for day in confirmed} - drafted
    return frozenset(year for year in years if all(date(year, *fixed) in confirmed for fixed in _FIXED_HOLIDAYS))


@lru_cache(maxsize=256)
def _guesses(year: int) -> dict[date, Day]:
    return {row.date: row for row in draft_days(year)}


def _version(sessions: tuple[Session, ...], days: tuple[Day, ...], decided: frozenset[int]) -> str:
    """Name the content that decides due dates; the words of a row do not."""
    content = repr((sessions, [(row.date, row.kind.value, row.state.value) for row in days], sorted(decided)))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _session_order(session: Session) -> tuple[int, time, date]:
    return session.weekday, session.start, session.valid_from or date.min
