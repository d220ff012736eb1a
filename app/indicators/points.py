"""The points that dossiers and steps get by the nine indicators: the means and the lists of what cost points come from here.

Source: TT 01/2018/TT-VPCP Điều 13 to 15; domain rules 2.7.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.indicators.counted import MOST_LISTED, in_time, petition
from app.indicators.gathering import Scope
from app.reports.cases import LIMIT, Stretch, of_period
from app.statistics.each import day_of
from app.statistics.published import FEWEST
from models import Dossier, InnerRating, StepRun

TENTH = Decimal('0.1')
EARLY, ON_TIME, LATE = 2, 1, 0
STEPS = '2'
LISTED = ('1', STEPS, '3', '4', '7')
"""Indicators whose points are given by dossier or step."""


@dataclass
class Sum:
    """Points given to a number of dossiers or steps."""

    points: int = 0
    number: int = 0

    def add(self, points: int, number: int = 1) -> None:
        """Give so many points to so many."""
        self.points, self.number = self.points + points * number, self.number + number

    @property
    def mean(self) -> Decimal | None:
        """The score to one decimal; None without data."""
        return (Decimal(self.points) / self.number).quantize(TENTH, ROUND_HALF_UP) if self.number else None


Sums = dict[str, dict[str, Sum]]
"""By account ('' is the unit), by indicator."""


async def given(db: AsyncSession, scope: Scope, stretch: Stretch, account_id: str | None = None) -> Sums:
    """Return the points of a unit and of everybody who had a step; with an account, of that person alone."""
    sums: Sums = defaultdict(lambda: defaultdict(Sum))
    if account_id is None:
        await _dossiers(db, scope, stretch, sums, by_officer=False)
    await _dossiers(db, scope, stretch, sums, by_officer=True, account_id=account_id)
    await _steps(db, scope, stretch, sums, account_id)
    return sums


@dataclass(frozen=True)
class Cost:
    """A dossier with less than two points, by its code."""

    dossier_id: str
    code: str
    unit_id: str
    points: int


async def costing(
    db: AsyncSession, scope: Scope, stretch: Stretch, indicator: str, account_id: str | None
) -> tuple[Cost, ...]:
    """Return the dossiers that got less than two points, the newest first, at most ``MOST_LISTED``.

    Feedback takes no dossier out of the list of indicator 7: a gap would tell those complained about who complained.
    """
    code = func.coalesce(Dossier.official_code, Dossier.filing_number)
    points = func.min(_of_step()) if indicator == STEPS else _points(db, stretch)[indicator]
    columns: tuple[Any, ...] = (Dossier.id, code, Dossier.resolving_unit_id, points)
    query: Any = select(*columns).where(*_resolved(scope, stretch))
    if indicator == STEPS:
        query = query.join(StepRun, StepRun.dossier_id == Dossier.id).where(*_timed(account_id), _of_step() < EARLY)
        query = query.group_by(Dossier.id, code, Dossier.resolving_unit_id)
    else:
        query = query.join(InnerRating, InnerRating.dossier_id == Dossier.id, isouter=True).where(points < EARLY)
        query = query.where(_had_step(account_id)) if account_id else query
    rows = await db.execute(query.order_by(Dossier.queued_at.desc(), Dossier.id).limit(MOST_LISTED))
    return tuple(Cost(*row) for row in rows)


def _points(db: AsyncSession, stretch: Stretch) -> dict[str, Any]:
    """Return the points of a dossier by indicator; NULL: it counts for none. Feedback is looked at when summing."""
    requests = case((Dossier.supplement_count > 1, 2), else_=Dossier.supplement_count)
    early = day_of(db, Dossier.resolved_at) < day_of(db, LIMIT)
    timely = case((LIMIT.is_(None), null()), (~in_time(db, stretch), LATE), (early, EARLY), else_=ON_TIME)
    return {
        '1': timely,
        '3': func.coalesce(InnerRating.contacts, 2 - requests),
        '4': InnerRating.agencies,
        '7': func.coalesce(InnerRating.attitude, func.nullif(timely, LATE)),
    }


def _resolved(scope: Scope, stretch: Stretch) -> tuple[Any, ...]:
    return (
        *of_period(scope.units, stretch), Dossier.resolved_at >= stretch.begin, Dossier.resolved_at < stretch.end,
    )  # fmt: skip


def _had_step(account_id: str) -> ColumnElement[bool]:
    step = select(StepRun.id).where(StepRun.dossier_id == Dossier.id, StepRun.account_id == account_id)
    return step.correlate(Dossier).exists()


async def _dossiers(
    db: AsyncSession, scope: Scope, stretch: Stretch, sums: Sums, *, by_officer: bool, account_id: str | None = None
) -> None:
    """Add what is judged by dossier, of the unit or of whoever had a step of it."""
    whose: Any = StepRun.account_id if by_officer else literal('')
    by_id = _points(db, stretch)
    keys = [
        whose.label('whose'), *(by_id[i].label(f'i{i}') for i in by_id), InnerRating.attitude, petition().label('petition'),
    ]  # fmt: skip
    query: Any = select(*keys, Dossier.id).join(InnerRating, InnerRating.dossier_id == Dossier.id, isouter=True)
    if by_officer:
        mine = StepRun.account_id.is_not(None) if account_id is None else StepRun.account_id == account_id
        query = query.join(StepRun, StepRun.dossier_id == Dossier.id).where(mine).distinct()
    inner = query.where(*_resolved(scope, stretch)).subquery()
    groups = [column for column in inner.c if column.name != 'id']
    grouped: Any = select(*groups, func.count()).group_by(*groups)
    rows = (await db.execute(grouped)).all()
    # of one officer, and among few dossiers, a petition would tell which one was complained about
    would_tell = by_officer or sum(row[-1] for row in rows) < FEWEST
    for whose_, *points, attitude, has_petition, number in rows:
        counts_manner = attitude is not None or would_tell or not has_petition
        for indicator, value in zip(by_id, points, strict=True):
            if value is not None and (indicator != '7' or counts_manner):
                sums[whose_][indicator].add(value, number)


def _of_step() -> ColumnElement[int]:
    return case((StepRun.ended_at < StepRun.due_at, EARLY), (StepRun.ended_at == StepRun.due_at, ON_TIME), else_=LATE)


def _timed(account_id: str | None) -> tuple[ColumnElement[bool], ...]:
    """Return the condition on steps that ended and had a limit."""
    own = (StepRun.account_id == account_id,) if account_id else ()
    return (StepRun.ended_at.is_not(None), StepRun.due_at.is_not(None), *own)


async def _steps(db: AsyncSession, scope: Scope, stretch: Stretch, sums: Sums, account_id: str | None) -> None:
    """Add each step, of the unit and of whoever had it."""
    points = _of_step()
    query: Any = select(StepRun.account_id, points, func.count()).join(Dossier, Dossier.id == StepRun.dossier_id)
    query = query.where(*_resolved(scope, stretch), *_timed(account_id))
    for account, value, number in (await db.execute(query.group_by(StepRun.account_id, points))).all():
        for whose in (account,) if account_id else ('', account):
            if whose is not None:
                sums[whose][STEPS].add(value, number)
