"""Which reports are made by themselves, on which day, for whom: set on a screen by those who read reports of the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import GRANTS, Actor, ActorKind, Permission
from app.accounts.queries import live_grants
from app.audit.record import record
from app.clock import now, today
from app.db import read, write
from app.errors import Invalid, NotFound, Problem, WrongState
from app.reports.forms import forms
from app.statistics.periods import Kind, Period
from app.units.names import name_of
from app.units.queries import tree
from models import Account, Grant, ReportRun, ReportSchedule, Unit
from models.enums import AccountKind

KINDS = (Kind.MONTH, Kind.QUARTER)
LAST_DAY = 28
"""Every month has it."""
MOST = 20
"""Schedules of one unit."""
SHOWN = 24
"""Reports that were made, on the screen."""


@dataclass(frozen=True)
class Person:
    """Somebody who may be sent reports of a unit."""

    id: str
    name: str
    email: str


@dataclass(frozen=True)
class Schedule:
    """One schedule as it is shown."""

    id: str
    report: str
    unit_name: str
    kind: str
    day: int
    recipients: tuple[str, ...]
    """Names of those who may still read it."""
    next_on: date


@dataclass(frozen=True)
class Run:
    """One report that was made by schedule."""

    id: str
    report: str
    unit_name: str
    kind: str
    first: date
    last: date
    made_at: datetime
    is_sound: bool


async def readers(db: AsyncSession, unit_id: str) -> list[Person]:
    """Return the staff who read reports of a unit today, by name."""
    roles = [role for role, may in GRANTS.items() if Permission.REPORT_READ in may]
    query = select(Account).join(Grant, col(Grant.account_id) == col(Account.id))
    query = query.where(
        col(Account.kind) == AccountKind.STAFF, col(Account.is_active).is_(True), col(Grant.role).in_(roles)
    )
    found = {}
    for one in (await db.execute(query.order_by(col(Account.full_name)))).scalars():
        actor = Actor(ActorKind.STAFF, one.id, grants=await live_grants(db, one.id))
        if one.id not in found and actor.may(Permission.REPORT_READ, unit_id):
            found[one.id] = Person(one.id, one.full_name, one.email)
    return list(found.values())


async def people(actor: Actor, unit_code: str) -> list[Person]:
    """Return whom reports of a unit may be sent to. Raises NotFound: no such unit within reach."""
    async with read() as db:
        return await readers(db, (await _unit(db, actor, unit_code)).id)


async def _unit(db: AsyncSession, actor: Actor, code: str) -> Unit:
    reach = actor.units(Permission.REPORT_READ)
    unit = next((u for u in (await tree(db)).units.values() if u.code == code and u.id in reach), None)
    if unit is None:
        raise NotFound()
    return unit


async def add_schedule(
    actor: Actor, report: str, unit_code: str, *, kind: str, day: int, recipients: Sequence[str]
) -> str:
    """Have a report made after each month or quarter and sent to some people; returns the id of the schedule.

    Raises:
        NotFound: no such unit within reach.  Invalid: unknown report, period or day, or nobody who may read it.
        WrongState: the unit has as many schedules as it may have.
    """
    async with write() as db:
        unit = await _unit(db, actor, unit_code)
        known = {person.id for person in await readers(db, unit.id)}
        _check(report, kind, day, recipients, known)
        of_unit = select(ReportSchedule).where(
            col(ReportSchedule.unit_id) == unit.id, col(ReportSchedule.ended_at).is_(None)
        )
        if len((await db.execute(of_unit)).scalars().all()) >= MOST:
            raise WrongState('reports.too_many', most=MOST)
        made = ReportSchedule(
            unit_id=unit.id, report=report, kind=kind, day=day, recipients=sorted(set(recipients)),
            created_at=now(), created_by_id=actor.account_id,
        )  # fmt: skip
        db.add(made)
        await db.flush()
        told = {'report': report, 'kind': kind, 'day': day, 'recipients': len(made.recipients)}
        await record(db, actor, 'report_schedule', made.id, 'add', unit_id=unit.id, data=told)
        return made.id


def _check(report: str, kind: str, day: int, recipients: Sequence[str], known: set[str]) -> None:
    problems = {}
    if report not in forms():
        problems['report'] = Problem('reports.unknown_report')
    if kind not in KINDS:
        problems['kind'] = Problem('reports.unknown_kind')
    if not 1 <= day <= LAST_DAY:
        problems['day'] = Problem('reports.wrong_day', {'last': LAST_DAY})
    if not recipients or not set(recipients) <= known:
        problems['recipients'] = Problem('reports.nobody')
    if problems:
        raise Invalid(problems)


async def end_schedule(actor: Actor, schedule_id: str) -> None:
    """Stop making a report by itself; those that were made stay. Raises NotFound."""
    async with write() as db:
        one = await db.get(ReportSchedule, schedule_id)
        if one is None or one.ended_at is not None or not actor.may(Permission.REPORT_READ, one.unit_id):
            raise NotFound()
        one.ended_at = now()
        await record(db, actor, 'report_schedule', one.id, 'end', unit_id=one.unit_id)


async def schedules(actor: Actor) -> tuple[Schedule, ...]:
    """Return the schedules within the actor's reach, the newest first."""
    reach = actor.units(Permission.REPORT_READ)
    query = select(ReportSchedule).where(col(ReportSchedule.unit_id).in_(reach), col(ReportSchedule.ended_at).is_(None))
    async with read() as db:
        units = (await tree(db)).units
        found = []
        for one in (await db.execute(query.order_by(col(ReportSchedule.created_at).desc()))).scalars():
            names = [person.name for person in await readers(db, one.unit_id) if person.id in one.recipients]
            found.append(
                Schedule(
                    one.id,
                    one.report,
                    name_of(units[one.unit_id], actor.lang),
                    one.kind,
                    one.day,
                    tuple(names),
                    next_day(one),
                )
            )
    return tuple(found)


def next_day(one: ReportSchedule) -> date:
    """Return the day on which the next report is made."""
    day = today()
    due = due_on(one, over(one, day))
    return due if due > day else due_on(one, Period.around(Kind(one.kind), day, day))


def over(one: ReportSchedule, day: date) -> Period:
    """Return the last month or quarter that is over."""
    running = Period.around(Kind(one.kind), day, day)
    return Period.around(Kind(one.kind), running.first - timedelta(days=1), day)


def due_on(one: ReportSchedule, period: Period) -> date:
    """Return the day on which the report of a period is made."""
    return period.last + timedelta(days=one.day)


async def runs(actor: Actor) -> tuple[Run, ...]:
    """Return the reports that were made by schedule within the actor's reach, the newest first."""
    reach = actor.units(Permission.REPORT_READ)
    query = select(ReportRun, ReportSchedule).join(ReportSchedule, col(ReportSchedule.id) == col(ReportRun.schedule_id))
    query = query.where(col(ReportRun.unit_id).in_(reach)).order_by(col(ReportRun.made_at).desc()).limit(SHOWN)
    async with read() as db:
        units = (await tree(db)).units
        return tuple(
            Run(
                run.id,
                schedule.report,
                name_of(units[run.unit_id], actor.lang),
                schedule.kind,
                run.first,
                run.last,
                run.made_at,
                run.is_sound,
            )
            for run, schedule in (await db.execute(query)).all()
        )
