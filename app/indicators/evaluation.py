"""The nine indicators of the internal evaluation, of a unit and of each officer who had a step of its dossiers.

The score of an indicator is the mean of 2, 1 or 0 over its dossiers (or steps), to one decimal; an indicator without data is
left out, as the circular says. Source: TT 01/2018/TT-VPCP Điều 13 to 15; domain rules 2.7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.indicators.counted import Ratio
from app.indicators.gathering import Entered, Scope, entered, shares
from app.indicators.points import Sum, given
from app.procedures.schema import Part, Text
from app.reports.cases import Stretch
from models import Account

TABLE = 'evaluation'
FILE = Path(__file__).with_name('evaluation.yaml')


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


@dataclass(frozen=True)
class Officer:
    """The indicators of one officer, by id; those without data are left out."""

    name: str
    dossiers: int
    scores: Mapping[str, Decimal]
    account_id: str = ''

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
    """None of them for whoever does not lead or control the unit."""

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


async def evaluation(db: AsyncSession, scope: Scope) -> Evaluation:
    """Return the evaluation of a unit with all below it."""
    stretch = Stretch.of(scope.period.first, scope.period.last)
    sums = await given(db, scope, stretch)
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
        scores, numbers, by_hand, tuple(sorted((_officer(names[i], sums[i], i) for i in sums), key=lambda o: o.name))
    )


async def of_officer(db: AsyncSession, scope: Scope, account_id: str) -> Officer:
    """Return the indicators of one officer."""
    sums = await given(db, scope, Stretch.of(scope.period.first, scope.period.last), account_id)
    return _officer((await _names(db, [account_id]))[account_id], sums.get(account_id, {}), account_id)


def _officer(name: str, sums: Mapping[str, Sum], account_id: str) -> Officer:
    scores = {key: mean for key, one in sums.items() if (mean := one.mean) is not None}
    return Officer(name, sums['3'].number if '3' in sums else 0, scores, account_id)


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


async def _names(db: AsyncSession, ids: list[str]) -> dict[str, str]:
    rows = await db.execute(select(Account.id, Account.full_name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
