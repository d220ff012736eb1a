"""Questions to the engine whose answers the oracle wrote down beforehand: no database, so they are asked in a moment."""

from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Segment
from app.deadlines.defaults import HOURS, week
from app.deadlines.records import recorded_days
from app.procedures.schema import Channel, Term
from models.enums import ClockKind
from tests.simulation.oracle import DAY, MINUTE, Book, Clerk, TermSheet, after_pauses
from tests.simulation.town import KINDS
from tests.simulation.year import MARKS, THERE, WEEK, wall

SHORT = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
DAYS_WITH_A_STORY = [date(2026, 1, 9), date(2026, 2, 13), date(2026, 4, 24), date(2026, 8, 21), date(2026, 11, 23)]
TERMS = [
    *(TermSheet('wd', n, restarts=False) for n in (1, 3, 5)),
    *(TermSheet('wh', n, restarts=False) for n in (4, 16)),
    *(TermSheet('d', n, restarts=False) for n in (4, 9)),
    TermSheet('sameday', restarts=False),
    TermSheet('sameday', cutoff=time(10), restarts=False),
]
Answer = tuple[datetime, datetime, float]
"""The limit of reception, the date of the result, the hours of a step of eight among 24."""


@dataclass(frozen=True)
class Question:
    """One filing: where, when, how its reception is limited; its term, counted how, paused when."""

    unit: str
    at: datetime
    rule: str
    term: TermSheet
    civil: bool
    paused: tuple[datetime, datetime]


def questions(random: Random, count: int) -> list[Question]:
    """Ask about moments near days off, worked Saturdays and limits; half of the terms are paused."""
    found = []
    for n in range(count):
        day = random.choice(DAYS_WITH_A_STORY) - random.randrange(4) * DAY
        clock_time = random.choice(MARKS) if n % 2 else time(random.randrange(24), random.randrange(60))
        at = datetime.combine(day, clock_time) + random.choice([-1, 0, 1]) * MINUTE
        since = at + random.randrange(1440) * MINUTE
        until = since + random.randrange(2 * 1440) * MINUTE * random.choice([0, 1])
        rule = random.choice(['8wh', '1wd', '15:00'])
        found.append(Question(random.choice(['', 'short']), at, rule, TERMS[n % len(TERMS)], n % 4 > 1, (since, until)))
    return found


def told(question: Question, book: Book) -> Answer:
    """Answer slowly."""
    clerk, term = Clerk(book, question.unit), question.term
    pause = (*question.paused, 'posting')
    due = after_pauses(clerk, question.at, term.kind, term.value, term.cutoff, civil=question.civil, pauses=[pause])
    held = clerk.held(question.at, term)
    share = 8 * 60 if held >= 24 * 60 else max(1, int(held / 3))
    return clerk.reception(question.at, question.rule), due, share / 60


def answered(question: Question, calendars: dict[str, WorkCalendar]) -> Answer:
    """Ask the engine."""
    calendar, at = calendars[question.unit], question.at.replace(tzinfo=THERE)
    sheet = question.term
    cutoff = f'{sheet.cutoff:%H:%M}' if sheet.kind == 'sameday' else None
    term = Term.model_validate(
        {'kind': KINDS[sheet.kind], 'value': sheet.value or None, 'cutoff': cutoff, 'after_supplement': 'resume'}
    )
    since, until = (moment.replace(tzinfo=THERE) for moment in question.paused)
    rule = clock.SAME_DAY_OR_NEXT_OPENING if question.rule == '15:00' else question.rule
    reception = clock.reception_limit(calendar, at, Channel.ONLINE, rule=rule)
    pause = Segment(ClockKind.POSTING, since, until)
    due = clock.recount(calendar, at, term, [pause], 'civil' if question.civil else 'hours')
    assert due is not None
    return wall(reception.at), wall(due.at), clock.step_hours(calendar, at, term, 8, 24)


def calendars() -> dict[str, WorkCalendar]:
    """Return the engine's calendars, laid out anew."""
    return {'': WorkCalendar.of(week(HOURS), recorded_days()), 'short': WorkCalendar.of(week(SHORT), recorded_days())}


def book() -> Book:
    """Return the same calendars as the oracle keeps them."""
    kept = Book(days={('', row.date): str(row.kind) for row in recorded_days()})
    kept.hours[''] = {day: [(stretch, date.min, date.max) for stretch in HOURS] for day in WEEK}
    kept.set_hours('short', SHORT, WEEK, date.min, date.max)
    return kept
