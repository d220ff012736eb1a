"""A due date together with everything that made it what it is, so that it can be explained."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.procedures.schema import Term


class Start(StrEnum):
    """What set the clock going."""

    ACCEPTED = 'accepted'
    FILED = 'filed'
    RECEIVED = 'received'
    HANDED = 'handed'
    COMPLETED = 'completed'
    PAID = 'paid'
    POSTED = 'posted'
    NOTIFIED = 'notified'
    STEP = 'step'
    PROMISED = 'promised'
    APOLOGY = 'apology'
    SHOWN = 'shown'


class FactKind(StrEnum):
    """One reason why a due date is not simply start plus length."""

    START = 'start'
    COUNTED_FROM = 'counted_from'
    FIRST_DAY = 'first_day'
    CUTOFF = 'cutoff'
    WEEKEND = 'weekend'
    DAY_OFF = 'day_off'
    WORKED = 'worked'
    ROLLED = 'rolled'
    PAUSED = 'paused'
    EXTENDED = 'extended'


@dataclass(frozen=True)
class Fact:
    """One such reason. ``reason`` is a ``Start``, a ``ClockKind``, the key of a word, or the words of a day off."""

    kind: FactKind
    moment: datetime | None = None
    day: date | None = None
    until: date | None = None
    end: datetime | None = None
    reason: str = ''
    reason_en: str | None = None


@dataclass(frozen=True)
class Due:
    """A due date and why. ``term`` is None for a bare limit.

    ``uncertain``: it rests on a year whose days off are not decided yet, so that it may still move.
    """

    at: datetime
    uncertain: bool
    steps: tuple[Fact, ...] = ()
    term: Term | None = None

    @property
    def start(self) -> datetime:
        """The moment that set the clock going."""
        return next((fact.moment for fact in self.steps if fact.kind == FactKind.START and fact.moment), self.at)
