"""Keep the hours of work: by weekday and season, for all units or for one."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta

from sqlalchemy import delete

from app.access import Actor, Permission
from app.db import read, take_turn, write
from app.deadlines.calendar import WorkCalendar
from app.deadlines.commands import TURN, changed, may, may_change
from app.deadlines.days import Session
from app.deadlines.preview import Moved, hours_change, moved_by
from app.deadlines.store import Parts, parts_of
from app.errors import Invalid, Problem
from models import WorkSession

_STRETCH = re.compile(r'\s*(\d{1,2})[:hg](\d{2})\s*[-–]\s*(\d{1,2})[:hg](\d{2})\s*')
DAY = timedelta(days=1)


async def hours(actor: Actor, unit_id: str | None = None) -> tuple[Session, ...]:
    """Return the hours of a unit's own, or those of all; none where nobody has set any."""
    may(actor, unit_id)
    async with read() as db:
        parts = await parts_of(db, unit_id)
    return parts.own_hours if unit_id else parts.general_hours


async def preview_hours(
    actor: Actor,
    text: str,
    weekdays: Iterable[int],
    first: date | None = None,
    last: date | None = None,
    unit_id: str | None = None,
) -> tuple[Moved, ...]:
    """Return the open dossiers that other hours would move. Raises: Invalid, NotAllowed as ``set_hours``."""
    may(actor, unit_id)
    async with read() as db:
        wanted = _merged((await parts_of(db, unit_id)), text, weekdays, first, last, unit_id)
        own = actor.units(Permission.CALENDAR_MANAGE)
        return await moved_by(db, own, hours_change(unit_id, wanted), unit_id=unit_id)


async def set_hours(
    actor: Actor,
    text: str,
    weekdays: Iterable[int],
    first: date | None = None,
    last: date | None = None,
    unit_id: str | None = None,
) -> None:
    """Work these hours (``07:00-11:30, 13:30-17:00``; nothing: closed) on some weekdays, perhaps only in a season.

    What held before on those weekdays ends where the season begins and comes back where it ends. A unit that had no hours
    of its own takes those of all for its other days.

    Raises:
        Invalid: no hours, hours that overlap, no weekday, a season that ends before it begins, or no hours left at all.
    """
    async with write() as db:
        await may_change(db, actor, unit_id)
        await take_turn(db, TURN)
        wanted = _merged((await parts_of(db, unit_id)), text, weekdays, first, last, unit_id)
        mine = WorkSession.unit_id == unit_id if unit_id else WorkSession.unit_id.is_(None)
        await db.execute(delete(WorkSession).where(mine))
        db.add_all(
            WorkSession(
                unit_id=unit_id,
                weekday=s.weekday,
                starts=s.start,
                ends=s.end,
                valid_from=s.valid_from,
                valid_to=s.valid_to,
            )
            for s in wanted
        )
        season = f' {first or ""}..{last or ""}' if first or last else ''
        await changed(db, actor, f'{sorted(set(weekdays))} {text}{season}')


async def preview_drop(actor: Actor, unit_id: str) -> tuple[Moved, ...]:
    """Return the open dossiers that would move if a unit had the hours of all again. Raises NotAllowed."""
    may(actor, unit_id)
    async with read() as db:
        return await moved_by(db, frozenset({unit_id}), hours_change(unit_id, ()), unit_id=unit_id)


async def drop_hours(actor: Actor, unit_id: str) -> None:
    """Let a unit have the hours of all again."""
    async with write() as db:
        await may_change(db, actor, unit_id)
        await take_turn(db, TURN)
        await db.execute(delete(WorkSession).where(WorkSession.unit_id == unit_id))
        await changed(db, actor, 'giờ làm việc chung')


def _merged(
    parts: Parts, text: str, weekdays: Iterable[int], first: date | None, last: date | None, unit_id: str | None
) -> tuple[Session, ...]:
    """Return all hours as they will be: what was there, cut where the new ones hold, and the new ones."""
    days = {day for day in weekdays if isinstance(day, int) and 0 <= day <= 6}
    if not days:
        raise Invalid({'weekdays': Problem('calendar.weekday_needed')})
    if first and last and last < first:
        raise Invalid({'last': Problem('calendar.season_order')})
    general = replace(parts, own_hours=()) if unit_id is None else parts
    kept = [piece for s in general.hours for piece in (_outside(s, first, last) if s.weekday in days else [s])]
    new = [Session(day, start, end, first, last) for day in sorted(days) for start, end in stretches(text)]
    try:
        WorkCalendar.of([*kept, *new], [])
    except ValueError as error:
        raise Invalid({'text': Problem('calendar.hours_wrong')}) from error
    return (*kept, *new)


def _outside(one: Session, first: date | None, last: date | None) -> list[Session]:
    """Return what is left of a stretch of hours before and after a season."""
    found = []
    if first and (one.valid_from is None or one.valid_from < first):
        end = min(one.valid_to or date.max, first - DAY)
        found.append(replace(one, valid_to=end))
    if last and (one.valid_to is None or one.valid_to > last):
        start = max(one.valid_from or date.min, last + DAY)
        found.append(replace(one, valid_from=start))
    return found


def stretches(text: object) -> list[tuple[time, time]]:
    """Read ``07:00-11:30, 13:30-17:00``; an empty text is a day without hours. Raises: Invalid."""
    given = text.strip() if isinstance(text, str) else ''
    found = []
    for part in given.replace(';', ',').split(',') if given else ():
        match = _STRETCH.fullmatch(part)
        try:
            a, b, c, d = map(int, match.groups()) if match else (24, 0, 0, 0)
            found.append((time(a, b), time(c, d)))
        except ValueError as error:
            raise Invalid({'text': Problem('calendar.hours_wrong')}) from error
    if any(end <= start for start, end in found):
        raise Invalid({'text': Problem('calendar.hours_wrong')})
    return found
