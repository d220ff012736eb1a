"""Drafted apologies as the desk shows them: of one dossier, all that wait, and what an officer words in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import live
from app.access import Actor, Permission
from app.clock import now
from app.db import after_commit, read, write
from app.deadlines import clock
from app.deadlines.store import calendar_for
from app.dossiers.loading import load_on_desk
from app.errors import Invalid, NotAllowed, Problem, Stale, WrongState
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.questions import question, read_answers
from app.text import plain
from app.workflow import clocks, transitions
from app.workflow.apologies import standing, stands
from app.workflow.apply import NOTE_LIMIT, permitted
from app.workflow.move import open_step
from app.workflow.transitions import Action
from models import Account, ApologyDraft, Dossier, DueDate
from models.enums import DueKind

PAGE = 30
CAUSE_LIMIT = 300
APOLOGY = (
    question('day', 'date', required=True),
    question('delayed_by', 'text', required=True, max_length=CAUSE_LIMIT),
)
"""What an apology says besides its reason."""


@dataclass(frozen=True)
class Apology:
    """The drafted apology of a dossier."""

    limit_at: datetime
    """The promised date that it is about."""
    day: date
    """The new date that is proposed."""
    delayed_by: str
    reason: str
    version: int
    send_by: datetime
    """Sent by then it is in time: on that day at the latest, and for a short term by the minute."""
    is_short: bool
    """The term is of a working day or less."""
    is_late: bool
    """Sent now it is marked late."""
    is_past: bool
    """The promised date has passed already."""
    worded_by: str | None
    """Nobody: it says what was drawn up."""
    worded_at: datetime | None
    may_word: bool
    """This officer has the dossier, or may send the apology."""


@dataclass(frozen=True)
class ApologyRow:
    """A dossier whose date will not be kept, or was not, as the list shows it."""

    dossier_id: str
    number: str
    applicant_name: str
    procedure_name: Text
    limit_at: datetime
    day: date
    has_reason: bool
    is_past: bool
    holder: str | None


@dataclass(frozen=True)
class Apologies:
    """One page of what waits for an apology, the oldest date first."""

    rows: tuple[ApologyRow, ...]
    page: int
    total: int


async def apology_of(db: AsyncSession, actor: Actor, one: Dossier) -> Apology | None:
    """Return the draft of a dossier as it stands."""
    draft = await standing(db, one)
    if draft is None:
        return None
    who = await db.get(Account, draft.changed_by_id) if draft.changed_by_id else None
    last = select(DueDate.rule).where(DueDate.dossier_id == one.id, DueDate.kind == DueKind.RESOLUTION)
    rule = (await db.execute(last.order_by(DueDate.number.desc()).limit(1))).scalar_one()
    began, work = datetime.fromisoformat(rule['from']), (await calendar_for(db, one.resolving_unit_id)).work
    is_short = work.working_days_between(began, draft.limit_at) <= 1
    return Apology(
        limit_at=draft.limit_at,
        day=draft.day,
        delayed_by=draft.delayed_by,
        reason=draft.reason,
        version=draft.version,
        send_by=draft.limit_at if is_short else clock.apology_at(work, began, draft.limit_at),
        is_short=is_short,
        is_late=clock.apology_is_late(work, began, draft.limit_at, now()),
        is_past=now() > draft.limit_at,
        worded_by=who.full_name if who else None,
        worded_at=draft.changed_at,
        may_word=await _may_word(db, actor, one),
    )


async def _may_word(db: AsyncSession, actor: Actor, one: Dossier) -> bool:
    """Whoever may send it words it, and whoever has the dossier: they know why it takes longer."""
    step = await open_step(db, one.id)
    lines = (transitions.find(action, one.status) for action in (Action.REAPPOINT, Action.EXTEND))
    return any(line is not None and permitted(actor, one, line, step) for line in lines)


async def save_apology(
    actor: Actor, dossier_id: str, seen_version: int, *, day: str, delayed_by: str, reason: str
) -> None:
    """Keep what an officer words in a draft (``seen_version``: of the draft). An empty reason is still to be found.

    Raises:
        NotAllowed: neither has the dossier nor may apologise.  WrongState: nothing is drafted.  Stale: somebody else
        has changed it.  Invalid: the day is no working day after the promised one, or nobody is named as the cause.
    """
    async with write() as db:
        one = await load_on_desk(db, actor, dossier_id)
        if not await _may_word(db, actor, one):
            raise NotAllowed()
        draft = await standing(db, one)
        if draft is None:
            raise WrongState('apology.none')
        answers = read_answers(APOLOGY, {'day': day, 'delayed_by': delayed_by})
        chosen, moment = date.fromisoformat(answers['day']), now()
        work = (await calendar_for(db, one.resolving_unit_id)).work
        if not clocks.may_be_appointed(work, moment, draft.limit_at, chosen):
            raise Invalid({'day': Problem('workflow.new_date_wrong', {'days': clocks.REAPPOINTMENT_DAYS})})
        kept = update(ApologyDraft).where(
            ApologyDraft.dossier_id == one.id, ApologyDraft.version == _number(seen_version)
        )
        done = await db.execute(
            kept.values(
                day=chosen,
                delayed_by=answers['delayed_by'],
                reason=_words(reason),
                version=draft.version + 1,
                changed_at=moment,
                changed_by_id=actor.account_id,
            ),
            execution_options={'synchronize_session': False},
        )
        if cast('CursorResult[Any]', done).rowcount != 1:
            raise Stale()
        after_commit(db, partial(live.signal, f'dossier:{one.id}', f'alerts:{one.resolving_unit_id}'))


def _number(seen: object) -> int:
    return seen if isinstance(seen, int) and not isinstance(seen, bool) else -1


def _words(typed: object) -> str:
    """Return the words as they were typed. Raises Invalid: more than a note holds."""
    text = plain(typed) if isinstance(typed, str) else ''
    if len(text) > NOTE_LIMIT:
        raise Invalid({'reason': Problem('workflow.note_too_long', {'limit': NOTE_LIMIT})})
    return text


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """It is for whoever has the dossier, for whoever may take it where nobody has, and for whoever may send the apology."""
    readable = Dossier.resolving_unit_id.in_(actor.units(Permission.DOSSIER_READ))
    signs = Dossier.resolving_unit_id.in_(actor.units(Permission.DOSSIER_REAPPOINT))
    takes = Dossier.holder_id.is_(None) & Dossier.resolving_unit_id.in_(actor.units(Permission.DOSSIER_PROCESS))
    return readable & or_(signs, takes, Dossier.holder_id == actor.account_id)


def _waiting(actor: Actor, *columns: Any) -> Select[Any]:
    query = select(*columns).select_from(ApologyDraft).join(Dossier, Dossier.id == ApologyDraft.dossier_id)
    return query.where(stands(), _concerns(actor))


async def apologies(actor: Actor, page: int = 1) -> Apologies:
    """Return the dossiers that wait for an apology or more time, of this officer or for this leader to sign.

    Raises:
        NotAllowed: the actor may read no dossiers.
    """
    if not actor.may(Permission.DOSSIER_READ):
        raise NotAllowed()
    async with read() as db:
        total = (await db.execute(_waiting(actor, func.count()))).scalar_one()
        at = min(max(1, _number(page)), max(1, -(-total // PAGE)))
        query = _waiting(actor, ApologyDraft, Dossier, Account.full_name)
        query = query.join(Account, Account.id == Dossier.holder_id, isouter=True)
        query = query.order_by(ApologyDraft.limit_at, Dossier.id).limit(PAGE).offset((at - 1) * PAGE)
        return Apologies(tuple([await _row(db, row) for row in (await db.execute(query)).all()]), at, total)


async def _row(db: AsyncSession, row: Sequence[Any]) -> ApologyRow:
    draft, one, holder = row
    spec = await spec_of(db, one.version_id)
    return ApologyRow(
        dossier_id=one.id,
        number=one.official_code or one.filing_number,
        applicant_name=one.applicant_name,
        procedure_name=spec.short_name or spec.name,
        limit_at=draft.limit_at,
        day=draft.day,
        has_reason=bool(draft.reason.strip()),
        is_past=now() > draft.limit_at,
        holder=holder,
    )
