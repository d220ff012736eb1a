"""Targets as presets: a share that is to be reached, for which years and whom, and how far the unit is.

What the service cannot count is entered by hand; a target whose years are over is shown as history. Source: domain rules 1.8, 2.6.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from app.indicators.counted import Ratio
from app.indicators.gathering import Entered, Scope, entered, shares
from app.procedures.schema import Mark, Part, Text

TABLE = 'targets'
FILE = Path(__file__).with_name('targets.yaml')


class Target(Part):
    """One target. ``measure``: what is counted; empty: entered by hand. Shares lie between 0 and 1."""

    id: str
    name: Text
    share: float
    first_year: int
    last_year: int | None = None
    scope: Text
    formula: Text
    measure: str = ''
    source: str
    mark: Mark


@cache
def targets() -> tuple[Target, ...]:
    """Return the presets in their order."""
    return tuple(Target(**row) for row in yaml.safe_load(FILE.read_text('utf-8')))


@dataclass(frozen=True)
class Progress:
    """How far a target is reached."""

    target: Target
    ratio: Ratio | None
    """None: nobody has entered it."""
    entered: Entered | None
    runs: bool
    """The period lies in its years."""

    @property
    def is_reached(self) -> bool:
        """Whether the share is there; without anything to measure by it is not."""
        share = self.ratio.share if self.ratio else None
        return share is not None and share >= self.target.share


async def progress(db: AsyncSession, scope: Scope) -> tuple[Progress, ...]:
    """Return every target with the figures of a unit and period: those that run first."""
    found = await shares(db, scope, sorted({one.measure for one in targets() if one.measure}))
    by_hand = await entered(db, scope, TABLE)
    rows = [_progress(one, scope, found, by_hand.get(one.id)) for one in targets()]
    return tuple(sorted(rows, key=lambda row: not row.runs))


def _progress(one: Target, scope: Scope, found: dict[str, Ratio], by_hand: Entered | None) -> Progress:
    ratio = found[one.measure] if one.measure else by_hand.ratio if by_hand else None
    runs = scope.period.last.year >= one.first_year and (
        one.last_year is None or scope.period.first.year <= one.last_year
    )
    return Progress(one, ratio, None if one.measure else by_hand, runs)
