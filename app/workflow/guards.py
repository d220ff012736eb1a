"""Conditions of an act beyond status and permission. Each raises WrongState with the sentence to show."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select

from app.access import Permission
from app.errors import Invalid, Problem, WrongState
from app.procedures.schema import StepRole
from app.signing.rules import signature_given
from app.verification import issuing
from app.workflow import clocks, draft_guards
from app.workflow.desks import desk_of, is_elsewhere, on_desk
from app.workflow.move import Move
from models import ClockSegment, Dossier, DueDate, StepRun, SupplementRequest
from models.enums import AttachmentKind, ClockKind, Status, SupplementState

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


async def result_attached(move: Move) -> None:
    """A dossier is resolved only with its result."""
    if not await draft_guards.has_files(move, AttachmentKind.RESULT):
        raise WrongState('workflow.result_missing')


async def not_approved(move: Move) -> None:
    """After the decision a dossier can no longer be withdrawn. Source: NĐ 118/2025 Điều 21; TT 03/2025/TT-VPCP Điều 7."""
    approved = select(func.count()).where(StepRun.dossier_id == move.dossier.id, StepRun.outcome == 'approved')
    if (await move.db.execute(approved)).scalar_one():
        raise WrongState('workflow.already_decided')


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
        draft_guards.procedure_shows_draft,
        draft_guards.draft_attached,
        draft_guards.not_decided_yet,
        draft_guards.draft_is_news,
        draft_guards.draft_shown,
        draft_guards.draft_not_pending,
        draft_guards.draft_settled,
        draft_guards.draft_before_approval,
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
