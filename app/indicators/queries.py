"""Ask for the index, what cost points in it, and enter by hand what the service cannot count."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.audit.record import record
from app.clock import now, today
from app.db import write
from app.errors import Invalid, NotAllowed, NotFound, Problem
from app.indicators import evaluation, index766, points, targets
from app.indicators.counted import MEASURES, Cost, costing
from app.indicators.gathering import Scope
from app.reports.cases import Stretch
from app.statistics.heavy import read_much
from app.statistics.periods import Kind, Period
from app.units.names import name_of
from app.units.queries import tree
from models import IndicatorEntry

WHOLE = frozenset({Kind.MONTH, Kind.QUARTER, Kind.YEAR})
"""Periods that figures are told of."""
LONGEST = 300
MOST = 10**9


@dataclass(frozen=True)
class PointsRow:
    """One dossier with the points it got. Without an id, the asker does not read dossiers of its unit."""

    dossier_id: str
    code: str
    unit_name: str
    points: int


@dataclass(frozen=True)
class Of:
    """Whose figures are shown."""

    unit_code: str
    unit_name: str
    period: Period


async def scope_of(db: AsyncSession, actor: Actor, unit_code: str, period: Period) -> tuple[Scope, Of]:
    """Return a unit within reach with all below it; without a code, the first one. Of a day, or from a day to a day, it is
    the month: the figures of one day would tell which dossier was complained about.

    Raises:
        NotAllowed: the actor reads no reports.  NotFound: no such unit within reach.
    """
    reach = actor.units(Permission.REPORT_READ)
    if not reach:
        raise NotAllowed()
    units = await tree(db)
    known = (units.units[one] for one, _ in units.walk() if one in reach)
    unit = next((one for one in known if unit_code in ('', one.code)), None)
    if unit is None:
        raise NotFound()
    below, period = (units.reach(unit.id) or frozenset({unit.id})) & reach, _whole(period)
    return Scope(below, unit.id, period), Of(unit.code, name_of(unit, actor.lang), period)


def _whole(period: Period) -> Period:
    return period if period.kind in WHOLE else Period.around(Kind.MONTH, period.first, today())


async def index_of(actor: Actor, unit_code: str, period: Period) -> tuple[Of, index766.Result]:
    """Return the index of a unit and period. Raises as ``scope_of``."""
    async with read_much() as db:
        scope, of = await scope_of(db, actor, unit_code, period)
        return of, await index766.result(db, scope)


async def evaluation_of(actor: Actor, unit_code: str, period: Period) -> tuple[Of, evaluation.Evaluation]:
    """Return the internal evaluation of a unit and period. Raises as ``scope_of``."""
    async with read_much() as db:
        scope, of = await scope_of(db, actor, unit_code, period)
        found = await evaluation.evaluation(db, scope)
    return of, found if _sees_officers(actor, scope) else replace(found, officers=())


def _sees_officers(actor: Actor, scope: Scope) -> bool:
    """Whoever leads or controls a unit reads its dossiers; an administrator reads its figures, and nobody's work."""
    return scope.units <= actor.units(Permission.DOSSIER_READ)


async def own_evaluation(actor: Actor, period: Period) -> evaluation.Officer:
    """Return one's own indicators, over all units one works in. Raises NotAllowed: the actor works on no dossiers."""
    async with read_much() as db:
        return await evaluation.of_officer(db, _own(actor, period), actor.account_id or '')


def _own(actor: Actor, period: Period) -> Scope:
    units = actor.units(Permission.DOSSIER_READ)
    if not units or actor.account_id is None:
        raise NotAllowed()
    return Scope(units, min(units), period)


async def evaluation_costs(
    actor: Actor, unit_code: str, period: Period, indicator: str, account_id: str = ''
) -> tuple[PointsRow, ...]:
    """Return the dossiers that got less than two points by an indicator: of a unit, of one of its officers, or one's own.

    Raises:
        NotFound: the indicator is not given by dossier, or no such unit.  NotAllowed: another's work, of a unit that the
        actor neither leads nor controls.
    """
    if indicator not in points.LISTED:
        raise NotFound()
    is_own = bool(account_id) and account_id == actor.account_id
    opened = actor.units(Permission.DOSSIER_READ)
    async with read_much() as db:
        scope = _own(actor, period) if is_own else (await scope_of(db, actor, unit_code, period))[0]
        if account_id and not is_own and not _sees_officers(actor, scope):
            raise NotAllowed()
        units, stretch = (await tree(db)).units, Stretch.of(period.first, period.last)
        found = await points.costing(db, scope, stretch, indicator, account_id or None)
    return tuple(
        PointsRow(
            one.dossier_id if one.unit_id in opened else '', one.code, name_of(units[one.unit_id], actor.lang), one.points
        )
        for one in found
    )  # fmt: skip


async def targets_of(actor: Actor, unit_code: str, period: Period) -> tuple[Of, tuple[targets.Progress, ...]]:
    """Return how far a unit is with each target, by the figures of a period. Raises as ``scope_of``."""
    async with read_much() as db:
        scope, of = await scope_of(db, actor, unit_code, period)
        return of, await targets.progress(db, scope)


@dataclass(frozen=True)
class CostRow:
    """One dossier that cost points. ``may_open``: the asker reads dossiers of its unit."""

    dossier_id: str
    code: str
    unit_name: str
    may_open: bool


async def costs(actor: Actor, unit_code: str, period: Period, measure: str) -> tuple[CostRow, ...]:
    """Return the dossiers that are not good by a share, by their code. Raises NotFound: the share is not over dossiers.

    A dossier that only feedback cost its point is not named: that would tell those complained about who complained.
    """
    if measure not in MEASURES:
        raise NotFound()
    named = 'in_time' if measure == 'undisputed' else measure
    opened = actor.units(Permission.DOSSIER_READ)
    async with read_much() as db:
        scope, _ = await scope_of(db, actor, unit_code, period)
        units = (await tree(db)).units
        found = await costing(db, named, scope.units, period.first, period.last)
    return tuple(_row(one, name_of(units[one.unit_id], actor.lang), one.unit_id in opened) for one in found)


def _row(one: Cost, unit_name: str, may_open: bool) -> CostRow:
    return CostRow(one.dossier_id if may_open else '', one.code, unit_name, may_open)


async def enter(
    actor: Actor, unit_code: str, period: Period, *, table: str, criterion: str, raw: dict[str, Any]
) -> None:
    """Keep a figure that somebody counted elsewhere: ``part`` of ``whole``, and its ``source``. The newest counts.

    Raises:
        NotAllowed, NotFound: as ``scope_of``; the criterion is not one that is entered by hand.  Invalid.
    """
    if criterion not in by_hand(table):
        raise NotFound()
    part, whole, source = _number(raw.get('part')), _number(raw.get('whole')), str(raw.get('source') or '').strip()
    problems = {}
    if whole is None or (table == evaluation.TABLE and whole != points.EARLY):
        problems['whole'] = Problem('indicators.wrong_number')
    if part is None or (whole is not None and part > whole):
        problems['part'] = Problem('indicators.wrong_part')
    if not source or len(source) > LONGEST:
        problems['source'] = Problem('indicators.wrong_source', {'most': LONGEST})
    if problems:
        raise Invalid(problems)
    async with write() as db:
        scope, _ = await scope_of(db, actor, unit_code, period)
        one = IndicatorEntry(
            unit_id=scope.unit_id, table_key=table, criterion=criterion, first=scope.period.first, last=scope.period.last,
            part=part or 0, whole=whole or 0, source=source, entered_at=now(), entered_by_id=actor.account_id or '',
        )  # fmt: skip
        db.add(one)
        await db.flush()
        told = {'table': table, 'criterion': criterion, 'part': part, 'whole': whole, 'source': source}
        await record(db, actor, 'indicator', one.id, 'enter', unit_id=scope.unit_id, data=told)


def _number(raw: object) -> int | None:
    text = str(raw if raw is not None else '').strip().replace('.', '')
    return int(text) if text.isascii() and text.isdigit() and int(text) <= MOST else None


def by_hand(table: str) -> frozenset[str]:
    """Return the criteria of a table that are entered by hand."""
    if table == index766.TABLE:
        return frozenset(one.id for one in index766.index().criteria if not one.measure)
    if table == evaluation.TABLE:
        return frozenset(one.id for one in evaluation.rules().indicators if one.hand)
    if table == targets.TABLE:
        return frozenset(one.id for one in targets.targets() if not one.measure)
    return frozenset()
