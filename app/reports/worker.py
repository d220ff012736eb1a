"""Make the reports that are due, keep each as it is, and mail it once to whoever may still read it."""

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import SYSTEM
from app.audit.record import record
from app.clock import local, now, today
from app.db import read, take_turn, write
from app.i18n import words
from app.jobs import loop
from app.log import incident
from app.notifications.links import address
from app.notifications.outbox import enqueue
from app.reports import wording
from app.reports.making import Asked, make
from app.reports.schedules import due_on, over, readers
from app.reports.shapes import Report
from app.statistics.heavy import read_much
from app.units.queries import tree
from models import Account, ReportRun, ReportSchedule

TOLD = ('received', 'resolved', 'late', 'open', 'running')
"""Figures that the letter says, where the first table has them."""


@loop(every=timedelta(minutes=10), name='reports')
async def make_due() -> int:
    """Make the report of the last period for every schedule whose day has come. Returns how many.

    A process that was down on the day makes it when it is back, as long as the next period is not over. One schedule that
    fails keeps no other from being made: it is tried again.
    """
    made = 0
    for one in await _due():
        try:
            made += await _make(one)
        except Exception as error:
            incident(error, f'report {one.report}')
    return made


async def _due() -> list[ReportSchedule]:
    query = select(ReportSchedule).where(col(ReportSchedule.ended_at).is_(None))
    found = []
    async with read() as db:
        for one in (await db.execute(query.order_by(col(ReportSchedule.created_at)))).scalars():
            due = due_on(one, over(one, today()))
            is_due = local(one.created_at).date() <= due <= today()
            if is_due and not await _is_made(db, one):
                found.append(one)
    return found


async def _is_made(db: AsyncSession, one: ReportSchedule) -> bool:
    first = over(one, today()).first
    run = select(exists().where(col(ReportRun.schedule_id) == one.id, col(ReportRun.first) == first))
    return bool((await db.execute(run)).scalar())


async def _make(one: ReportSchedule) -> bool:
    """Make one report outside the transaction; keep and mail it in one, unless somebody else has just done so."""
    async with read_much() as db:
        reach = (await tree(db)).reach(one.unit_id)
        if not reach:  # the unit has ended: whoever reads for it ends the schedule
            return False
        report = await make(db, Asked(one.report, over(one, today()), one.unit_id, reach))
    async with write() as db:
        await take_turn(db, 'reports')
        if await _is_made(db, one):
            return False
        run = ReportRun(
            schedule_id=one.id, unit_id=one.unit_id, first=report.first, last=report.last,
            data=report.model_dump(mode='json'), is_sound=report.is_sound, made_at=now(),
        )  # fmt: skip
        db.add(run)
        await db.flush()
        for person in await readers(db, one.unit_id):
            if person.id in one.recipients:
                await _mail(db, await db.get_one(Account, person.id), report, run.id)
        told = {'from': report.first.isoformat(), 'to': report.last.isoformat(), 'faults': len(report.faults)}
        await record(db, SYSTEM, 'report', run.id, 'make', unit_id=one.unit_id, data=told)
    return True


async def _mail(db: AsyncSession, person: Account, report: Report, run_id: str) -> None:
    t = words(person.lang)
    title = wording.full_title(report, t)
    lines = [t('reports.mail_of', title=title, unit=t.pick(report.unit_name))]
    if report.faults:
        lines += [t('reports.broken'), *(wording.fault_text(fault, t) for fault in report.faults[:3])]
    shown = report.tables[0]
    by_key = {column.key: change for column, change in zip(shown.columns, report.changes, strict=False)}
    for key in TOLD:
        if change := by_key.get(key):
            name = t.pick(change.name)
            lines.append(t('reports.mail_line', name=name, now=change.now, before=change.before))
    lines.append(t('reports.mail_where', address=address(f'/can-bo/bao-cao/{run_id}')))
    data = {'number': title, 'lines': lines}
    await enqueue(
        db, template='report', recipient=person.email, lang=person.lang, data=data, account_id=person.id
    )  # fmt: skip
