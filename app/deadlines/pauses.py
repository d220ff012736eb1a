"""What stops and starts the clock of a dossier, and where its due date moves when that happens.

A supplement either starts the term anew or goes on where it stopped, by the procedure's policy; posting and a financial
duty always go on where they stopped. Source: NĐ 61/2018/NĐ-CP Điều 19.4; NĐ 297/2025/NĐ-CP Điều 6.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.deadlines.calendar import WorkCalendar
from app.deadlines.facts import Due, Fact, FactKind, Start
from app.deadlines.limits import Mode, due, ends_on, made
from app.deadlines.ruler import local
from app.deadlines.terms import lengthened
from app.procedures.schema import Term, TermKind
from models.enums import ClockKind

PAUSES = frozenset({ClockKind.PAUSED, ClockKind.POSTING, ClockKind.FINANCE})

_ABOUT_THE_WAY = frozenset({FactKind.WEEKEND, FactKind.DAY_OFF, FactKind.WORKED, FactKind.ROLLED})


@dataclass(frozen=True)
class Segment:
    """A stretch of one of the clocks; the open one has no end."""

    kind: ClockKind
    start: datetime
    end: datetime | None = None


def used(segments: Iterable[Segment], calendar: WorkCalendar, until: datetime) -> timedelta:
    """Return the working time the running clock has used up to ``until``; time paused is not in it."""
    total = timedelta()
    for segment in segments:
        if segment.kind == ClockKind.RUNNING and segment.start < until:
            total += calendar.working_time_between(segment.start, min(segment.end or until, until))
    return total


def restart(calendar: WorkCalendar, completed_at: datetime, term: Term, mode: Mode = 'hours') -> Due | None:
    """Return the due date when the whole term begins again with a complete supplement."""
    return due(calendar, completed_at, term, mode, start=Start.COMPLETED)


def resume(
    calendar: WorkCalendar,
    before: Due | datetime,
    paused_at: datetime,
    resumed_at: datetime,
    mode: Mode = 'hours',
    term: Term | None = None,
    *,
    why: ClockKind = ClockKind.PAUSED,
) -> Due:
    """Return the due date moved by exactly what the pause took: working time, working days (civil) or days.

    Lateness from before the pause is not forgiven: the moved date lies as far back as before. ``before`` may be
    a bare moment or bare date; its term (or ``term``) says how to count, working time without one. ``why`` only chooses
    the words of the explanation.
    """
    if isinstance(before, datetime):
        before = Due(before, uncertain=False, term=term)
    if not before.steps:
        promised = Fact(FactKind.START, moment=local(before.at), reason=Start.PROMISED.value)
        before = replace(before, at=local(before.at), steps=(promised,))
    first, last = local(paused_at), local(resumed_at)
    kept = tuple(f for f in before.steps if f.kind not in _ABOUT_THE_WAY and f.kind != FactKind.START)
    facts = (
        *kept,
        Fact(FactKind.PAUSED, moment=first, day=first.date(), until=last.date(), end=last, reason=why.value),
    )
    start = Start(before.steps[0].reason)
    kind = before.term.kind if before.term else TermKind.WORKING_HOURS
    if before.term and kind == TermKind.CALENDAR_DAYS:
        nominal = next((f.day for f in before.steps if f.kind == FactKind.ROLLED and f.day), before.at.date())
        return ends_on(calendar, before.start, nominal + (last.date() - first.date()), facts, start, before.term)
    if kind == TermKind.SAME_DAY or (kind == TermKind.WORKING_DAYS and mode == 'civil'):
        waited = calendar.count_working_days(first.date(), last.date())
        at = calendar.closing(calendar.nth_working_day(before.at.date(), waited))
    else:
        at = calendar.add_working_time(before.at, calendar.working_time_between(first, last))
    return made(calendar, before.start, at, facts, start, before.term)


def posting_end(calendar: WorkCalendar, posted_at: datetime, days: int) -> Due:
    """Return until when a matter is posted in public: closing of the last calendar day, the first one not counted.

    Source: Bộ luật Dân sự 2015 Điều 147, 148; the length is the procedure's (niêm yết công khai).
    """
    began = local(posted_at)
    term = Term(kind=TermKind.CALENDAR_DAYS, value=days)
    first = Fact(FactKind.FIRST_DAY, day=began.date())
    return ends_on(calendar, began, began.date() + timedelta(days), (first,), Start.POSTED, term)


def recount(
    calendar: WorkCalendar,
    accepted_at: datetime,
    term: Term,
    segments: Iterable[Segment] = (),
    mode: Mode = 'hours',
    *,
    extended: bool = False,
    start: Start = Start.ACCEPTED,
) -> Due | None:
    """Return the due date after everything that has happened: acceptance, then each pause that has ended, in order.

    A pause still open moves nothing yet. Pauses that overlap count once. ``extended`` gives the time for verification,
    which never makes a date earlier: a same-day matter that came after its cut-off ends at a closing, and one working
    day from the same start may end before it.
    """
    if extended and term.extended:
        given = tuple(segments)
        plain = recount(calendar, accepted_at, term, given, mode, start=start)
        longer = recount(calendar, accepted_at, lengthened(term), given, mode, start=start)
        later = max((one for one in (plain, longer) if one), key=lambda one: one.at, default=None)
        return later and replace(later, steps=(*later.steps, Fact(FactKind.EXTENDED)))
    current = due(calendar, accepted_at, term, mode, start=start)
    counted_to = accepted_at
    for pause in sorted((s for s in segments if s.kind in PAUSES), key=lambda segment: segment.start):
        if current is None or pause.end is None or pause.end <= counted_to:
            continue
        if pause.kind == ClockKind.PAUSED and term.after_supplement == 'restart':
            current = restart(calendar, pause.end, term, mode)
        else:
            current = resume(calendar, current, max(pause.start, counted_to), pause.end, mode, why=pause.kind)
        counted_to = pause.end
    return current
