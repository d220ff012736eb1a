"""The nine indicators of the internal evaluation, of a unit and of each officer who had a step of its dossiers.

The score of an indicator is the mean of 2, 1 or 0 over its dossiers (or steps), to one decimal; an indicator without data is
left out, as the circular says. Source: TT 01/2018/TT-VPCP Điều 13 to 15; domain rules 2.7.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.indicators.counted import Ratio, in_time, petition
from app.indicators.gathering import Entered, Scope, entered, shares
from app.procedures.schema import Part, Text
from app.reports.cases import LIMIT, Stretch, of_period
from app.statistics.each import day_of
from models import Account, Dossier, InnerRating, StepRun

TABLE = 'evaluation'
FILE = Path(__file__).with_name('evaluation.yaml')
TENTH = Decimal('0.1')
EARLY, ON_TIME, LATE = 2, 1, 0


class Indicator(Part):
    """One of the nine. ``hand``: points are entered; ``officer``: it counts for a single officer as well."""

    id: str
    officer: bool
    hand: bool
    name: Text
    rule: Text


class Level(Part):
    """A name for so many points and more."""

    least: Decimal
    name: Text


class Rules(Part):
    """The evaluation as data."""

    source: str
    indicators: tuple[Indicator, ...]
    unit_levels: tuple[Level, ...]
    officer_levels: tuple[Level, ...]


@cache
def rules() -> Rules:
    """Return the indicators and levels."""
    return Rules(**yaml.safe_load(FILE.read_text('utf-8')))


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


@dataclass(frozen=True)
class Officer:
    """The indicators of one officer, by id; those without data are left out."""

    name: str
    dossiers: int
    scores: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        """The sum of the scores."""
        return sum(self.scores.values(), Decimal(0))

    @property
    def level(self) -> Level | None:
        """The level; None where an indicator has no data, which would make a low sum look like low work."""
        if len(self.scores) < sum(one.officer for one in rules().indicators):
            return None
        return _level(rules().officer_levels, self.total)


@dataclass(frozen=True)
class Evaluation:
    """The indicators of a unit, by id, and its officers by name."""

    scores: Mapping[str, Decimal]
    numbers: Mapping[str, int]
    """Over how many dossiers, steps or petitions."""
    entered: Mapping[str, Entered]
    officers: tuple[Officer, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the scores."""
        return sum(self.scores.values(), Decimal(0))

    @property
    def level(self) -> Level | None:
        """The level of the unit; None while an indicator is missing."""
        return _level(rules().unit_levels, self.total) if len(self.scores) == len(rules().indicators) else None


def _level(levels: tuple[Level, ...], total: Decimal) -> Level:
    return next(level for level in levels if total >= level.least)


Sums = dict[str, dict[str, Sum]]
"""By account ('' is the unit), by indicator."""


async def evaluation(db: AsyncSession, scope: Scope) -> Evaluation:
    """Return the evaluation of a unit with all below it."""
    stretch = Stretch.of(scope.period.first, scope.period.last)
    sums: Sums = defaultdict(lambda: defaultdict(Sum))
    await _dossiers(db, scope, stretch, sums, by_officer=False)
    await _dossiers(db, scope, stretch, sums, by_officer=True)
    await _steps(db, scope, stretch, sums)
    by_hand = await entered(db, scope, TABLE)
    unit = sums.pop('', {})
    scores = {key: mean for key, one in unit.items() if (mean := one.mean) is not None}
    scores |= {key: Decimal(2 * one.ratio.part) / one.ratio.whole for key, one in by_hand.items() if one.ratio.whole}
    found = await shares(db, scope, ('petitions_in_time', 'online_offered', 'online_filed', 'in_time'))
    scores |= {'8': Decimal(petition_points(found['petitions_in_time']))}
    online = online_points(found['online_offered'], found['online_filed'], found['in_time'])
    if online is not None:
        scores['9'] = Decimal(online)
    names = await _names(db, list(sums))
    numbers = {key: one.number for key, one in unit.items()} | {'8': found['petitions_in_time'].whole}
    return Evaluation(
        scores, numbers, by_hand, tuple(sorted((_officer(names[i], sums[i]) for i in sums), key=lambda o: o.name))
    )


def _officer(name: str, sums: Mapping[str, Sum]) -> Officer:
    scores = {key: mean for key, one in sums.items() if (mean := one.mean) is not None}
    return Officer(name, sums['3'].number if '3' in sums else 0, scores)


def petition_points(answered: Ratio) -> int:
    """Return the points of indicator 8."""
    if answered.part == answered.whole:
        return 2
    return 1 if 10 * answered.part >= 9 * answered.whole else 0


def online_points(offered: Ratio, filed: Ratio, kept: Ratio) -> int | None:
    """Return the points of indicator 9; None where nothing was filed."""
    if not filed.whole or not offered.whole:
        return None
    is_online = 5 * offered.part >= offered.whole
    if is_online and 10 * filed.part >= 3 * filed.whole:
        return 2 if kept.part == kept.whole else 0
    return 1 if 100 * filed.part >= 15 * filed.whole and 10 * filed.part < 3 * filed.whole else 0


def _timely(db: AsyncSession, stretch: Stretch) -> Any:
    early = day_of(db, Dossier.resolved_at) < day_of(db, LIMIT)
    return case((~in_time(db, stretch), LATE), (early, EARLY), else_=ON_TIME)


async def _dossiers(db: AsyncSession, scope: Scope, stretch: Stretch, sums: Sums, *, by_officer: bool) -> None:
    """Add what is judged by dossier: indicators 1, 3, 4 and 7, of the unit or of whoever had a step of it."""
    requests = case((Dossier.supplement_count > 1, 2), else_=Dossier.supplement_count)
    whose: Any = StepRun.account_id if by_officer else literal('')
    keys = [
        whose.label('whose'), _timely(db, stretch).label('timely'), requests.label('requests'), petition().label('petition'),
        InnerRating.contacts, InnerRating.agencies, InnerRating.attitude, LIMIT.is_(None).label('unlimited'),
    ]  # fmt: skip
    query: Any = select(*keys, Dossier.id).join(InnerRating, InnerRating.dossier_id == Dossier.id, isouter=True)
    if by_officer:
        query = query.join(StepRun, StepRun.dossier_id == Dossier.id).where(StepRun.account_id.is_not(None)).distinct()
    inner = query.where(*_resolved(scope, stretch)).subquery()
    groups = [column for column in inner.c if column.name != 'id']
    grouped: Any = select(*groups, func.count()).group_by(*groups)
    for row in (await db.execute(grouped)).all():
        account, timely, asked, has_petition, contacts, agencies, attitude, unlimited, number = row
        to = sums[account]
        if not unlimited:
            to['1'].add(timely, number)
        to['3'].add(2 - asked if contacts is None else contacts, number)
        if agencies is not None:
            to['4'].add(agencies, number)
        if attitude is not None:
            to['7'].add(attitude, number)
        # of one officer it would tell, among few dossiers, which one was complained about
        elif (by_officer or not has_petition) and not unlimited and timely != LATE:
            to['7'].add(timely, number)


def _resolved(scope: Scope, stretch: Stretch) -> tuple[Any, ...]:
    return (
        *of_period(scope.units, stretch), Dossier.resolved_at >= stretch.begin, Dossier.resolved_at < stretch.end,
    )  # fmt: skip


async def _steps(db: AsyncSession, scope: Scope, stretch: Stretch, sums: Sums) -> None:
    """Add indicator 2: each ended step that had a limit, of the unit and of whoever had it."""
    points = case((StepRun.ended_at < StepRun.due_at, EARLY), (StepRun.ended_at == StepRun.due_at, ON_TIME), else_=LATE)
    query: Any = select(StepRun.account_id, points, func.count()).join(Dossier, Dossier.id == StepRun.dossier_id)
    query = query.where(*_resolved(scope, stretch), StepRun.ended_at.is_not(None), StepRun.due_at.is_not(None))
    for row in (await db.execute(query.group_by(StepRun.account_id, points))).all():
        account, given, number = row
        for whose in ('', account):
            if whose is not None:
                sums[whose]['2'].add(given, number)


async def _names(db: AsyncSession, ids: list[str]) -> dict[str, str]:
    rows = await db.execute(select(Account.id, Account.full_name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
