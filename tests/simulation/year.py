"""A year of an office: dossiers come and go by chance, the calendar changes in the middle, every act is a real command."""

import heapq
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.clock import pretend
from app.db import read
from app.deadlines import commands as calendar
from app.deadlines import counting, hours
from app.limits import forget_all
from app.timers.postings import end_postings
from app.timers.recount import recount
from models import CalendarDay
from models.enums import DayKind
from tests.simulation.ledger import Ledger
from tests.simulation.oracle import DAY, MINUTE, Book
from tests.simulation.town import CASES, Case, Town
from tests.simulation.walk import Live, Walk

THERE = ZoneInfo('Asia/Ho_Chi_Minh')


def at(text: str) -> datetime:
    """Read a moment of Vietnam's wall clock, without a zone."""
    return datetime.fromisoformat(text)


BEGIN, END = at('2026-01-01T00:00'), at('2026-12-31T23:59')
WEEK = range(5)
CHANGES = [
    at('2026-03-09T09:30'),
    at('2026-04-14T15:10'),
    at('2026-08-19T16:40'),
    at('2026-09-23T11:00'),
    at('2026-11-18T14:00'),
]
MARKS = [time(7), time(10), time(11, 30), time(13, 30), time(15), time(15), time(17)]
"""Where hours begin and end, and where the same day ends: what comes a minute before or after is told apart."""
Agent = AsyncIterator[datetime]


@dataclass
class Year:
    """The simulated year. ``run`` lives it through; ``live`` holds every dossier with its ledger."""

    town: Town
    random: Random
    dossiers: int
    cases: tuple[Case, ...] = CASES
    book: Book = field(default_factory=Book)
    live: list[Live] = field(default_factory=list)
    paths: Counter[str] = field(default_factory=Counter)
    civil: bool = False
    wrong_previews: list[str] = field(default_factory=list)
    previews: int = 0
    wrong_drafts: list[str] = field(default_factory=list)
    """Apologies that were not drafted when they were due, too early, or with a day that cannot be."""
    at: datetime = BEGIN
    enough: Callable[[], Awaitable[bool]] | None = None
    """Asked when a dossier has come to its end: whether the year may stop here."""
    _queue: list[tuple[datetime, int, Agent]] = field(default_factory=list)
    _count: int = 0

    # The course of time

    async def run(self) -> None:
        """Live from the first minute to the last; whoever has nothing left to do is gone."""
        await self._open_book()
        self._come(self._keep_calendar())
        self._come(self._switch_mode())
        for n in range(self.dossiers):
            self._come(Walk(self, self.cases[n % len(self.cases)]).live_through(), self._any_minute())
        while self._queue:
            wanted, _, agent = heapq.heappop(self._queue)
            if wanted > END:
                continue
            self.at = max(wanted, self.at)
            await forget_all()
            with pretend(self.at.replace(tzinfo=THERE)):
                await self._over()
                try:
                    wanted = await anext(agent)
                except StopAsyncIteration:
                    if self.enough and await self.enough():
                        return
                    continue
            self._wait(max(wanted, self.at), agent)

    def _come(self, agent: Agent, at: datetime = BEGIN) -> None:
        self._wait(at, agent)

    def _wait(self, at: datetime, agent: Agent) -> None:
        """Everything happens at a whole minute: the oracle counts minutes, dates of the engine may fall between."""
        if at.second or at.microsecond:
            at = at.replace(second=0, microsecond=0) + MINUTE
        self._count += 1
        heapq.heappush(self._queue, (at, self._count, agent))

    def _any_minute(self) -> datetime:
        """Return any minute of the year; often one shortly before the calendar is changed."""
        if self.random.random() < 0.5:
            return self.random.choice(CHANGES) - self.random.randrange(4 * 1440) * MINUTE
        return BEGIN + self.random.randrange(int((END - BEGIN) / MINUTE)) * MINUTE

    def working_minute(self, unit: str, after: datetime, days: float) -> datetime:
        """Return a minute of work up to so many days later; often one beside a limit, sometimes an evening."""
        at = after + self.random.random() * days * DAY
        at, chance = at.replace(second=0, microsecond=0), self.random.random()
        if chance < 0.2:
            beside = datetime.combine(at.date(), self.random.choice(MARKS)) + self.random.choice([-1, 0, 1]) * MINUTE
            return max(after, beside)
        if chance < 0.3:
            return at
        ledger = Ledger(self.book, unit, CASES[0].term, '')
        return ledger.clerk.hours_later(at, 1) - self.random.choice([0, 1]) * MINUTE

    async def _over(self) -> None:
        """Let the timer end what is over: late on purpose, since it must not matter when it runs."""
        over = [one for one in self.live if one.ledger.posting and one.ledger.posting <= self.at]
        if over and self.random.random() < 0.5:
            await end_postings()
            for one in over:
                one.ledger.posting_over()

    # The calendar

    async def _open_book(self) -> None:
        """Copy the days from the table; then decide exchanges late, as happens, and give the second agency shorter hours."""
        async with read() as db:
            rows = (await db.execute(select(CalendarDay))).scalars().all()
        self.book.days = {('', row.day): str(row.kind) for row in rows}
        default = [(time(7), time(11, 30)), (time(13, 30), time(17))]
        forever = (date.min, date.max)
        self.book.hours[''] = {day: [(stretch, *forever) for stretch in default] for day in WEEK}

    async def _keep_calendar(self) -> Agent:
        """Change the calendar through the year; each change is looked at before it is saved."""
        home, other = (office.unit.id for office in self.town.offices)
        short = [(time(7, 30), time(11, 30)), (time(13, 30), time(17))]
        yield BEGIN
        for day in (date(2026, 8, 31), date(2026, 8, 22), date(2026, 11, 24)):
            await self._strike(day)
        await self._hours(other, short, WEEK, None, None)
        yield at('2026-03-09T09:30')
        await self._day(other, date(2026, 3, 12), DayKind.OFF)
        yield at('2026-04-14T15:10')
        winter = [(time(7, 30), time(12)), (time(13), time(16, 30))]
        await self._hours('', winter, WEEK, date(2026, 10, 12), date(2026, 12, 31))
        await self._hours(other, [(time(8), time(11, 30)), (time(13, 30), time(16, 30))], WEEK, date(2026, 11, 2), None)
        await self._day('', date(2026, 4, 17), DayKind.OFF)
        yield at('2026-04-16T08:20')
        await self._strike(date(2026, 4, 17))  # the decision is taken back
        yield at('2026-06-02T10:00')
        await self._hours(home, [(time(7, 30), time(11, 30))], [5], date(2026, 6, 6), date(2026, 7, 25))
        yield at('2026-08-19T16:40')  # decided three days before the Saturday that is worked
        await self._day('', date(2026, 8, 22), DayKind.WORK)
        await self._day('', date(2026, 8, 31), DayKind.OFF)
        heat = [(time(7), time(10, 30)), (time(14, 30), time(16, 30))]  # days are short from tomorrow on, for a while
        for unit in (home, other):
            await self._hours(unit, heat, WEEK, date(2026, 8, 20), date(2026, 9, 11))
        yield at('2026-09-23T11:00')
        await self._day(home, date(2026, 9, 24), DayKind.OFF)  # a storm
        yield at('2026-09-25T08:00')
        await self._day(home, date(2026, 9, 26), DayKind.WORK)
        yield at('2026-11-18T14:00')
        await self._day('', date(2026, 11, 24), DayKind.OFF)
        yield at('2026-12-14T09:00')
        await self._strike(date(2026, 9, 26), home)

    async def _day(self, unit: str, day: date, kind: DayKind) -> None:
        found = await calendar.preview(self.town.admin, day, kind, unit or None)
        await calendar.set_day(self.town.admin, day, kind, 'Quyết định trong năm', unit_id=unit or None)
        self.book.set_day(unit, day, str(kind))
        await self._changed(found)

    async def _strike(self, day: date, unit: str = '') -> None:
        mine = CalendarDay.unit_id == unit if unit else CalendarDay.unit_id.is_(None)
        async with read() as db:
            row = (await db.execute(select(CalendarDay).where(CalendarDay.day == day, mine))).scalar_one()
        found = await calendar.preview(self.town.admin, day, None, unit or None)
        await calendar.remove_day(self.town.admin, row.id)
        self.book.set_day(unit, day, None)
        await self._changed(found)

    async def _hours(
        self,
        unit: str,
        stretches: list[tuple[time, time]],
        weekdays: range | list[int],
        first: date | None,
        last: date | None,
    ) -> None:
        text = ', '.join(f'{start:%H:%M}-{end:%H:%M}' for start, end in stretches)
        found = await hours.preview_hours(self.town.admin, text, weekdays, first, last, unit or None)
        await hours.set_hours(self.town.admin, text, weekdays, first, last, unit or None)
        self.book.set_hours(unit, stretches, weekdays, first or date.min, last or date.max)
        await self._changed(found)

    async def _changed(self, preview: tuple[calendar.Moved, ...]) -> None:
        """What was shown before saving is what moves; then the dossiers are counted again."""
        expected = {one.id: moved for one in self.live if (moved := one.ledger.anew())}
        shown = {m.dossier_id: (wall(m.before), wall(m.after)) for m in preview}
        self.previews += len(expected)
        self.wrong_previews += [f'{self.at}: {key}' for key in shown.keys() ^ expected.keys()]
        self.wrong_previews += [
            f'{self.at}: {key}' for key in shown.keys() & expected.keys() if shown[key] != expected[key]
        ]
        await recount()
        for one in self.live:
            one.ledger.recounted()

    async def _switch_mode(self) -> Agent:
        """From the second half of the year on, the installation counts civil days; what was promised keeps its way."""
        yield BEGIN
        counting.use_mode('hours')
        yield at('2026-07-01T00:00')
        counting.use_mode('civil')
        self.civil = True


def wall(moment: datetime) -> datetime:
    """Return a moment as Vietnam's wall clock shows it, without a zone."""
    return moment.astimezone(THERE).replace(tzinfo=None)
