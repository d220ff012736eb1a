"""Raise warnings, each once; list those that still hold for a member of staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app import live
from app.access import SYSTEM, Actor, Permission
from app.audit.record import record
from app.clock import now
from app.db import after_commit, read, take_turn, write
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.store import calendar_for
from app.errors import NotAllowed
from app.jobs import loop
from app.notifications.outbox import enqueue
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.timers.rules import RULES, SAME_LIMIT, Rule
from app.workflow.desks import desk_column
from models import Account, Alert, Dossier, SupplementRequest
from models.enums import AlertKind

AT_ONCE = 200
"""Warnings of one kind in one pass: the rest comes with the next, so no pass is long."""
PAGE = 30
MOST_PRESSING_FIRST = tuple(reversed(AlertKind))
TOLD = frozenset({AlertKind.UNCOLLECTED, AlertKind.SUPPLEMENT_SOON})
"""What the applicant is told as well, by a letter of that name."""


@dataclass(frozen=True)
class Ripened:
    """A warning to be raised."""

    dossier_id: str
    kind: AlertKind
    limit_at: datetime
    unit_id: str


@dataclass(frozen=True)
class AlertRow:
    """A warning that holds, as the list shows it."""

    kind: AlertKind
    dossier_id: str
    number: str
    applicant_name: str
    procedure_name: Text
    limit_at: datetime
    holder: str | None


@dataclass(frozen=True)
class Alerts:
    """One page of what needs attention, the most pressing kind first, with the count of each kind."""

    rows: tuple[AlertRow, ...]
    counts: dict[AlertKind, int]
    page: int
    total: int


@loop(every=timedelta(minutes=1), name='alerts')
async def raise_alerts() -> int:
    """Raise every warning whose moment has come. Returns how many; called again it raises none of them twice."""
    moment, raised = now(), 0
    for kind, rule in RULES.items():
        async with read() as db:
            found = await _ripe(db, kind, rule, moment)
        for one in found:
            raised += await _raise(one, moment)
    return raised


async def _ripe(db: AsyncSession, kind: AlertKind, rule: Rule, moment: datetime) -> list[Ripened]:
    said = select(Alert.id).where(Alert.dossier_id == Dossier.id, Alert.kind == kind, Alert.limit_at == rule.limit)
    unit = _unit_of(rule)
    columns = (Dossier.id, Dossier.version_id, unit.label('unit_id'), rule.limit.label('limit'))
    query = _joined(rule, select(*columns, rule.begin.label('begin')))
    query = query.where(rule.where, rule.limit <= moment + rule.ahead, ~said.exists()).order_by(rule.limit)
    # A warning beforehand has no sense afterwards: what was missed must not stand before what is to come.
    if rule.ahead:
        query = query.where(rule.limit > moment)
    found = []
    for row in (await db.execute(query.limit(AT_ONCE))).all():
        work = (await calendar_for(db, row.unit_id)).work
        begin = datetime.fromisoformat(row.begin) if isinstance(row.begin, str) else row.begin
        limit = row.limit
        if rule.joined is SupplementRequest:
            limit = max(limit, await _supplement_over(db, row.version_id, work, begin))
        if rule.ripe(work, begin, limit, moment):
            found.append(Ripened(row.id, kind, row.limit, row.unit_id))
    return found


async def _supplement_over(db: AsyncSession, version_id: str, work: WorkCalendar, asked_at: datetime) -> datetime:
    """Return when the working days for a supplement are over by the calendar as it is now: it is not stopped before."""
    return clock.supplement_limit(work, asked_at, (await spec_of(db, version_id)).term.supplement_days).at


def _unit_of(rule: Rule) -> Any:
    """Return whose people a warning concerns. A result is collected where it was filed, whoever decided."""
    if not rule.at_reception:
        return Dossier.resolving_unit_id
    return desk_column() if rule.limit is Dossier.due_at else Dossier.receiving_unit_id


def _joined(rule: Rule, query: Select[Any]) -> Select[Any]:
    return query.join(rule.joined, rule.joined.dossier_id == Dossier.id) if rule.joined else query


async def _raise(one: Ripened, moment: datetime) -> bool:
    """Write a warning, its event and what it sends, unless another pass was faster or the dossier has gone on."""
    rule = RULES[one.kind]
    async with write() as db:
        await take_turn(db, 'alerts')
        same = and_(Alert.dossier_id == one.dossier_id, Alert.kind == one.kind, Alert.limit_at == one.limit_at)
        if (await db.execute(select(Alert.id).where(same))).first():
            return False
        still = _joined(rule, select(Dossier)).where(
            Dossier.id == one.dossier_id, rule.where, rule.limit == one.limit_at
        )
        dossier = (await db.execute(still.limit(1))).scalar_one_or_none()
        if dossier is None:
            return False
        limit = one.limit_at.isoformat()
        db.add(
            Alert(
                dossier_id=one.dossier_id, kind=one.kind, limit_at=one.limit_at, unit_id=one.unit_id, raised_at=moment
            )
        )
        event = await record(
            db,
            SYSTEM,
            'dossier',
            one.dossier_id,
            f'alert_{one.kind}',
            dossier_id=one.dossier_id,
            unit_id=one.unit_id,
            version_id=dossier.version_id,
            happened_at=moment,
            data={'limit': limit},
        )
        if one.kind in TOLD and dossier.contact_email:
            await enqueue(
                db,
                template=str(one.kind),
                recipient=dossier.contact_email,
                lang=dossier.lang,
                data={'number': dossier.filing_number, 'code': dossier.official_code, 'limit': limit},
                dossier_id=dossier.id,
                event_id=event.id,
            )
        after_commit(db, partial(live.signal, f'alerts:{one.unit_id}'))
    return True


def _concerns(actor: Actor, kind: AlertKind) -> ColumnElement[bool]:
    """It is for whoever holds the dossier, and for the rule's roles in the unit it was raised for."""
    rule = RULES[kind]
    units: set[str] = set().union(*(g.reach for g in actor.grants if g.role in rule.roles))
    mine = Alert.unit_id.in_(units)
    return or_(mine, Dossier.holder_id == actor.account_id) if rule.holder else mine


def _holding(actor: Actor, kind: AlertKind, *columns: Any) -> Select[Any]:
    """Select from the warnings of a kind that still hold and concern the actor, who may read their dossiers."""
    rule, readable = RULES[kind], actor.units(Permission.DOSSIER_READ)
    query = _joined(rule, select(*columns).select_from(Alert).join(Dossier, Dossier.id == Alert.dossier_id))
    seen = or_(Dossier.resolving_unit_id.in_(readable), Dossier.receiving_unit_id.in_(readable))
    return query.where(Alert.kind == kind, Alert.limit_at == rule.limit, rule.where, seen, _concerns(actor, kind))


async def counts(db: AsyncSession, actor: Actor) -> dict[AlertKind, int]:
    """Count what needs this officer's attention. An overdue dossier counts once, under the most pressing kind it has."""
    found = {}
    for kind in MOST_PRESSING_FIRST:
        query = _holding(actor, kind, func.count(Alert.dossier_id.distinct()))
        found[kind] = (await db.execute(_without_worse(query, kind))).scalar_one()
    return found


def _without_worse(query: Select[Any], kind: AlertKind) -> Select[Any]:
    """Leave out dossiers whose same limit was raised as something worse: due is not said beside overdue."""
    worse = next((kinds[kinds.index(kind) + 1 :] for kinds in SAME_LIMIT if kind in kinds), ())
    if not worse:
        return query
    rule, other = RULES[kind], aliased(Alert)
    raised = select(other.id).where(other.dossier_id == Dossier.id, other.kind.in_(worse), other.limit_at == rule.limit)
    return query.where(~raised.correlate(Dossier, *([rule.joined] if rule.joined else [])).exists())


async def alerts(actor: Actor, kind: AlertKind | None = None, page: int = 1) -> Alerts:
    """Return what needs this officer's attention: of one kind, or of the most pressing kind that has any.

    Raises:
        NotAllowed: the actor may read no dossiers.
    """
    if not actor.may(Permission.DOSSIER_READ):
        raise NotAllowed()
    async with read() as db:
        found = await counts(db, actor)
        chosen = kind or next((k for k in MOST_PRESSING_FIRST if found[k]), AlertKind.OVERDUE)
        total = found[chosen]
        at = min(max(1, page if isinstance(page, int) else 1), max(1, -(-total // PAGE)))
        query = _without_worse(_holding(actor, chosen, Alert.limit_at, Dossier, Account.full_name), chosen)
        query = query.join(Account, Account.id == Dossier.holder_id, isouter=True)
        rows = await db.execute(query.order_by(Alert.limit_at, Dossier.id).limit(PAGE).offset((at - 1) * PAGE))
        return Alerts(tuple([await _row(db, chosen, row) for row in rows.all()]), found, at, total)


async def _row(db: AsyncSession, kind: AlertKind, row: Any) -> AlertRow:
    one: Dossier = row.Dossier
    spec = await spec_of(db, one.version_id)
    number = one.official_code or one.filing_number
    name = spec.short_name or spec.name
    return AlertRow(kind, one.id, number, one.applicant_name, name, row.limit_at, row.full_name)
