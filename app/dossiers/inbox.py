"""The queues of the desk: fixed ones with counts, in order of arrival; finding by what people have in hand; what waits for a signature."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import local, now
from app.db import read
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.store import calendar_for
from app.dossiers import finding
from app.dossiers.files import File, files_of_dossier
from app.dossiers.loading import find_by_number, may_see
from app.errors import NotAllowed, NotFound
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.text import plain
from app.verification import tokens
from app.verification.public import dossier_of
from app.verification.results import is_revoked
from app.workflow import transitions
from app.workflow.apply import available_actions
from app.workflow.transitions import Action
from models import Account, Dossier, StepRun
from models.enums import AttachmentKind, AttachmentState, Role, Status

PAGE = 30
COUNTED_SECONDS = 10.0
"""Counts of more than ``finding.MOST`` open dossiers may be so old: whoever has so many before them oversees others' work."""
VIEWS = ('mine', 'overdue', 'due_today', 'to_receive', 'waiting', 'supplemented', 'to_return', 'all')
"""The fixed queues, in the order of their chips."""
_counted: dict[object, tuple[float, dict[str, int]]] = {}


@dataclass(frozen=True)
class Row:
    """One line of a queue."""

    dossier_id: str
    number: str
    applicant_name: str
    procedure_name: Text
    status: Status
    awaiting_supplement: bool
    supplemented: bool
    queued_at: datetime
    due_at: datetime | None
    band: str | None
    """normal, soon or overdue, of the limit that runs."""
    holder: str | None
    is_mine: bool


@dataclass(frozen=True)
class Inbox:
    """One page of a queue with the counts of all of them."""

    view: str
    rows: tuple[Row, ...]
    total: int
    """At most ``finding.MOST``."""
    more: bool
    """There are more than ``total``."""
    page: int
    pages: int
    counts: dict[str, int]


def _within(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions of what the actor's units resolve, and of what they received for others.

    Apart, each is answered by an index; joined by OR neither would be. What is received for others is said twice: of two columns
    that differ PostgreSQL believes that they differ in every row, of the second wording that this is rare.
    """
    units = actor.units(Permission.DOSSIER_READ)
    passed_on = and_(
        Dossier.receiving_unit_id != Dossier.resolving_unit_id,
        func.nullif(Dossier.receiving_unit_id, Dossier.resolving_unit_id).in_(units),
    )
    received = and_(Dossier.receiving_unit_id.in_(units), passed_on, Dossier.resolving_unit_id.not_in(units))
    return Dossier.resolving_unit_id.in_(units), received


def _queue(actor: Actor, view: str) -> ColumnElement[bool]:
    """Return the condition of one of the fixed queues."""
    running = Dossier.status.in_((Status.REGISTERED, Status.ACCEPTED, Status.PROCESSING))
    counted = and_(running, Dossier.awaiting_supplement.is_(False), Dossier.due_at.is_not(None))
    tonight = local(now()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    conditions: dict[str, Callable[[], ColumnElement[bool]]] = {
        'mine': lambda: or_(and_(Dossier.holder_id == actor.account_id, _can_go_on()), _my_role(actor)),
        'overdue': lambda: and_(counted, Dossier.due_at < now()),
        'due_today': lambda: and_(counted, Dossier.due_at >= now(), Dossier.due_at < tonight),
        'to_receive': lambda: and_(Dossier.status == Status.REGISTERED, Dossier.awaiting_supplement.is_(False)),
        'waiting': lambda: or_(
            Dossier.status.in_((Status.SUPPLEMENT, Status.PAYMENT)),
            Dossier.posting_until.is_not(None),
            and_(Dossier.status == Status.REGISTERED, Dossier.awaiting_supplement.is_(True)),
        ),
        'supplemented': lambda: and_(Dossier.supplemented.is_(True), running),
        'to_return': lambda: and_(Dossier.status == Status.RESOLVED, ~is_revoked()),
        'all': lambda: Dossier.status.is_not(None),
    }
    return conditions[view]()


def _can_go_on() -> ColumnElement[bool]:
    """Whatever waits for the applicant, or is posted in public, is nobody's work now."""
    return and_(Dossier.status.not_in((Status.SUPPLEMENT, Status.PAYMENT)), Dossier.posting_until.is_(None))


def _my_role(actor: Actor) -> ColumnElement[bool]:
    """Steps that nobody has taken and whose role the actor holds; for reception also what waits to be accepted."""
    roles = {g.role for g in actor.grants}
    mine = and_(StepRun.ended_at.is_(None), StepRun.account_id.is_(None), StepRun.role.in_(roles))
    waiting = Dossier.status.in_((Status.ACCEPTED, Status.PROCESSING, Status.RESOLVED))
    unheld = and_(waiting, exists().where(StepRun.dossier_id == Dossier.id, mine))
    if Role.INTAKE not in roles:
        return unheld
    return or_(unheld, _queue(actor, 'to_receive'))


async def inbox(actor: Actor, view: str = 'mine', text: str = '', page: int = 1) -> Inbox:
    """Return one page of a queue in order of arrival. ``text`` finds numbers, names and telephones, without accents.

    Raises:
        NotAllowed: the actor may read no dossiers.
    """
    if not actor.may(Permission.DOSSIER_READ):
        raise NotAllowed()
    chosen = view if view in VIEWS else 'mine'
    words, is_asked = finding.typed_words(text), isinstance(text, str) and bool(text.strip())
    found = and_(true(), *finding.contains(words)) if words or not is_asked else false()
    is_cut = is_asked or chosen == 'all'
    async with read() as db:
        counts = await _counts(db, actor)
        matches = await _matching(db, actor, words) if words and chosen == 'all' else None
        if matches is not None:
            count = len(matches)
        elif is_cut:
            count = await _total(db, actor, chosen, found)
        else:
            count = counts[chosen]
        total = min(count, finding.MOST) if is_cut else count
        pages = max(1, -(-total // PAGE))
        at = min(max(1, page if isinstance(page, int) else 1), pages)
        begin, end = (at - 1) * PAGE, min(at * PAGE, total)
        if matches is None:
            wanted = (
                _newest(actor, found, end) if chosen == 'all' else _oldest(actor, and_(_queue(actor, chosen), found))
            )
            ids = list((await db.execute(wanted.limit(end - begin).offset(begin))).scalars())
        else:
            ids = await _seen(db, actor, matches[begin:end])
        rows = await _rows(db, actor, ids)
    return Inbox(chosen, tuple(rows), total, count > total, at, pages, counts)


async def _matching(db: AsyncSession, actor: Actor, words: list[finding.Word]) -> list[int]:
    """Return the places of the newest dossiers that match every word, one above ``finding.MOST`` at most.

    The index tells them alone: to fetch a thousand rows for one page of thirty costs far more than to find them.
    """
    return list((await db.execute(await finding.matching(db, actor, words))).scalars())


async def _seen(db: AsyncSession, actor: Actor, places: list[int]) -> list[str]:
    """Return the dossiers at these places in the order of filing, the newest first; only what the actor's units have."""
    query = select(Dossier.id, Dossier.resolving_unit_id, Dossier.receiving_unit_id)
    rows = await db.execute(query.where(Dossier.ordinal.in_(places)).order_by(Dossier.ordinal.desc()))
    units = actor.units(Permission.DOSSIER_READ)
    return [row.id for row in rows if units & {row.resolving_unit_id, row.receiving_unit_id}]


def _oldest(actor: Actor, found: ColumnElement[bool]) -> Select[Any]:
    """Select what is found in order of arrival. Every queue but ``all`` holds open dossiers only: what has ended is not looked at."""
    open_ = Dossier.closed_at.is_(None)
    return _joined([select(Dossier.id, Dossier.queued_at).where(where, open_, found) for where in _within(actor)])


def _newest(actor: Actor, found: ColumnElement[bool], most: int) -> Select[Any]:
    """Select the newest: each unit's own newest in the order of its index, then the newest of those."""
    own = [Dossier.resolving_unit_id == unit for unit in sorted(actor.units(Permission.DOSSIER_READ))]
    newest = select(Dossier.id, Dossier.queued_at).order_by(Dossier.queued_at.desc()).limit(most)
    return _joined([newest.where(where, found) for where in (*own, _within(actor)[1])], newest_first=True)


def _joined(parts: list[Any], *, newest_first: bool = False) -> Select[Any]:
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(every.c.id).order_by(every.c.queued_at.desc() if newest_first else every.c.queued_at, every.c.id)


async def _total(db: AsyncSession, actor: Actor, view: str, found: ColumnElement[bool]) -> int:
    """Count no further than one above ``finding.MOST``."""
    condition = found if view == 'all' else and_(Dossier.closed_at.is_(None), _queue(actor, view), found)
    few = [select(Dossier.id).where(condition, where).limit(finding.MOST + 1).subquery() for where in _within(actor)]
    return sum([(await db.execute(select(func.count()).select_from(each))).scalar_one() for each in few])


async def _rows(db: AsyncSession, actor: Actor, wanted: list[str]) -> list[Row]:
    """Return the lines of a page in the order of its ids."""
    query = select(Dossier, Account.full_name).join(Account, Account.id == Dossier.holder_id, isouter=True)
    lines = {row.Dossier.id: row for row in (await db.execute(query.where(Dossier.id.in_(wanted)))).all()}
    calendars = {
        unit: (await calendar_for(db, unit)).work for unit in {r.Dossier.resolving_unit_id for r in lines.values()}
    }
    there = [lines[each] for each in wanted]
    return [
        await _row(db, actor, row.Dossier, row.full_name, calendars[row.Dossier.resolving_unit_id]) for row in there
    ]


async def _counts(db: AsyncSession, actor: Actor) -> dict[str, int]:
    """Count all queues in one pass over what is open; where that is very much, no more often than every ten seconds."""
    key, asked_at = (actor.account_id, actor.grants, actor.scopes), time.monotonic()
    for old in [each for each, (until, _) in _counted.items() if until <= asked_at]:
        del _counted[old]
    if known := _counted.get(key):
        return known[1]
    names = [name for name in VIEWS if name != 'all']
    each = [func.count().filter(_queue(actor, name)) for name in names]
    open_ = select(*each).select_from(Dossier).where(Dossier.closed_at.is_(None))
    both = [(await db.execute(open_.where(where))).one() for where in _within(actor)]
    found = {name: sum(one[place] for one in both) for place, name in enumerate(names)}
    if sum(found.values()) > finding.MOST:
        _counted[key] = (asked_at + COUNTED_SECONDS, found)
    return found


async def _row(db: AsyncSession, actor: Actor, one: Dossier, holder: str | None, work: WorkCalendar) -> Row:
    return Row(
        dossier_id=one.id,
        number=one.official_code or one.filing_number,
        applicant_name=one.applicant_name,
        procedure_name=(await _name(db, one)),
        status=one.status,
        awaiting_supplement=one.awaiting_supplement,
        supplemented=one.supplemented,
        queued_at=one.queued_at,
        due_at=one.due_at,
        band=_band(one, work),
        holder=holder,
        is_mine=one.holder_id is not None and one.holder_id == actor.account_id,
    )


async def _name(db: AsyncSession, one: Dossier) -> Text:
    spec = await spec_of(db, one.version_id)
    return spec.short_name or spec.name


async def band_of(db: AsyncSession, one: Dossier) -> str | None:
    """Return how the limit that runs stands: normal, soon or overdue; None without one."""
    return _band(one, (await calendar_for(db, one.resolving_unit_id)).work)


def _band(one: Dossier, work: WorkCalendar) -> str | None:
    if one.due_at is None or one.status in transitions.TERMINAL:
        return None
    return str(clock.band(now(), one.due_at, work, exact=one.accepted_at is None))


async def find(actor: Actor, text: str) -> str:
    """Return the id of a dossier by its number, or by the address in the QR code of its receipt, as a scanner types it.

    Raises:
        NotFound: there is none with this number, or it is not the actor's to see.
    """
    given = plain(text).strip() if isinstance(text, str) else ''
    number = parse_qs(given.partition('?')[2]).get('ma', [given])[0]
    async with read() as db:
        one = await dossier_of(db, given) if tokens.PATH in given.lower() else await find_by_number(db, number)
    if one is None or not actor.is_staff or not may_see(actor, one):
        raise NotFound('dossier.number_unknown')
    return one.id


@dataclass(frozen=True)
class Approval:
    """A dossier on a leader's step, with what is to be signed."""

    row: Row
    version: int
    files: tuple[File, ...]
    """Drafts of the result and results, the newest first."""
    is_ready: bool
    """It can be approved now: nobody else holds it, and the applicant's word on the draft is in."""


async def approvals(actor: Actor) -> tuple[Approval, ...]:
    """Return what waits for this leader, in order of arrival.

    Raises:
        NotAllowed: the actor approves nothing.
    """
    units = actor.units(Permission.DOSSIER_APPROVE)
    if not units:
        raise NotAllowed()
    mine = or_(StepRun.account_id.is_(None), StepRun.account_id == actor.account_id)
    step = and_(StepRun.dossier_id == Dossier.id, StepRun.ended_at.is_(None), StepRun.role == Role.LEADER, mine)
    here = and_(Dossier.closed_at.is_(None), Dossier.resolving_unit_id.in_(units))
    waiting = and_(here, _can_go_on(), exists().where(step))
    async with read() as db:
        query = select(Dossier).where(waiting).order_by(Dossier.queued_at, Dossier.id).limit(PAGE)
        return tuple([await _approval(db, actor, one) for one in (await db.execute(query)).scalars().all()])


async def _approval(db: AsyncSession, actor: Actor, one: Dossier) -> Approval:
    acts = await available_actions(db, actor, one, await spec_of(db, one.version_id))
    files = [f for f in await files_of_dossier(db, one.id) if f.state is AttachmentState.STORED and f.kind in _RESULTS]
    row = await _row(db, actor, one, None, (await calendar_for(db, one.resolving_unit_id)).work)
    return Approval(row, one.version, tuple(reversed(files)), Action.APPROVE in acts)


_RESULTS = frozenset({AttachmentKind.RESULT, AttachmentKind.RESULT_DRAFT})
