"""When a thing is due: the term of a dossier, the limits of reception, of a step, of a supplement.

Two ways of counting, one per installation. *Hours*: from the minute of acceptance, a working day being the unit's own
day; *civil*: the first day is not counted and the last one ends at closing. Lateness is judged by date in both.
Source: NĐ 118/2025/NĐ-CP Điều 17, 18; NĐ 297/2025/NĐ-CP Điều 3, 6; Bộ luật Dân sự 2015 Điều 147, 148.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Literal

from app.deadlines.calendar import WorkCalendar
from app.deadlines.facts import Due, Fact, FactKind, Start
from app.deadlines.ruler import local
from app.deadlines.terms import has_due_date, parse_term
from app.procedures.schema import Channel, Term, TermKind

Mode = Literal['hours', 'civil']

CUTOFF = time(15)
"""What arrives at 15:00:00 is still of today. Source: NĐ 61/2018/NĐ-CP Điều 18; Luật Hộ tịch 60/2014 Điều 5.3."""

RECEPTION_RULES = {Channel.ONLINE: '8wh', Channel.COUNTER: '1wd', Channel.POST: '1wd'}
"""How long reception may take unless a procedure says otherwise. Source: NQ 66.7/2025/NQ-CP Điều 8."""

SAME_DAY_OR_NEXT_OPENING = 'sameday-opening'
"""Reception rule: at closing of the same day; what comes after 15:00, at the opening of the next working day."""

LAST_HOUR_TOMORROW = 'last-hour-tomorrow'
"""Added to a reception rule (``8wh+last-hour-tomorrow``): what comes in the last office hour counts from the next working day."""

MINUTE = timedelta(minutes=1)


def due(
    calendar: WorkCalendar,
    accepted_at: datetime,
    term: Term,
    mode: Mode = 'hours',
    *,
    start: Start = Start.ACCEPTED,
) -> Due | None:
    """Return when a dossier is due; None where its term has no computable length.

    ``start`` only chooses the words of the explanation.
    """
    if not has_due_date(term):
        return None
    began = local(accepted_at)
    if term.kind == TermKind.SAME_DAY:
        return _same_day(calendar, began, term, start)
    if term.kind == TermKind.CALENDAR_DAYS:
        return _calendar_days(calendar, began, term, start)
    return working_due(calendar, began, term, mode, start)


def working_due(calendar: WorkCalendar, began: datetime, term: Term, mode: Mode, start: Start) -> Due:
    """Return the due date of a term in working days or working hours; hours are hours in both modes."""
    value = term.value or 0
    if term.kind == TermKind.WORKING_DAYS and mode == 'civil':
        at = calendar.closing(calendar.nth_working_day(began.date(), ceil(value)))
        return made(calendar, began, at, (_first_day(began),), start, term)
    add = calendar.add_working_days if term.kind == TermKind.WORKING_DAYS else calendar.add_working_hours
    return made(calendar, began, add(began, value), _waiting(calendar, began), start, term)


def _same_day(calendar: WorkCalendar, began: datetime, term: Term, start: Start) -> Due:
    cutoff = time.fromisoformat(term.cutoff) if term.cutoff else CUTOFF
    if arrives_in_time(calendar, began, cutoff):
        return made(calendar, began, calendar.closing(began.date()), (), start, term)
    late = Fact(FactKind.CUTOFF, moment=datetime.combine(began, cutoff, began.tzinfo))
    why = _waiting(calendar, began) if not calendar.is_open(began) else (late,)
    at = calendar.closing(calendar.nth_working_day(began.date(), 1))
    return made(calendar, began, at, why, start, term)


def _calendar_days(calendar: WorkCalendar, began: datetime, term: Term, start: Start) -> Due:
    last = began.date() + timedelta(ceil(term.value or 0))
    return ends_on(calendar, began, last, (_first_day(began),), start, term)


def ends_on(
    calendar: WorkCalendar, began: datetime, last: date, why: tuple[Fact, ...], start: Start, term: Term | None
) -> Due:
    """Return the due date of a term in calendar days whose last day is ``last``: closing, of the next day when off."""
    at = calendar.closing(last)
    rolled: tuple[Fact, ...] = ()
    if at.date() != last:
        off = (fact for fact in _passed_over(calendar, last, at.date()) if fact.kind is FactKind.DAY_OFF)
        rolled = (Fact(FactKind.ROLLED, day=last, until=at.date()), *off)
    return Due(at, calendar.is_uncertain(last, at.date()), (_start(began, start), *why, *rolled), term)


def made(
    calendar: WorkCalendar, began: datetime, at: datetime, why: tuple[Fact, ...], start: Start, term: Term | None
) -> Due:
    """Put a due date counted in working time together with the days it passed over."""
    passed = _passed_over(calendar, began.date(), at.date())
    return Due(at, calendar.is_uncertain(began.date(), at.date()), (_start(began, start), *why, *passed), term)


def arrives_in_time(calendar: WorkCalendar, moment: datetime, cutoff: time = CUTOFF) -> bool:
    """Say whether what arrives then is still of today: a working day, not after the cut-off, not after closing."""
    there = local(moment)
    today = there.date()
    before_cutoff = there.time().replace(microsecond=0) <= cutoff
    return calendar.is_working(today) and before_cutoff and there < calendar.closing(today)


def reception_due(calendar: WorkCalendar, filed_at: datetime, hours: float = 8) -> Due:
    """Return until when an online filing must be accepted or answered. Source: NQ 66.7/2025/NQ-CP Điều 8.1."""
    term = Term(kind=TermKind.WORKING_HOURS, value=hours)
    return working_due(calendar, local(filed_at), term, 'hours', Start.FILED)


def counter_reception_due(calendar: WorkCalendar, received_at: datetime, days: float = 1, mode: Mode = 'hours') -> Due:
    """Return until when a dossier from the counter or the post must be accepted or answered: 1 working day.

    Source: NQ 66.7/2025/NQ-CP Điều 8.2.
    """
    term = Term(kind=TermKind.WORKING_DAYS, value=days)
    return working_due(calendar, local(received_at), term, mode, Start.RECEIVED)


def reception_limit(
    calendar: WorkCalendar, filed_at: datetime, channel: Channel, mode: Mode = 'hours', rule: str | None = None
) -> Due:
    """Return until when reception must answer, by channel or by the procedure's own ``rule`` (a short term).

    Raises: ValueError for a rule that is no term.
    """
    text, _, policy = (rule or RECEPTION_RULES.get(channel, RECEPTION_RULES[Channel.COUNTER])).partition('+')
    start = Start.FILED if channel == Channel.ONLINE else Start.RECEIVED
    if text == SAME_DAY_OR_NEXT_OPENING:
        return transfer_due(calendar, filed_at, start=start)
    counted = counted_as_received(calendar, filed_at) if policy == LAST_HOUR_TOMORROW else filed_at
    found = due(calendar, counted, parse_term(text), mode, start=start)
    if found is None or policy not in ('', LAST_HOUR_TOMORROW):
        raise ValueError(f'{rule!r} gives no date')
    return found if counted == filed_at else _put_off(found, local(filed_at), counted, start)


def _put_off(found: Due, filed_at: datetime, counted: datetime, start: Start) -> Due:
    """Say that what came in the last office hour is counted from the next working day."""
    late = Fact(FactKind.COUNTED_FROM, moment=counted, reason='last_hour')
    return replace(found, steps=(_start(filed_at, start), late, *found.steps[1:]))


def reception_warning(calendar: WorkCalendar, filed_at: datetime, hours: float = 2) -> datetime:
    """Return when the intake officer is alerted: 2 working hours after filing (NĐ 297/2025/NĐ-CP Điều 6.4)."""
    return calendar.add_working_hours(filed_at, hours)


def counted_as_received(calendar: WorkCalendar, moment: datetime) -> datetime:
    """Return the moment a receipt counts from where the last office hour counts as the next working day.

    Source: NĐ 297/2025/NĐ-CP Điều 3.5, 6.3 (a rule of one field, so a preset that is off unless chosen).
    """
    there = local(moment)
    if calendar.is_open(there) and there > calendar.closing(there.date()) - timedelta(hours=1):
        return calendar.opening(calendar.nth_working_day(there.date(), 1))
    return moment


def transfer_due(
    calendar: WorkCalendar, received_at: datetime, cutoff: time = CUTOFF, *, start: Start = Start.HANDED
) -> Due:
    """Return when a dossier taken at the counter must be handed on: the same day, after 15:00 when the next one opens.

    Source: NĐ 61/2018/NĐ-CP Điều 18; NĐ 118/2025/NĐ-CP Điều 18.2.
    """
    there = local(received_at)
    if arrives_in_time(calendar, there, cutoff):
        return made(calendar, there, calendar.closing(there.date()), (), start, None)
    late = Fact(FactKind.CUTOFF, moment=datetime.combine(there, cutoff, there.tzinfo))
    why = (late,) if calendar.is_open(there) else _waiting(calendar, there)
    at = calendar.opening(calendar.nth_working_day(there.date(), 1))
    return made(calendar, there, at, why, start, None)


def step_due(calendar: WorkCalendar, start: datetime, hours: float) -> Due:
    """Return when an internal step is due: its hours of the unit's working time; a step of 0 hours is due at once."""
    term = Term(kind=TermKind.WORKING_HOURS, value=hours)
    return working_due(calendar, local(start), term, 'hours', Start.STEP)


def step_hours(calendar: WorkCalendar, accepted_at: datetime, term: Term, hours: float, together: float) -> float:
    """Return how long a step may take: its hours, or its share of the term where all steps ``together`` exceed it there.

    Three working days hold 24 hours where a day has 8, and 22.5 where it has 7.5; of 24 hours of steps each then has
    15/16. A share is whole minutes, rounded down, so that the steps never add up to more than the term.
    """
    whole = due(calendar, accepted_at, term)
    if whole is None or not hours:
        return hours
    held = calendar.working_time_between(accepted_at, whole.at)
    if held >= timedelta(hours=together):
        return hours
    return max(1, held * (hours / together) // MINUTE) / 60


def supplement_limit(calendar: WorkCalendar, notice_at: datetime, days: int = 15) -> Due:
    """Return until when the applicant may supplement: closing of the 15th working day after the day of the notice.

    Source: NĐ 297/2025/NĐ-CP Điều 6.4.a; the day of the notice is not counted (Bộ luật Dân sự 2015 Điều 147.2).
    """
    term = Term(kind=TermKind.WORKING_DAYS, value=days)
    return working_due(calendar, local(notice_at), term, 'civil', Start.NOTIFIED)


def put_off(calendar: WorkCalendar, named: datetime) -> Due | None:
    """Return where a date that somebody named moves when its day is off now: to the closing of the next working day.

    None where the day is worked and the date stands. Source: Bộ luật Dân sự 2015 Điều 148.5.
    """
    day = local(named).date()
    return None if calendar.is_working(day) else ends_on(calendar, local(named), day, (), Start.PROMISED, None)


def draft_due(calendar: WorkCalendar, shown_at: datetime, days: int) -> Due:
    """Return until when the applicant may object to a draft of the result."""
    term = Term(kind=TermKind.WORKING_DAYS, value=days)
    return working_due(calendar, local(shown_at), term, 'hours', Start.SHOWN)


def _start(began: datetime, start: Start) -> Fact:
    return Fact(FactKind.START, moment=began, reason=start.value)


def _first_day(began: datetime) -> Fact:
    return Fact(FactKind.FIRST_DAY, day=began.date())


def _waiting(calendar: WorkCalendar, began: datetime) -> tuple[Fact, ...]:
    """Say from when the clock runs if it could not start at once, and why."""
    opening = calendar.next_opening(began)
    if opening == began:
        return ()
    if not calendar.is_working(began.date()):
        why = 'day_off'
    elif opening.date() == began.date():
        why = 'lunch' if calendar.opening(began.date()) < opening else 'before_hours'
    else:
        why = 'after_hours'
    return (Fact(FactKind.COUNTED_FROM, moment=opening, reason=why),)


def _passed_over(calendar: WorkCalendar, first: date, last: date) -> tuple[Fact, ...]:
    """Name the days between that the term did not count, and those it counted although the week says otherwise."""
    rows = calendar.exceptions_between(first, last)
    named = tuple(
        Fact(
            FactKind.WORKED if calendar.is_working(row.date) else FactKind.DAY_OFF,
            day=row.date,
            reason=row.reason,
            reason_en=row.reason_en,
        )
        for row in rows
    )
    return (Fact(FactKind.WEEKEND), *named) if calendar.rests_between(first, last) else named
