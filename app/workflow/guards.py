"""Conditions of an act beyond status and permission. Each raises WrongState with the sentence to show."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select

from app.access import Permission
from app.errors import Invalid, Problem, WrongState
from app.procedures.schema import StepRole
from app.signing.rules import is_approved, signature_given
from app.verification import issuing
from app.workflow import clocks
from app.workflow.desks import desk_of, is_elsewhere, on_desk
from app.workflow.move import Move
from models import Attachment, ClockSegment, Dossier, DueDate, StepRun, SupplementRequest
from models.enums import (
    AttachmentKind,
    AttachmentState,
    Channel,
    ClockKind,
    DraftConfirmation,
    DueKind,
    Status,
    SupplementState,
)

ORDER_REASONS = ('priority_person', 'same_applicant', 'same_day_term', 'earlier_needs_check', 'system_error')
"""Stock reasons for accepting a dossier before one that came earlier."""
Guard = Callable[[Move], Awaitable[None]]


async def not_awaiting_supplement(move: Move) -> None:
    """The applicant was asked for a supplement and has not answered."""
    if move.dossier.awaiting_supplement:
        raise WrongState('workflow.awaiting_supplement')


async def awaiting_supplement(move: Move) -> None:
    """Only while a request for a supplement is open."""
    if not move.dossier.awaiting_supplement:
        raise WrongState('workflow.nothing_asked')


async def on_own_desk(move: Move) -> None:
    """What was received for another unit is accepted there: the term counts from its receipt. Source: NĐ 118/2025 Điều 17.3."""
    if is_elsewhere(move.dossier):
        raise WrongState('workflow.pass_on_first')


async def for_another_unit(move: Move) -> None:
    """Only what was received for another unit is passed on, once."""
    if not is_elsewhere(move.dossier):
        raise WrongState('workflow.own_already')


async def in_order(move: Move) -> None:
    """Dossiers are accepted in order of arrival; out of order asks one of the stock reasons. Source: NĐ 61/2018 Điều 17.2, kept since."""
    if await waiting_before(move) == 0:
        return
    if move.data.get('order_reason') not in ORDER_REASONS:
        raise Invalid({'order_reason': Problem('workflow.out_of_order')}, 'workflow.out_of_order')
    move.told['order_reason'] = move.data['order_reason']


async def waiting_before(move: Move) -> int:
    """Count dossiers of the same queue that came earlier and still wait to be accepted."""
    one = move.dossier
    query = select(func.count()).where(
        on_desk(desk_of(one)),
        Dossier.status == Status.REGISTERED,
        Dossier.awaiting_supplement.is_(False),
        Dossier.queued_at < one.queued_at,
    )
    return (await move.db.execute(query)).scalar_one()


async def first_supplement(move: Move) -> None:
    """A dossier is sent back once; a second request needs a leader and counts as overdue. Source: NĐ 118/2025 Điều 17.2.a; QĐ 766/QĐ-TTg."""
    if move.dossier.supplement_count and not move.actor.may(Permission.DOSSIER_APPROVE, move.dossier.resolving_unit_id):
        raise WrongState('workflow.second_supplement')


async def supplement_is_over(move: Move) -> None:
    """Stopped for want of a supplement is a dossier only when the time for it is over. Source: NĐ 297/2025/NĐ-CP Điều 6.4.a.

    Neither the day that was written nor the working days of the law may be missing: those of the calendar as it is now.
    """
    if move.data.get('reason') != 'supplement_expired':
        return
    mine = (SupplementRequest.dossier_id == move.dossier.id, SupplementRequest.state == SupplementState.OPEN)
    query = select(SupplementRequest).where(*mine).order_by(SupplementRequest.number.desc()).limit(1)
    request = (await move.db.execute(query)).scalar_one_or_none()
    if request is None:
        raise WrongState('workflow.supplement_not_over')
    counted = await clocks.supplement_limit(move, request.requested_at)
    if move.at < max(counted, request.limit_at or counted):
        raise WrongState('workflow.supplement_not_over')


async def promised(move: Move) -> None:
    """Only where a date was promised can another one be."""
    if move.dossier.promised_at is None:
        raise WrongState('workflow.no_promise')


async def calendar_moves_it(move: Move) -> None:
    """Only where the calendar as it is now gives another date than the one that was promised."""
    if await clocks.recounted(move) is None:
        raise WrongState('workflow.date_stands')


async def never_reappointed(move: Move) -> None:
    """A new date is given once. Source: NĐ 61/2018 Điều 19.9, kept since."""
    query = select(func.count()).where(DueDate.dossier_id == move.dossier.id, DueDate.reason == 'reappointment')
    if (await move.db.execute(query)).scalar_one():
        raise WrongState('workflow.reappointed_once')


async def not_posted_now(move: Move) -> None:
    """While the matter is posted in public, nothing moves on."""
    if move.dossier.posting_until is not None:
        raise WrongState('workflow.posted_now')


async def procedure_posts(move: Move) -> None:
    """Only where the procedure has a public posting, and once."""
    if not move.spec.term.posting_days:
        raise WrongState('workflow.no_posting_here')
    if await _has_paused(move, ClockKind.POSTING):
        raise WrongState('workflow.posted_once')


async def posting_is_over(move: Move) -> None:
    """A posting lasts as long as the procedure says."""
    if move.dossier.posting_until is None or move.at < move.dossier.posting_until:
        raise WrongState('workflow.posting_not_over')


async def procedure_awaits_duty(move: Move) -> None:
    """Only where the procedure knows a financial duty, and once."""
    if not (move.spec.term.awaits_duty or move.spec.term.after_payment):
        raise WrongState('workflow.no_duty_here')
    if await _has_paused(move, ClockKind.FINANCE):
        raise WrongState('workflow.duty_once')


async def _has_paused(move: Move, kind: ClockKind) -> bool:
    query = select(func.count()).where(ClockSegment.dossier_id == move.dossier.id, ClockSegment.kind == kind)
    return bool((await move.db.execute(query)).scalar_one())


async def procedure_extends(move: Move) -> None:
    """Only where the procedure has more time for verification; once, and not after a leader has named another date."""
    if not move.spec.term.extended:
        raise WrongState('workflow.no_extension_here')
    query = select(DueDate.reason).where(
        DueDate.dossier_id == move.dossier.id, DueDate.reason.in_(('extension', 'reappointment'))
    )
    if (await move.db.execute(query.limit(1))).first():
        raise WrongState('workflow.extended_once')


async def not_expired(move: Move) -> None:
    """A term is lengthened while it runs: lateness is not undone."""
    if move.dossier.promised_at is None or move.at > move.dossier.promised_at:
        raise WrongState('workflow.term_over')


async def nobody_holds(move: Move) -> None:
    """Only a step that nobody has taken can be taken."""
    if move.step is None or move.step.account_id is not None:
        raise WrongState('workflow.already_held')


async def step_is_not_last(move: Move) -> None:
    """There is a step to go to."""
    if not 0 <= move.position < len(move.internal_steps) - 1:
        raise WrongState('workflow.no_next_step')


async def step_is_last(move: Move) -> None:
    """The result is issued from the last internal step."""
    if move.position != len(move.internal_steps) - 1:
        raise WrongState('workflow.steps_left')


async def step_is_not_first(move: Move) -> None:
    """There is a step to go back to."""
    if move.position < 1:
        raise WrongState('workflow.no_earlier_step')


async def step_is_approval(move: Move) -> None:
    """Only a leader's step is approved."""
    if move.step_spec is None or move.step_spec.role is not StepRole.LEADER:
        raise WrongState('workflow.not_approval')


async def step_is_not_approval(move: Move) -> None:
    """A leader's step ends by approval or by sending back, not by passing on."""
    if move.step_spec is not None and move.step_spec.role is StepRole.LEADER:
        raise WrongState('workflow.needs_approval')


async def procedure_shows_draft(move: Move) -> None:
    """Only where the procedure has the applicant look at the draft."""
    if not move.spec.confirms_draft:
        raise WrongState('workflow.no_draft_here')


async def draft_attached(move: Move) -> None:
    """There must be a draft to show."""
    if not await has_files(move, AttachmentKind.RESULT_DRAFT):
        raise WrongState('workflow.draft_missing')


async def not_decided_yet(move: Move) -> None:
    """What a leader has approved is the result: no draft of it is shown any more, unless it was sent back since."""
    if await is_approved(move.db, move.dossier.id):
        raise WrongState('workflow.draft_approved')


async def draft_is_news(move: Move) -> None:
    """A draft that the applicant is looking at is not sent again, unless another one was attached since."""
    if move.dossier.draft_confirmation is not DraftConfirmation.SHOWN:
        return
    shown = select(func.max(DueDate.set_at)).where(
        DueDate.dossier_id == move.dossier.id, DueDate.kind == DueKind.DRAFT_CONFIRMATION
    )
    last = (await move.db.execute(shown)).scalar_one_or_none()
    newest = select(func.max(Attachment.uploaded_at)).where(
        Attachment.dossier_id == move.dossier.id,
        Attachment.kind == AttachmentKind.RESULT_DRAFT,
        Attachment.state == AttachmentState.STORED,
    )
    latest = (await move.db.execute(newest)).scalar_one_or_none()
    if last is not None and (latest is None or latest <= last):
        raise WrongState('workflow.draft_pending')


async def draft_shown(move: Move) -> None:
    """The applicant answers only a draft that waits for the answer."""
    if move.dossier.draft_confirmation is not DraftConfirmation.SHOWN:
        raise WrongState('workflow.no_draft_waiting')


async def draft_not_pending(move: Move) -> None:
    """While the applicant looks at the draft, nothing moves on; silence past the limit is consent."""
    if move.dossier.draft_confirmation is not DraftConfirmation.SHOWN:
        return
    limit = select(func.max(DueDate.at)).where(
        DueDate.dossier_id == move.dossier.id, DueDate.kind == DueKind.DRAFT_CONFIRMATION
    )
    latest = (await move.db.execute(limit)).scalar_one_or_none()
    if latest is None or move.at < latest:
        raise WrongState('workflow.draft_pending')
    move.told['draft'] = DraftConfirmation.SILENT


async def draft_settled(move: Move) -> None:
    """Where the applicant confirms the draft of an online filing, approval and issue wait for it."""
    await draft_not_pending(move)
    if not move.spec.confirms_draft or move.dossier.channel is not Channel.ONLINE:
        return
    if move.dossier.draft_confirmation is None:
        raise WrongState('workflow.draft_not_shown')
    if move.dossier.draft_confirmation is DraftConfirmation.OBJECTED:
        raise WrongState('workflow.draft_objected')


async def draft_before_approval(move: Move) -> None:
    """The leader is handed what the applicant has seen: a draft that has to be confirmed is settled before that step."""
    await (draft_settled(move) if goes_to_leader(move) else draft_not_pending(move))


def goes_to_leader(move: Move) -> bool:
    """Tell whether the step after the open one is a leader's."""
    following = move.internal_steps[move.position + 1 : move.position + 2]
    return move.position >= 0 and bool(following) and following[0].role is StepRole.LEADER


def wants_draft(move: Move) -> bool:
    """Tell whether a draft has to be shown to the applicant before the dossier can go on."""
    confirms = move.spec.confirms_draft and move.dossier.channel is Channel.ONLINE
    return confirms and goes_to_leader(move) and move.dossier.draft_confirmation is None


async def result_attached(move: Move) -> None:
    """A dossier is resolved only with its result."""
    if not await has_files(move, AttachmentKind.RESULT):
        raise WrongState('workflow.result_missing')


async def not_approved(move: Move) -> None:
    """After the decision a dossier can no longer be withdrawn. Source: NĐ 118/2025 Điều 21; TT 03/2025/TT-VPCP Điều 7."""
    approved = select(func.count()).where(StepRun.dossier_id == move.dossier.id, StepRun.outcome == 'approved')
    if (await move.db.execute(approved)).scalar_one():
        raise WrongState('workflow.already_decided')


async def has_files(move: Move, kind: AttachmentKind) -> bool:
    """Tell whether the dossier has a stored file of this kind."""
    query = select(func.count()).where(
        Attachment.dossier_id == move.dossier.id, Attachment.kind == kind, Attachment.state == AttachmentState.STORED
    )
    return bool((await move.db.execute(query)).scalar_one())


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        not_awaiting_supplement,
        awaiting_supplement,
        in_order,
        on_own_desk,
        for_another_unit,
        first_supplement,
        supplement_is_over,
        nobody_holds,
        promised,
        never_reappointed,
        calendar_moves_it,
        not_posted_now,
        procedure_posts,
        posting_is_over,
        procedure_awaits_duty,
        procedure_extends,
        not_expired,
        step_is_not_last,
        step_is_last,
        step_is_not_first,
        step_is_approval,
        step_is_not_approval,
        procedure_shows_draft,
        draft_attached,
        not_decided_yet,
        draft_is_news,
        draft_shown,
        draft_not_pending,
        draft_settled,
        draft_before_approval,
        result_attached,
        not_approved,
        signature_given,
        issuing.result_stands,
        issuing.result_was_issued,
        issuing.correction_attached,
        issuing.result_not_revoked,
    )
}
ASKS = frozenset({'in_order', 'correction_attached', 'signature_given'})
"""Guards that a reason, a file or a PIN answers, given with the act: the button is offered all the same."""
