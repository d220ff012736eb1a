"""The index of QĐ 766/QĐ-TTg: 100 points, each criterion with its share, its points and where it comes from.

A criterion of which nothing happened counts in full: what does not apply to a commune costs it nothing. One that the
service cannot count has no points until somebody enters it, and the sum says out of how many points it is.
Source: domain rules 2.6.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from app.indicators.counted import Ratio
from app.indicators.gathering import Entered, Scope, entered, shares
from app.procedures.schema import Mark, Part, Text

TABLE = 'index766'
FILE = Path(__file__).with_name('index766.yaml')
CENT = Decimal('0.01')


class Group(Part):
    """Criteria that share their points."""

    id: str
    points: int
    name: Text


class Criterion(Part):
    """One criterion. ``measure``: what is counted; empty: entered by hand. ``full``: the share that gives full points."""

    id: str
    group: str
    name: Text
    measure: str
    formula: Text
    full: float = 1.0


class Band(Part):
    """A name for so many points and more."""

    least: int
    name: Text


class Index(Part):
    """The whole index as data."""

    version: str
    valid_from: date
    source: str
    mark: Mark
    groups: tuple[Group, ...]
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]

    def points(self, criterion: Criterion) -> Decimal:
        """Return the most points of a criterion: its part of the group's."""
        group = next(group for group in self.groups if group.id == criterion.group)
        return Decimal(group.points) / sum(one.group == group.id for one in self.criteria)


@cache
def index() -> Index:
    """Return the index."""
    raw = yaml.safe_load(FILE.read_text('utf-8'))
    raw['bands'] = [{'least': band.pop('from'), **band} for band in raw['bands']]
    return Index(**raw)


@dataclass(frozen=True)
class Score:
    """One criterion of one unit and period."""

    criterion: Criterion
    most: Decimal
    ratio: Ratio | None
    """None: it is entered by hand, and nobody has."""
    entered: Entered | None

    @property
    def is_by_hand(self) -> bool:
        """Whether the service cannot count it."""
        return not self.criterion.measure

    @property
    def is_void(self) -> bool:
        """Whether there was nothing that it could be measured by."""
        return self.ratio is not None and self.ratio.share is None

    @property
    def points(self) -> Decimal | None:
        """The points, rounded down to a hundredth, so that nobody is given what they did not earn; None while unknown."""
        if self.ratio is None:
            return None
        if not self.ratio.whole:
            return self.most.quantize(CENT, ROUND_DOWN)
        share = Decimal(self.ratio.part) / self.ratio.whole / Decimal(str(self.criterion.full))
        return (self.most * min(share, Decimal(1))).quantize(CENT, ROUND_DOWN)

    @property
    def lost(self) -> Decimal:
        """How many points it cost."""
        return Decimal(0) if self.points is None else self.most.quantize(CENT, ROUND_DOWN) - self.points


@dataclass(frozen=True)
class Result:
    """The index of one unit and period."""

    scores: tuple[Score, ...]

    @property
    def points(self) -> Decimal:
        """The sum of what is known."""
        return sum((score.points for score in self.scores if score.points is not None), Decimal(0))

    @property
    def possible(self) -> Decimal:
        """Out of how many points: without those that nobody has entered yet."""
        return sum((s.most for s in self.scores if s.points is not None), Decimal(0)).quantize(CENT)

    @property
    def band(self) -> Band | None:
        """The name for it, once every criterion is known."""
        if any(score.points is None for score in self.scores):
            return None
        return next(band for band in index().bands if self.points >= band.least)


async def result(db: AsyncSession, scope: Scope) -> Result:
    """Return the index of a unit with all below it."""
    found = await shares(db, scope, [one.measure for one in index().criteria if one.measure])
    by_hand = await entered(db, scope, TABLE)
    return Result(tuple(_score(one, found, by_hand.get(one.id)) for one in index().criteria))


def _score(one: Criterion, found: dict[str, Ratio], by_hand: Entered | None) -> Score:
    known = found.get(one.measure) if one.measure else by_hand.ratio if by_hand else None
    return Score(one, index().points(one), known, None if one.measure else by_hand)
