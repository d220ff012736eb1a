"""Ask for a report: on the screen, or as a file that is written down as taken out."""

from dataclasses import dataclass

from app.access import Actor, Permission
from app.audit.record import record
from app.db import read, write
from app.documents import render
from app.documents.queries import file_name
from app.documents.register import Export
from app.errors import NotAllowed, NotFound
from app.reports import paper
from app.reports.forms import forms
from app.reports.making import Asked, make
from app.reports.shapes import Report
from app.statistics.heavy import read_much
from app.statistics.periods import Period
from app.units.names import name_of
from app.units.queries import Tree, tree
from models import ReportRun

KINDS = {'pdf': 'application/pdf', 'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'}


@dataclass(frozen=True)
class Choice:
    """A unit that reports can be asked of."""

    code: str
    name: str
    depth: int


async def choices(actor: Actor) -> tuple[Choice, ...]:
    """Return the units of which the actor reads reports, each above its parts."""
    async with read() as db:
        return tuple(_choices(await tree(db), actor.units(Permission.REPORT_READ), actor.lang))


def _choices(units: Tree, reach: frozenset[str], lang: str) -> list[Choice]:
    listed = ((units.units[i], depth) for i, depth in units.walk() if i in reach)
    return [Choice(one.code, name_of(one, lang), depth) for one, depth in listed]


async def report(actor: Actor, code: str, unit_code: str, period: Period) -> Report:
    """Return a report of a unit with all below it; without a unit, of the first one within reach.

    Raises:
        NotAllowed: the actor reads no reports.  NotFound: no such report, or no such unit within reach.
    """
    reach = actor.units(Permission.REPORT_READ)
    if not reach:
        raise NotAllowed()
    if code not in forms():
        raise NotFound()
    async with read_much() as db:
        units = await tree(db)
        known = _choices(units, reach, actor.lang)
        chosen = next((one.code for one in known if unit_code in ('', one.code)), None)
        unit = next((u for u in units.units.values() if u.code == chosen), None)
        if unit is None:
            raise NotFound()
        return await make(db, Asked(code, period, unit.id, (units.reach(unit.id) or frozenset({unit.id})) & reach))


async def export(actor: Actor, code: str, unit_code: str, period: Period, kind: str) -> Export:
    """Return a report as ``pdf`` or ``xlsx``; that it was taken out is written down. Raises as ``report``."""
    made = await report(actor, code, unit_code, period)
    return await _exported(actor, made, kind, {})


async def sent(actor: Actor, run_id: str) -> Report:
    """Return a report that was made by schedule, as it was then. Raises NotFound."""
    async with read() as db:
        run = await db.get(ReportRun, run_id)
    if run is None or not actor.may(Permission.REPORT_READ, run.unit_id):
        raise NotFound()
    return Report.model_validate(run.data)


async def export_sent(actor: Actor, run_id: str, kind: str) -> Export:
    """Return a report that was made by schedule as a file. Raises NotFound."""
    return await _exported(actor, await sent(actor, run_id), kind, {'run': run_id})


async def _exported(actor: Actor, made: Report, kind: str, data: dict[str, str]) -> Export:
    if kind not in KINDS:
        raise NotFound()
    content = await render.in_thread(paper.pdf if kind == 'pdf' else paper.xlsx, made)
    async with write() as db:
        told = {'unit': made.unit_code, 'from': made.first.isoformat(), 'to': made.last.isoformat(), 'kind': kind}
        await record(db, actor, 'report', made.code, 'export', data=told | data)
    return Export(f'{file_name(made.title.vi)}-{made.first}-{made.last}.{kind}', KINDS[kind], content)
