"""The decided days that come with the programme: what the table of calendar days is first filled from."""

from functools import cache
from pathlib import Path

import yaml

from app.deadlines.calendar import WorkCalendar
from app.deadlines.days import Day, DayKind, DayState
from app.deadlines.defaults import DEFAULT_SESSIONS

DATA = Path(__file__).parent / 'data'


@cache
def recorded_days() -> tuple[Day, ...]:
    """Return every decided day of the shipped years, in order of date."""
    rows = [row for file in sorted(DATA.glob('*.yaml')) for row in yaml.safe_load(file.read_text('utf-8'))]
    return tuple(
        Day(
            row['date'],
            DayKind(row['kind']),
            row['reason']['vi'],
            row['reason']['en'],
            row['decision'],
            row['source'],
            DayState(row.get('state', DayState.CONFIRMED)),
        )
        for row in rows
    )


@cache
def standard_calendar() -> WorkCalendar:
    """Return the decided days with the default hours: the calendar of an installation nobody has touched."""
    return WorkCalendar.of(DEFAULT_SESSIONS, recorded_days())


def reason_in_english(reason: str) -> str | None:
    """Return the English of a reason as the shipped days word it; None for a reason somebody wrote themselves."""
    return _english().get(reason)


@cache
def _english() -> dict[str, str | None]:
    return {day.reason: day.reason_en for day in recorded_days()}
