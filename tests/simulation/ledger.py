"""What the dates of one dossier must be, told from what happened to it: one line for each date that is given."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tests.simulation.oracle import Book, Clerk, Pause, TermSheet, after_pauses, moved


@dataclass(frozen=True)
class Line:
    """One date that was given."""

    kind: str
    at: datetime
    before: datetime | None
    why: str


@dataclass
class StepLine:
    """One hand-over: from when, how many minutes of work, whether the 15:00 rule holds, what paused it."""

    start: datetime
    whole: int
    """Minutes as the procedure says; ``minutes`` is its share where the term holds less."""
    minutes: int
    same_day: bool = False
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    due: datetime | None = None
    is_open: bool = True

    def count(self, clerk: Clerk) -> datetime | None:
        """Work out its limit."""
        limits = [clerk.hours_later(self.start, self.minutes)] if self.minutes else []
        limits += [clerk.handed_on(self.start)] if self.same_day else []
        if not limits:
            return None
        at = min(limits)
        for since, until in self.pauses:
            at, _ = moved(clerk, at, at.date(), since, until, 'wh', civil=False)
        return at


@dataclass
class Ledger:
    """The dates of one dossier, kept by hand."""

    book: Book
    unit: str
    term: TermSheet
    rule: str
    """How its reception is limited: 8wh, 1wd or 15:00."""
    together: int = 0
    """Minutes of all its steps."""
    accepted_at: datetime | None = None
    lines: list[Line] = field(default_factory=list)
    steps: list[StepLine] = field(default_factory=list)
    promised: datetime | None = None
    lawful: datetime | None = None
    running: datetime | None = None
    """The limit that runs now."""
    received: datetime | None = None
    """When the clock of reception began; None once it is over or stands."""
    start: datetime | None = None
    kind: str = ''
    value: int = 0
    civil: bool = False
    pauses: list[Pause] = field(default_factory=list)
    was_same_day: bool = False
    """It was a same-day matter, to which verification gave working days."""
    named: datetime | None = None
    """A new appointment, which only pauses move."""
    asked: int = 0
    pausing: datetime | None = None
    posting: datetime | None = None
    verdict: str | None = None
    is_over: bool = False

    @property
    def clerk(self) -> Clerk:
        """Whoever counts for the unit."""
        return Clerk(self.book, self.unit)

    def _write(self, kind: str, at: datetime, why: str) -> None:
        same = [line for line in self.lines if line.kind == kind]
        self.lines.append(Line(kind, at, same[-1].at if same else None, why))

    def filed(self, at: datetime, why: str = 'original') -> None:
        """The clock of reception begins."""
        self.received, self.running = at, self.clerk.reception(at, self.rule)
        self._write('reception', self.running, why)

    def passed_on(self, at: datetime, unit: str, rule: str) -> None:
        """The unit that decides has received it: its own clock of reception begins, by its own hours."""
        self.unit, self.rule = unit, rule
        self.filed(at, 'passed_on')

    def accepted(self, at: datetime, minutes: int, *, by_hand: bool, civil: bool) -> None:
        """The statutory clock begins; where there are two appointments, with the first."""
        self.received, self.accepted_at = None, at
        self._begin(at, self.term.kind, self.term.value - self.term.after_payment, 'original', civil=civil)
        self.given(at, minutes, same_day=by_hand)

    def _begin(self, at: datetime, kind: str, value: int, why: str, *, civil: bool) -> None:
        self.start, self.kind, self.value, self.civil, self.pauses, self.named = at, kind, value, civil, [], None
        self.lawful = self.promised = self.running = self._counted()
        self._write('resolution', self.promised, why)

    def _counted(self) -> datetime:
        """Count what runs; time for verification never makes it end before the closing of the day it was for."""
        found = self._ends(self.kind, self.value)
        return max(found, self._ends('sameday', 0)) if self.was_same_day else found

    def _ends(self, kind: str, value: int) -> datetime:
        assert self.start is not None
        return after_pauses(self.clerk, self.start, kind, value, self.term.cutoff, civil=self.civil, pauses=self.pauses)

    def given(self, at: datetime, minutes: int, *, same_day: bool = False) -> None:
        """A step is given to somebody."""
        self.ended()
        step = StepLine(at, minutes, self._share(minutes), same_day)
        step.due = step.count(self.clerk)
        self.steps.append(step)

    def _share(self, minutes: int) -> int:
        """Give a step its minutes, or its share of the term where all steps together need more than the term holds here."""
        assert self.accepted_at is not None
        held = self.clerk.held(self.accepted_at, self.term)
        return minutes if not minutes or held >= self.together else max(1, int(held * minutes / self.together))

    def reassigned(self) -> None:
        """Somebody else gets the same step with the time that is left."""
        last = self.steps[-1]
        self.ended()
        self.steps.append(replace(last, pauses=list(last.pauses), is_open=True))

    def ended(self) -> None:
        """The open step is over."""
        if self.steps:
            self.steps[-1].is_open = False

    def asked_for_more(self, at: datetime) -> None:
        """The applicant has some working days; no other clock runs."""
        self.asked += 1
        self.pausing, self.received = at, None
        self.running = self.clerk.civil(at, self.term.supplement_days)
        self._write('supplement', self.running, 'original')

    def supplement_over(self) -> datetime:
        """When the working days for a supplement are over: as written, and by the book as it is now."""
        assert self.pausing is not None and self.running is not None
        return max(self.running, self.clerk.civil(self.pausing, self.term.supplement_days))

    def completed(self, at: datetime, *, civil: bool) -> None:
        """The applicant answered: reception begins again, or the term begins again or goes on."""
        since, self.pausing = self.pausing, None
        assert since is not None
        if self.start is None:
            self.filed(at, 'supplement')
        elif self.term.restarts:
            self._begin(at, self.kind, self.value, 'supplement', civil=civil)
            self._step_goes_on(since, at, anew=True)
        else:
            self._goes_on(since, at, 'supplement')

    def _goes_on(self, since: datetime, until: datetime, why: str) -> None:
        self.pauses.append((since, until, why))
        self.lawful = self._counted()
        if self.named is not None:
            self.named, _ = moved(self.clerk, self.named, self.named.date(), since, until, self.kind, civil=self.civil)
            self.promised, why = self.named, 'moved'
        else:
            self.promised = self.lawful
        self.running = self.promised
        self._write('resolution', self.promised, why)
        self._step_goes_on(since, until)

    def _step_goes_on(self, since: datetime, until: datetime, *, anew: bool = False) -> None:
        step = self.steps[-1]
        if anew:
            step.start, step.same_day, step.pauses = until, False, []
        else:
            step.pauses.append((since, until))
        self._count_step(step)

    def _count_step(self, step: StepLine) -> None:
        """The share is that of the book as it is now, as when the step was given."""
        step.minutes = self._share(step.whole)
        step.due = step.count(self.clerk)

    def duty_began(self, at: datetime) -> None:
        """Another office says what is to be paid."""
        self.pausing, self.running = at, None

    def duty_met(self, at: datetime, *, civil: bool) -> None:
        """The proof of payment is in."""
        since, self.pausing = self.pausing, None
        assert since is not None
        if self.term.after_payment:
            self._begin(at, self.kind, self.term.after_payment, 'duty', civil=civil)
            self._step_goes_on(since, at)
        else:
            self._goes_on(since, at, 'duty')

    def extended(self) -> None:
        """Facts are verified: the longer term, from the same start; the open step has the work that lies between."""
        before = self.promised
        self.was_same_day = self.kind == 'sameday'
        self.kind, self.value = (
            ('wd', self.term.extended) if self.was_same_day else (self.kind, self.value + self.term.extended)
        )
        self.lawful = self.promised = self.running = self._counted()
        self._write('resolution', self.promised, 'extension')
        assert before is not None
        self._step_goes_on(before, self.promised)

    def posted(self, at: datetime) -> None:
        """The matter is posted in public for some days."""
        self.pausing, self.running = at, None
        _, self.posting = self.clerk.calendar_days(at, self.term.posting_days)
        self._write('posting', self.posting, 'original')

    def posting_over(self) -> None:
        """The clock goes on from the last moment of the posting."""
        since, until, self.pausing, self.posting = self.pausing, self.posting, None, None
        assert since is not None and until is not None
        self._goes_on(since, until, 'posting')

    def reappointed(self, day: date) -> None:
        """Another date is given, once."""
        self.lawful, self.promised = self.promised, self.clerk.closing(day)
        self.named = self.running = self.promised
        self._write('resolution', self.promised, 'reappointment')

    def draft_shown(self, at: datetime) -> None:
        """The applicant has one working day to look at the draft."""
        self._write('draft_confirmation', self.clerk.days_later(at, 1), 'original')

    def finished(self, at: datetime) -> None:
        """The result is there: early, on time or late by the lawful date."""
        if self.promised is None:
            return
        limit = self._counted() if self.named is not None else self.promised
        self.lawful = limit
        if self.asked > 1:
            self.verdict = 'late'
        else:
            self.verdict = 'early' if at.date() < limit.date() else 'on_time' if at.date() == limit.date() else 'late'
        self.running = None

    def closed(self) -> None:
        """Nothing runs any more."""
        self.running = self.received = self.pausing = self.posting = None
        self.is_over = True
        self.ended()

    def anew(self) -> tuple[datetime, datetime] | None:
        """Return the running limit before and after the book was changed; None where it stays."""
        if self.running is None or self.pausing is not None:
            return None
        if self.start is None:
            after = self.clerk.reception(self.received, self.rule) if self.received else self.running
        else:
            after = self._counted() if self.named is None else self._named_on()
        same = after.replace(second=0, microsecond=0) == self.running.replace(second=0, microsecond=0)
        return None if same else (self.running, after)  # nobody reads a part of a minute

    def _named_on(self) -> datetime:
        """A date that somebody named stays, unless its day is off now."""
        assert self.named is not None
        return self.named if self.clerk.works(self.named.date()) else self.clerk.closing(self.named.date())

    def recounted(self) -> None:
        """The book was changed: what runs moves with it, and so does the open step."""
        found = self.anew()
        if found:
            self.running, why = found[1], 'calendar'
            if self.named is not None:
                self.named = self.promised = self.running
                why = 'moved'
            elif self.start is not None:
                self.promised = self.lawful = self.running
            self._write('resolution' if self.start else 'reception', self.running, why)
        if self.pausing is None and self.steps and self.steps[-1].is_open:
            self._count_step(self.steps[-1])
