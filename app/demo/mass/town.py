"""The municipality while it is made up: its places, its procedures, its clock, and the days not yet written."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from app.clock import VIETNAM, local, now
from app.demo.mass import casting
from app.demo.mass.casting import Applicant, Part
from app.demo.mass.ledger import Ledger
from app.demo.mass.places import Place
from app.demo.mass.timing import Timing
from models.enums import Channel

DAYS = 730
AT_REST = 0.12
"""How much of a working day's filings come in on a day off."""
Happening = tuple[datetime, dict[str, Any], str | None, str, bool]


class Town:
    """What every story needs."""

    def __init__(self, ledger: Ledger, places: list[Place], parts: list[Part], weights: list[int], seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 plausible, not secret
        self.ledger, self.places, self.parts, self.weights = ledger, places, parts, weights
        self.now = now().replace(second=0, microsecond=0)
        self.first = local(self.now).date() - timedelta(days=DAYS)
        self.timing = Timing(places[0].calendar, self.first, local(self.now).date() + timedelta(days=120))
        self._later: dict[date, list[Happening]] = defaultdict(list)

    def place(self) -> Place:
        """Return where somebody files."""
        return self.random.choice(self.places)

    def part(self) -> Part:
        """Return what somebody files."""
        return self.random.choices(self.parts, self.weights)[0]

    def somebody(self) -> Applicant:
        """Return who files."""
        return casting.somebody(self.random)

    def filing_number(self, place: Place, at: datetime) -> str:
        """Return the next filing number of a place and day."""
        day, printed = f'{local(at):%y%m%d}', place.code.lstrip('HG')
        return f'N{printed}-{day}-{self.ledger.next_in(f"filing:H{printed}:{day}"):04d}'

    def official_code(self, place: Place, at: datetime) -> str:
        """Return the next official code of a place and day."""
        day = f'{local(at):%y%m%d}'
        return f'{place.code}-{day}-{self.ledger.next_in(f"official:{place.code}:{day}"):04d}'

    def elsewhere(self, place: Place, wanted: int) -> list[Place]:
        """Return other places in which a life is lived as well."""
        others = [other for other in self.places if other is not place]
        return self.random.sample(others, min(wanted, len(others)))

    def due(self, part: Part, begin: datetime) -> datetime | None:
        """Return when a procedure that began then is due."""
        return self.timing.due(begin, part.spec.term)

    def plan(self, dossiers: int) -> list[tuple[date, int]]:
        """Share the dossiers out over the days, more on working days than on others; every one is placed."""
        days = [self.first + timedelta(days=n) for n in range(DAYS + 1)]
        weights = [1.0 if self.timing.work.is_working(day) else AT_REST for day in days]
        whole, before, found = sum(weights), 0.0, []
        for day, weight in zip(days, weights, strict=True):
            found.append((day, round(dossiers * (before + weight) / whole) - round(dossiers * before / whole)))
            before += weight
        return found

    def filings(self, day: date, count: int) -> list[tuple[datetime, Channel]]:
        """Return when and how so many dossiers come in on a day, in order. What lies in the future comes this minute."""
        found = []
        works = self.timing.work.is_working(day)
        opening, closing = (self.timing.work.opening(day), self.timing.work.closing(day)) if works else (None, None)
        for _ in range(count):
            chance = self.random.random()
            channel = (
                Channel.ONLINE if not works or chance < 0.55 else Channel.POST if chance > 0.96 else Channel.COUNTER
            )
            if opening is None or closing is None or channel is Channel.ONLINE:
                at = datetime.combine(day, time(6), VIETNAM) + timedelta(minutes=self.random.randrange(16 * 60))
            else:
                minutes = int((closing - opening).total_seconds() / 60)
                at = self.timing.after(opening.astimezone(UTC), self.random.uniform(1, minutes - 130))
            found.append((min(at.astimezone(UTC), self.now - timedelta(minutes=1)), channel))
        return sorted(found)

    def happened(self, event: Happening) -> None:
        """Keep an event until its day is written."""
        self._later[event[0].date()].append(event)

    def write_day(self, day: date) -> int:
        """Chain the events of a day (of UTC) in the order of time; returns how many."""
        events = sorted(self._later.pop(day, ()), key=lambda event: event[0])
        for _, columns, note, told, public in events:
            self.ledger.event(columns, note, told, public)
        return len(events)

    @property
    def open_days(self) -> list[date]:
        """Days of which something is still to be written."""
        return sorted(self._later)
