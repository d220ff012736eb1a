"""Gather every share that indexes and targets use: over dossiers, over the catalogue, over petitions; else what was entered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.indicators.counted import MEASURES, Ratio, petitions, ratios
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec, ServiceLevel, TermKind
from app.reports.cases import Stretch
from app.statistics.periods import Period
from app.statistics.published import FEWEST
from app.statistics.register import private_ids, register
from app.statistics.satisfaction import satisfaction, settled
from models import Account, Dossier, IndicatorEntry, Procedure, ProcedureVersion
from models.enums import Channel

ONLINE = (ServiceLevel.PARTIAL, ServiceLevel.FULL)
OURS = ('commune', 'commune_province')
CATALOGUE = ('complete', 'online_offered', 'full_offered', 'online_used', 'with_database')
PETITIONS = ('petitions_in_time', 'petitions_liked')
KNOWN = (*MEASURES, *CATALOGUE, *PETITIONS)
"""Every share that is counted."""


@dataclass(frozen=True)
class Entered:
    """A share that somebody entered: who, when, from where."""

    ratio: Ratio
    source: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Scope:
    """Of which units and days."""

    units: frozenset[str]
    unit_id: str
    period: Period


async def shares(db: AsyncSession, scope: Scope, wanted: Collection[str]) -> dict[str, Ratio]:
    """Return the shares that are counted of a scope."""
    period = scope.period
    found = await ratios(db, [key for key in wanted if key in MEASURES], scope.units, period.first, period.last)
    if 'undisputed' in found:
        if found['undisputed'].whole < FEWEST:  # among so few, a petition would tell whose dossier it is about
            alone = await ratios(db, ['in_time'], scope.units, period.first, period.last)
            found['undisputed'] = alone['in_time']
        found['undisputed'] = await _without_dislikes(db, scope, found['undisputed'])
    if any(key in CATALOGUE for key in wanted):
        found |= await _catalogue(db, scope)
    if any(key in PETITIONS for key in wanted):
        found |= dict(
            zip(PETITIONS, await petitions(db, scope.units, Stretch.of(period.first, period.last)), strict=True)
        )
    return {key: found[key] for key in wanted if key in found}


async def _without_dislikes(db: AsyncSession, scope: Scope, found: Ratio) -> Ratio:
    """Take ratings of the dissatisfied off, as far as they may be told."""
    months = tuple(month for month in settled(scope.period) if scope.period.first <= month <= scope.period.last)
    if not months:
        return found
    told = await satisfaction(db, scope.units, months, private_ids(await register(db)))
    return Ratio(max(0, found.part - told.whole.counts['unsatisfied']), found.whole)


async def _catalogue(db: AsyncSession, scope: Scope) -> dict[str, Ratio]:
    specs = await _specs(db, scope.period.last)
    online = {one for one, spec in specs.items() if spec.level in ONLINE}
    stretch = Stretch.of(scope.period.first, scope.period.last)
    query = select(Dossier.procedure_id).where(
        Dossier.resolving_unit_id.in_(sorted(scope.units)), Dossier.channel == Channel.ONLINE,
        Dossier.queued_at >= stretch.begin, Dossier.queued_at < stretch.end,
    ).distinct()  # fmt: skip
    used = set((await db.execute(query)).scalars()) & online
    number = len(specs)
    full = sum(spec.level is ServiceLevel.FULL for spec in specs.values())
    by_data = sum(any(d.replaceable_by for d in spec.documents) for spec in specs.values())
    return {
        'complete': Ratio(sum(is_complete(spec) for spec in specs.values()), number),
        'online_offered': Ratio(len(online), number),
        'full_offered': Ratio(full, number),
        'online_used': Ratio(len(used), len(online)),
        'with_database': Ratio(by_data, number),
    }


async def _specs(db: AsyncSession, day: date) -> dict[str, ProcedureSpec]:
    """Return the procedures that a commune offers on a day, by id."""
    version = ProcedureVersion
    query = select(version.procedure_id, version.id).join(Procedure, Procedure.id == version.procedure_id)
    query = query.where(Procedure.is_enabled.is_(True), version.valid_from <= day)
    query = query.where(or_(version.valid_to.is_(None), version.valid_to >= day)).order_by(version.number)
    newest: dict[str, str] = {row[0]: row[1] for row in (await db.execute(query)).all()}
    found = {one: await spec_of(db, version_id) for one, version_id in newest.items()}
    return {one: spec for one, spec in found.items() if spec.authority in OURS}


def is_complete(spec: ProcedureSpec) -> bool:
    """Tell whether a procedure has the mandatory parts: order, ways, papers, term, who, agency, result, fee, basis."""
    return bool(
        spec.procedure_steps
        and spec.channels
        and spec.documents
        and spec.term.kind is not TermKind.UNKNOWN
        and spec.applicants
        and spec.resolving_agency.vi
        and spec.result.name.vi
        and spec.fee.kind != 'unknown'
        and spec.legal_basis
    )


async def entered(db: AsyncSession, scope: Scope, table: str) -> dict[str, Entered]:
    """Return what was entered last for each criterion of a table, for exactly this unit and period."""
    query = select(IndicatorEntry, Account.full_name).join(
        Account, col(Account.id) == col(IndicatorEntry.entered_by_id)
    )
    query = query.where(
        col(IndicatorEntry.unit_id) == scope.unit_id,
        col(IndicatorEntry.table_key) == table,
        col(IndicatorEntry.first) == scope.period.first,
        col(IndicatorEntry.last) == scope.period.last,
    )
    found = {}
    for one, name in (await db.execute(query.order_by(col(IndicatorEntry.entered_at)))).all():
        found[one.criterion] = Entered(Ratio(one.part, one.whole), one.source, name, one.entered_at)
    return found
