"""The apology before it is issued: drawn up when its time has come, kept as officers word it, gone once it has no use.

A draft stands while its date is the promised one and the clock runs. Where the date moves it sleeps, and is drawn anew
when its time comes again; words that an officer has written stay. Source: NĐ 61/2018/NĐ-CP Điều 19.9; NĐ 118/2025/NĐ-CP.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import SYSTEM
from app.clock import local
from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.errors import AppError
from app.i18n import words
from app.procedures.schema import ProcedureSpec
from app.workflow import clocks, steps, transitions
from app.workflow.guards import GUARDS
from app.workflow.move import Move, open_step
from app.workflow.transitions import Action
from models import Alert, ApologyDraft, ClockSegment, Dossier, DueDate, Unit
from models.enums import AlertKind, ClockKind, DraftConfirmation, Status

_RUNNING = and_(Dossier.status.in_((Status.ACCEPTED, Status.PROCESSING)), Dossier.posting_until.is_(None))
_TIME_HAS_COME = exists().where(
    Alert.dossier_id == Dossier.id,
    Alert.kind.in_((AlertKind.APOLOGY_DUE, AlertKind.DUE, AlertKind.OVERDUE)),
    Alert.limit_at == Dossier.promised_at,
)
"""The timer has warned of the date. A process that was down a day before warns when the date has come."""
_REAPPOINTED = exists().where(DueDate.dossier_id == Dossier.id, DueDate.reason == 'reappointment')
_PAUSES = (ClockKind.PAUSED, ClockKind.FINANCE, ClockKind.POSTING)


def stands() -> ColumnElement[bool]:
    """Return the condition on a draft, joined with its dossier, that it is about the date that runs."""
    return and_(_RUNNING, ApologyDraft.limit_at == Dossier.promised_at)


def wanted(moment: datetime, calendar: int) -> ColumnElement[bool]:
    """Return the condition on dossiers, joined with the draft they may have, that one has to be drawn up now.

    ``calendar``: number of the calendar as it is; a proposed day that has come, or by an older calendar, is looked at again.
    """
    old = (
        ApologyDraft.dossier_id.is_(None),
        ApologyDraft.limit_at != Dossier.promised_at,
        ApologyDraft.day <= local(moment).date(),
        ApologyDraft.calendar_version != calendar,
    )
    return and_(_RUNNING, _TIME_HAS_COME, ~_REAPPOINTED, or_(*old))


async def standing(db: AsyncSession, one: Dossier) -> ApologyDraft | None:
    """Return the draft of a dossier if it is about the date that runs."""
    query = select(ApologyDraft).join(Dossier, Dossier.id == ApologyDraft.dossier_id)
    return (await db.execute(query.where(Dossier.id == one.id, stands()))).scalar_one_or_none()


async def draw(db: AsyncSession, one: Dossier, spec: ProcedureSpec, at: datetime) -> ApologyDraft | None:
    """Draw up what would be sent, as far as the act itself would be allowed now; None where it would not.

    What an officer has worded stays: only dates that no longer hold are proposed anew.
    """
    move, promised = await _move(db, one, spec, at), one.promised_at
    if move is None or promised is None:
        return None
    calendar, draft = await clocks.calendar(move), await db.get(ApologyDraft, one.id)
    if draft is None or (draft.limit_at != promised and draft.changed_by_id is None):
        unit = await db.get_one(Unit, one.resolving_unit_id)
        draft = await db.merge(
            ApologyDraft(
                dossier_id=one.id,
                limit_at=promised,
                day=_new_day(move, calendar.work, promised),
                delayed_by=unit.name,
                reason=await _what_happened(move),
                version=draft.version + 1 if draft else 1,
                calendar_version=calendar.version,
                drawn_at=at,
            )
        )
    elif draft.limit_at != promised or not clocks.may_be_appointed(calendar.work, at, promised, draft.day):
        draft.day, draft.version = _new_day(move, calendar.work, promised), draft.version + 1
    draft.limit_at, draft.calendar_version = promised, calendar.version
    return draft


def _new_day(move: Move, work: WorkCalendar, promised: datetime) -> date:
    """Propose a day by the hours of the open step and of those after it."""
    left = move.internal_steps[max(0, move.position) :]
    hours = sum(steps.hours_of(move, one, work) or 0 for one in left if not one.optional and not one.off_clock)
    return clock.new_date(work, move.at, promised, hours, clocks.REAPPOINTMENT_DAYS)


async def drop(move: Move) -> None:
    """What was drafted is used up, or has no use any more."""
    await move.db.execute(delete(ApologyDraft).where(ApologyDraft.dossier_id == move.dossier.id))


async def _move(db: AsyncSession, one: Dossier, spec: ProcedureSpec, at: datetime) -> Move | None:
    """Return the act of apologising if the table and its guards would let it through now."""
    line = transitions.find(Action.REAPPOINT, one.status)
    if line is None:
        return None
    move = Move(db, SYSTEM, one, spec, line, at, step=await open_step(db, one.id))
    try:
        for guard in line.guards:
            await GUARDS[guard](move)
    except AppError:
        return None
    return move


async def _what_happened(move: Move) -> str:
    """Say what took time since acceptance, in order: pauses, a draft with the applicant, a step beyond its hours. Facts only."""
    t = words('vi')
    query = select(ClockSegment).where(
        ClockSegment.dossier_id == move.dossier.id,
        ClockSegment.kind.in_(_PAUSES),
        ClockSegment.started_at >= (move.dossier.accepted_at or move.at),
        ClockSegment.ended_at.is_not(None),
    )
    said = [
        t(f'apology.why_{row.kind}', first=f'{local(row.started_at):%d/%m/%Y}', last=f'{local(row.ended_at):%d/%m/%Y}')
        for row in (await move.db.execute(query.order_by(ClockSegment.started_at))).scalars()
        if row.ended_at
    ]
    if move.dossier.draft_confirmation in (DraftConfirmation.SHOWN, DraftConfirmation.OBJECTED):
        said.append(t(f'apology.why_draft_{move.dossier.draft_confirmation}'))
    if move.step and move.step_spec and move.step.due_at and move.step.due_at < move.at:
        said.append(t('apology.why_step', step=move.step_spec.title.vi))
    return ' '.join(said)
