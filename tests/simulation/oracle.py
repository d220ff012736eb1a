"""Due dates worked out the slow way: day by day, minute by minute. Nothing here comes from the engine that is checked.

Moments are Vietnam's wall clock without a zone; the engine's are turned into that before they are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Stretch = tuple[time, time]
Pause = tuple[datetime, datetime, str]


@dataclass
class Book:
    """The calendar as a clerk would keep it on paper: hours by weekday, and lists of days."""

    hours: dict[str, dict[int, list[tuple[Stretch, date, date]]]] = field(default_factory=dict)
    """Unit ('' for all) -> weekday -> stretches, each with the first and last day on which it is worked."""
    days: dict[tuple[str, date], str] = field(default_factory=dict)
    """(unit or '', day) -> 'off' or 'work'."""
    known: dict[tuple[str, date], list[datetime]] = field(default_factory=dict)
    """Days that were written out already; forgotten with every change."""
    held: dict[tuple[str, datetime, 'TermSheet'], Fraction] = field(default_factory=dict)
    """How many minutes of work terms hold; forgotten as well."""

    def _forget(self) -> None:
        self.known.clear()
        self.held.clear()

    def set_hours(
        self, unit: str, stretches: Iterable[Stretch], weekdays: Iterable[int], first: date, last: date
    ) -> None:
        """Work these hours in a season; what held on those weekdays holds again before and after it."""
        self._forget()
        if unit not in self.hours:
            self.hours[unit] = {day: list(rows) for day, rows in self.hours[''].items()}
        chosen = list(stretches)
        for weekday in weekdays:
            kept = []
            for stretch, since, until in self.hours[unit].get(weekday, []):
                if since < first:
                    kept.append((stretch, since, min(until, first - DAY)))
                if until > last:
                    kept.append((stretch, max(since, last + DAY), until))
            self.hours[unit][weekday] = kept + [(stretch, first, last) for stretch in chosen]

    def set_day(self, unit: str, day: date, kind: str | None) -> None:
        """Write a day off or a worked day, or (None) strike it out."""
        self._forget()
        self.days.pop((unit, day), None)
        if kind:
            self.days[unit, day] = kind

    def stretches(self, unit: str, day: date) -> list[Stretch]:
        """Return the hours worked on a day, in order. A day worked by decision has those of the weekday before it."""
        said = self.days.get((unit, day)) or self.days.get(('', day))
        if said == 'off':
            return []
        own = self._by_week(unit, day, day.weekday())
        if own or said is None:
            return own
        for back in range(1, 7):
            if found := self._by_week(unit, day, (day.weekday() - back) % 7):
                return found
        return []

    def _by_week(self, unit: str, day: date, weekday: int) -> list[Stretch]:
        rows = self.hours.get(unit, self.hours[''])
        return sorted(stretch for stretch, first, last in rows.get(weekday, []) if first <= day <= last)


class Clerk:
    """Counts for one unit by the book as it stands now."""

    def __init__(self, book: Book, unit: str) -> None:
        self.book, self.unit = book, unit

    def works(self, day: date) -> bool:
        """Say whether the unit works on a day."""
        return bool(self.book.stretches(self.unit, day))

    def minutes_of(self, day: date) -> list[datetime]:
        """Return the beginning of every minute worked on a day."""
        if (known := self.book.known.get((self.unit, day))) is not None:
            return known
        found = []
        for start, end in self.book.stretches(self.unit, day):
            at = datetime.combine(day, start)
            while at < datetime.combine(day, end):
                found.append(at)
                at += MINUTE
        self.book.known[self.unit, day] = found
        return found

    def closing(self, day: date) -> datetime:
        """Return when work ends on a day, or on the first working day after it."""
        while not self.works(day):
            day += DAY
        return datetime.combine(day, self.book.stretches(self.unit, day)[-1][1])

    def opening_after(self, day: date) -> datetime:
        """Return when the first working day after a day begins."""
        day += DAY
        while not self.works(day):
            day += DAY
        return datetime.combine(day, self.book.stretches(self.unit, day)[0][0])

    def hours_later(self, start: datetime, minutes: int) -> datetime:
        """Let so many minutes of work pass; none at all: stay, or wait for work where there is none."""
        if not minutes:
            return self._settled(start)
        left, day = minutes, start.date()
        while True:
            for minute in self.minutes_of(day):
                if minute >= start:
                    left -= 1
                    if not left:
                        return minute + MINUTE
            day += DAY

    def _settled(self, at: datetime) -> datetime:
        for start, end in self.book.stretches(self.unit, at.date()):
            if start <= at.time() <= end:
                return at
        day = at.date()
        while True:
            for minute in self.minutes_of(day):
                if minute >= at:
                    return minute
            day += DAY

    def days_later(self, start: datetime, days: int) -> datetime:
        """Let so many working days pass: each minute of a day's work is its share of that day."""
        done, day = Fraction(0), start.date()
        while True:
            minutes = self.minutes_of(day)
            for minute in minutes:
                if minute < start:
                    continue
                done += Fraction(1, len(minutes))
                if done >= days:
                    too_much = (done - days) * len(minutes)
                    return minute + MINUTE - timedelta(microseconds=int(too_much * 60_000_000))
            day += DAY

    def civil(self, start: datetime, days: int) -> datetime:
        """Count working days, the first one not counted, to the closing of the last."""
        day = start.date()
        while days:
            day += DAY
            days -= self.works(day)
        return self.closing(day)

    def calendar_days(self, start: datetime, days: int) -> tuple[date, datetime]:
        """Count days on the wall calendar; return the last one, and the closing of it or of the next working day."""
        last = start.date()
        for _ in range(days):
            last += DAY
        return last, self.closing(last)

    def in_time(self, at: datetime, cutoff: time) -> bool:
        """Say whether what comes now is still of today."""
        return self.works(at.date()) and at.time() <= cutoff and at < self.closing(at.date())

    def same_day(self, at: datetime, cutoff: time = time(15)) -> datetime:
        """Return the closing of the day, or of the next working day for what came after the cut-off."""
        return (
            self.closing(at.date()) if self.in_time(at, cutoff) else self.closing(self.opening_after(at.date()).date())
        )

    def handed_on(self, at: datetime) -> datetime:
        """Return the closing of the day, or the opening of the next one for what came after 15:00."""
        return self.closing(at.date()) if self.in_time(at, time(15)) else self.opening_after(at.date())

    def reception(self, at: datetime, rule: str) -> datetime:
        """Return the limit of reception by one of three rules."""
        if rule == '8wh':
            return self.hours_later(at, 8 * 60)
        return self.days_later(at, 1) if rule == '1wd' else self.handed_on(at)

    def worked(self, start: datetime, end: datetime) -> int:
        """Count the minutes worked between two moments."""
        total, day = 0, start.date()
        while day <= end.date():
            total += sum(start <= minute < end for minute in self.minutes_of(day))
            day += DAY
        return total

    def held(self, start: datetime, term: 'TermSheet') -> Fraction:
        """Count the minutes of work between a start and the end of a term that is not paused."""
        key = (self.unit, start, term)
        if key not in self.book.held:
            end, _ = base(self, start, term.kind, term.value, term.cutoff, civil=False)
            whole = end.replace(second=0, microsecond=0)
            rest = Fraction(int((end - whole) / timedelta(microseconds=1)), 60_000_000)
            self.book.held[key] = self.worked(start, whole) + rest
        return self.book.held[key]

    def working_dates(self, after: date, last: date) -> int:
        """Count the working days after a day, up to and with another."""
        found, day = 0, after
        while day < last:
            day += DAY
            found += self.works(day)
        return found


@dataclass(frozen=True)
class TermSheet:
    """A term as a procedure says it. ``kind``: wd working days, wh working hours, d days, sameday."""

    kind: str
    value: int = 0
    cutoff: time = time(15)
    restarts: bool = True
    after_payment: int = 0
    posting_days: int = 0
    awaits_duty: bool = False
    extended: int = 0
    """How much verification adds, in working days beside a same-day term."""
    supplement_days: int = 15


def base(clerk: Clerk, start: datetime, kind: str, value: int, cutoff: time, *, civil: bool) -> tuple[datetime, date]:
    """Return the end of a term that is not paused, and the day it ends on by the wall calendar."""
    if kind == 'sameday':
        found = clerk.same_day(start, cutoff)
    elif kind == 'd':
        last, at = clerk.calendar_days(start, value)
        return at, last
    elif kind == 'wh':
        found = clerk.hours_later(start, value * 60)
    else:
        found = clerk.civil(start, value) if civil else clerk.days_later(start, value)
    return found, found.date()


def after_pauses(
    clerk: Clerk, start: datetime, kind: str, value: int, cutoff: time, *, civil: bool, pauses: list[Pause]
) -> datetime:
    """Return the end of a term after the pauses that did not begin it anew, in the order in which they were."""
    at, last = base(clerk, start, kind, value, cutoff, civil=civil)
    for since, until, _ in pauses:
        at, last = moved(clerk, at, last, since, until, kind, civil=civil)
    return at


def moved(
    clerk: Clerk, at: datetime, last: date, since: datetime, until: datetime, kind: str, *, civil: bool
) -> tuple[datetime, date]:
    """Move a date by what a pause took: days, working days, or worked minutes, as the term counts."""
    if kind == 'd':
        days = (until.date() - since.date()).days
        last += days * DAY
        return clerk.closing(last), last
    if kind == 'sameday' or (kind == 'wd' and civil):
        found = at.date()
        for _ in range(clerk.working_dates(since.date(), until.date())):
            found += DAY
            while not clerk.works(found):
                found += DAY
        found_at = clerk.closing(found)
        return found_at, found_at.date()
    if at.microsecond or at.second:  # a part of a minute stays what it is: count from the whole minute before
        rest = timedelta(seconds=at.second, microseconds=at.microsecond)
        found_at = clerk.hours_later(at - rest, clerk.worked(since, until) + 1) - MINUTE + rest
        return found_at, found_at.date()
    found_at = clerk.hours_later(at, clerk.worked(since, until))
    return found_at, found_at.date()
