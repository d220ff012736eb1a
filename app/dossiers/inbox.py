"""The queues of the desk: fixed ones with counts, in order of arrival; finding by what people have in hand; what waits for a signature."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import local, now
from app.db import read
from app.deadlines import clock
from app.deadlines.store import calendar_for
from app.dossiers.files import File, files_of_dossier
from app.dossiers.loading import find_by_number, may_see
from app.errors import NotAllowed, NotFound
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.text import like, plain
from app.workflow import transitions
from app.workflow.apply import available_actions
from app.workflow.transitions import Action
from models import Account, Dossier, StepRun
from models.enums import AttachmentKind, AttachmentState, Role, Status

PAGE = 30
VIEWS = ('mine', 'overdue', 'due_today', 'to_receive', 'waiting', 'supplemented', 'to_return', 'all')
"""The fixed queues, in the order of their chips."""


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
    page: int
    pages: int
    counts: dict[str, int]


def _visible(actor: Actor) -> ColumnElement[bool]:
    units = actor.units(Permission.DOSSIER_READ)
    return or_(Dossier.resolving_unit_id.in_(units), Dossier.receiving_unit_id.in_(units))


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
            and_(Dossier.status == Status.REGISTERED, Dossier.awaiting_supplement.is_(True)),
        ),
        'supplemented': lambda: and_(Dossier.supplemented.is_(True), running),
        'to_return': lambda: Dossier.status == Status.RESOLVED,
        'all': lambda: Dossier.status.is_not(None),
    }
    return conditions[view]()


def _can_go_on() -> ColumnElement[bool]:
    """Whatever waits for the applicant is nobody's work now."""
    return Dossier.status.not_in((Status.SUPPLEMENT, Status.PAYMENT))


def _my_role(actor: Actor) -> ColumnElement[bool]:
    """Steps that nobody has taken and whose role the actor holds; for reception also what waits to be accepted."""
    roles = {g.role for g in actor.grants}
    open_roles = select(StepRun.dossier_id).where(
        StepRun.ended_at.is_(None), StepRun.account_id.is_(None), StepRun.role.in_(roles)
    )
    unheld = and_(Dossier.status.in_((Status.ACCEPTED, Status.PROCESSING, Status.RESOLVED)), Dossier.id.in_(open_roles))
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
    condition = and_(_visible(actor), _queue(actor, chosen))
    for word in (text if isinstance(text, str) else '').split()[:6]:
        condition = and_(condition, Dossier.search_text.like(like(word), escape='\\'))
    async with read() as db:
        total = (await db.execute(select(func.count()).select_from(Dossier).where(condition))).scalar_one()
        pages = max(1, -(-total // PAGE))
        at = min(max(1, page if isinstance(page, int) else 1), pages)
        order = (Dossier.queued_at.desc(),) if chosen == 'all' else (Dossier.queued_at, Dossier.id)
        query = (
            select(Dossier, Account.full_name)
            .join(Account, Account.id == Dossier.holder_id, isouter=True)
            .where(condition)
        )
        found = (await db.execute(query.order_by(*order).limit(PAGE).offset((at - 1) * PAGE))).all()
        rows = [await _row(db, actor, item.Dossier, item.full_name) for item in found]
        counts = await _counts(db, actor)
    return Inbox(chosen, tuple(rows), total, at, pages, counts)


async def _counts(db: AsyncSession, actor: Actor) -> dict[str, int]:
    """Count all queues in one pass."""
    names = [name for name in VIEWS if name != 'all']
    each = [func.count().filter(_queue(actor, name)) for name in names]
    found = (await db.execute(select(*each).select_from(Dossier).where(_visible(actor)))).one()
    return dict(zip(names, found, strict=True))


async def _row(db: AsyncSession, actor: Actor, one: Dossier, holder: str | None) -> Row:
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
        band=await band_of(db, one),
        holder=holder,
        is_mine=one.holder_id is not None and one.holder_id == actor.account_id,
    )


async def _name(db: AsyncSession, one: Dossier) -> Text:
    spec = await spec_of(db, one.version_id)
    return spec.short_name or spec.name


async def band_of(db: AsyncSession, one: Dossier) -> str | None:
    """Return how the limit that runs stands: normal, soon or overdue; None without one."""
    if one.due_at is None or one.status in transitions.TERMINAL:
        return None
    work = (await calendar_for(db, one.resolving_unit_id)).work
    return str(clock.band(now(), one.due_at, work, exact=one.accepted_at is None))


async def find(actor: Actor, text: str) -> str:
    """Return the id of a dossier by its number, or by the address in the QR code of its receipt, as a scanner types it.

    Raises:
        NotFound: there is none with this number, or it is not the actor's to see.
    """
    given = plain(text).strip() if isinstance(text, str) else ''
    number = parse_qs(given.partition('?')[2]).get('ma', [given])[0]
    async with read() as db:
        one = await find_by_number(db, number)
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
    steps = select(StepRun.dossier_id).where(StepRun.ended_at.is_(None), StepRun.role == Role.LEADER, mine)
    waiting = and_(Dossier.resolving_unit_id.in_(units), Dossier.id.in_(steps), _can_go_on())
    async with read() as db:
        query = select(Dossier).where(waiting).order_by(Dossier.queued_at, Dossier.id).limit(PAGE)
        return tuple([await _approval(db, actor, one) for one in (await db.execute(query)).scalars().all()])


async def _approval(db: AsyncSession, actor: Actor, one: Dossier) -> Approval:
    acts = await available_actions(db, actor, one, await spec_of(db, one.version_id))
    files = [f for f in await files_of_dossier(db, one.id) if f.state is AttachmentState.STORED and f.kind in _RESULTS]
    row = await _row(db, actor, one, None)
    return Approval(row, one.version, tuple(reversed(files)), Action.APPROVE in acts)


_RESULTS = frozenset({AttachmentKind.RESULT, AttachmentKind.RESULT_DRAFT})
