"""How many working days each act on feedback may take, by the law of the day it was sent, and when they are over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import local
from app.deadlines.calendar import WorkCalendar
from app.deadlines.store import calendar_for
from models import Feedback
from models.feedback import FeedbackAbout

FILE = Path(__file__).parent / 'limits.yaml'


@dataclass(frozen=True)
class Limits:
    """Working days; ``source`` says by which rule, ``confidence`` how well that is known."""

    valid_from: date
    source: str
    confidence: str
    refuse: int
    ask: int
    forward: int
    answer: int
    publish: int


@cache
def _all() -> dict[str, tuple[Limits, ...]]:
    rows = yaml.safe_load(FILE.read_text('utf-8'))
    return {kind: tuple(Limits(**row) for row in each) for kind, each in rows.items()}


def limits_of(about: FeedbackAbout, on: date) -> Limits:
    """Return the limits in force on a day; before the first of them, the first."""
    rows = _all()['question' if about is FeedbackAbout.QUESTION else 'petition']
    return max((row for row in rows if row.valid_from <= on), key=lambda row: row.valid_from, default=rows[0])


def due(work: WorkCalendar, start: datetime, days: int) -> datetime:
    """Return the closing of the ``days``-th working day after the day of ``start``. Source: BLDS 2015 Điều 147.2."""
    return work.closing(work.nth_working_day(local(start).date(), days))


def longer(work: WorkCalendar, limit: datetime, waited_from: datetime, until: datetime) -> datetime:
    """Return a limit moved on by the working days that were spent waiting for the person."""
    waited = work.count_working_days(local(waited_from).date(), local(until).date())
    return work.closing(work.nth_working_day(local(limit).date(), waited))


def soon(work: WorkCalendar, limit: datetime) -> datetime:
    """Return when a limit is near: the opening of the working day before its own."""
    day = local(limit).date() - timedelta(days=1)
    while not work.is_working(day):
        day -= timedelta(days=1)
    return work.opening(day)


async def work_of(db: AsyncSession, one: Feedback) -> WorkCalendar:
    """Return the working time of whoever has it."""
    return (await calendar_for(db, one.unit_id)).work


def is_late(work: WorkCalendar, one: Feedback, act: str, at: datetime) -> bool:
    """Tell whether an act (refuse, ask, forward) came after its limit, counted from the day of sending."""
    days = getattr(limits_of(one.about, local(one.sent_at).date()), act)
    return at > due(work, one.sent_at, days)
