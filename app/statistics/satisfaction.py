"""How satisfied people are, for everybody: sums of whole months in which a unit has at least ``FEWEST`` ratings.

The smallest piece is one unit in one month whose ratings can no longer change. Of a told month, procedures are told with
as many ratings that are not private, and what is left over has none or as many as well. Everything shown is a sum of
told pieces, so that no difference of two figures gives away a few. Words are never told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import today
from app.statistics.measures import OPINIONS, RATED
from app.statistics.periods import Period, months_on
from app.statistics.published import FEWEST
from app.statistics.queries import Counts
from models import Tally
from models.statistics import ALL, MONTH

PARTS = ('reception', 'handling', 'handover')


@dataclass(frozen=True)
class Opinion:
    """Ratings of something that is told; without any, nothing is."""

    counts: Counts

    @property
    def rated(self) -> int:
        """How many rated."""
        return sum(self.counts[name] for name in RATED)

    @property
    def percent(self) -> int | None:
        """Share of the satisfied and very satisfied, never rounded up; None of nothing."""
        return 100 * (self.rated - self.counts['unsatisfied']) // self.rated if self.rated else None

    def part(self, name: str) -> int | None:
        """Return the share of those satisfied with a part; None where too few rated it."""
        rated = self.counts[f'{name}_rated']
        return 100 * (rated - self.counts[f'{name}_unsatisfied']) // rated if rated else None


@dataclass(frozen=True)
class Satisfaction:
    """What is told of some units and months."""

    months: tuple[date, ...]
    whole: Opinion
    by_month: tuple[tuple[date, Opinion], ...]
    by_unit: tuple[tuple[str, Opinion], ...]
    by_procedure: tuple[tuple[str, Opinion], ...]


Key = tuple[str, date]
"""Unit and month."""


def settled(period: Period) -> tuple[date, ...]:
    """Return the months of a period whose ratings stand; where it has none, the last such month up to it."""
    over = tuple(month for month in period.months(today()) if months_on(month, 1) < today())
    if over:
        return over
    last = months_on(today(), -1)
    last = last if months_on(last, 1) < today() else months_on(last, -1)
    return (min(last, period.first.replace(day=1)),)


async def satisfaction(
    db: AsyncSession,
    units: frozenset[str] | None,
    months: Sequence[date],
    private: frozenset[str],
    chosen: frozenset[str] | None = None,
) -> Satisfaction:
    """Return what is told of some units (None: all) in settled months; ``chosen``: of these procedures only."""
    wholes, pieces = await _read(db, units, months)
    told = {key: _told(whole, pieces.get(key, {}), private) for key, whole in wholes.items() if _rated(whole) >= FEWEST}
    by_procedure: dict[str, list[Counts]] = defaultdict(list)
    shown: dict[Key, list[Counts]] = {}
    for key, procedures in told.items():
        for procedure, counts in procedures.items():
            if chosen is None or procedure in chosen:
                by_procedure[procedure].append(counts)
        kept = [wholes[key]] if chosen is None else [c for p, c in procedures.items() if p in chosen]
        if kept:
            shown[key] = kept
    return Satisfaction(
        tuple(months),
        _sum(c for many in shown.values() for c in many),
        tuple((m, _sum(_of(shown, 1, m))) for m in sorted({month for _, month in shown})),
        tuple((u, _sum(_of(shown, 0, u))) for u in sorted({unit for unit, _ in shown})),
        tuple((procedure, _sum(many)) for procedure, many in sorted(by_procedure.items())),
    )


def _of(shown: dict[Key, list[Counts]], place: int, wanted: str | date) -> Iterable[Counts]:
    return (counts for key, many in shown.items() if key[place] == wanted for counts in many)


async def _read(
    db: AsyncSession, units: frozenset[str] | None, months: Sequence[date]
) -> tuple[dict[Key, Counts], dict[Key, dict[str, Counts]]]:
    """Return the ratings of each unit and month, of all procedures and of each."""
    rated = Tally.very_satisfied + Tally.satisfied + Tally.unsatisfied
    columns = (Tally.unit_id, Tally.start, Tally.procedure_id, *(getattr(Tally, name) for name in OPINIONS))
    query = select(*columns).where(Tally.grain == MONTH, Tally.unit_id != ALL, Tally.start.in_(months), rated > 0)
    if units is not None:
        query = query.where(Tally.unit_id.in_(units))
    wholes: dict[Key, Counts] = {}
    pieces: dict[Key, dict[str, Counts]] = defaultdict(dict)
    for unit, month, procedure, *values in await db.execute(query):
        counts = dict(zip(OPINIONS, values, strict=True))
        if procedure == ALL:
            wholes[unit, month] = Counts(counts | _too_few(counts))
        else:
            pieces[unit, month][procedure] = Counts({name: counts[name] for name in RATED})
    return wholes, pieces


def _too_few(counts: dict[str, int]) -> dict[str, int]:
    """Return noughts for the parts that too few rated in a piece: of procedures the parts are not told at all."""
    few = [part for part in PARTS if counts[f'{part}_rated'] < FEWEST]
    return {f'{part}_{name}': 0 for part in few for name in ('rated', 'unsatisfied')}


def _told(whole: Counts, pieces: dict[str, Counts], private: frozenset[str]) -> dict[str, Counts]:
    """Return the procedures of a unit's month that are told: what is left over has no rating or enough of them."""
    kept = {p: c for p, c in pieces.items() if p not in private and _rated(c) >= FEWEST}
    while kept and 0 < _rated(whole) - sum(_rated(c) for c in kept.values()) < FEWEST:
        del kept[min(kept, key=lambda one: (_rated(kept[one]), one))]
    return kept


def _rated(counts: Counts) -> int:
    return sum(counts[name] for name in RATED)


def _sum(many: Iterable[Counts]) -> Opinion:
    found = dict.fromkeys(OPINIONS, 0)
    for counts in many:
        for name in OPINIONS:
            found[name] += counts[name]
    return Opinion(Counts(found))


def added_up(many: Iterable[Opinion]) -> Opinion:
    """Return the sum of told opinions."""
    return _sum(opinion.counts for opinion in many)
