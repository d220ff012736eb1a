"""Conditions of the draft that the applicant looks at before the decision. Each raises WrongState with the sentence to show."""

from sqlalchemy import func, select

from app.errors import WrongState
from app.procedures.schema import Step, StepRole
from app.signing.rules import is_approved
from app.workflow.move import Move
from models import Attachment, DueDate
from models.enums import AttachmentKind, AttachmentState, Channel, DraftConfirmation, DueKind


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
    to_leader = all(step.role is StepRole.LEADER for step in _ahead(move))
    await (draft_settled(move) if to_leader else draft_not_pending(move))


def _ahead(move: Move) -> tuple[Step, ...]:
    """Return where the dossier may go: to the chosen step, else to the next one; to any while nobody was asked yet."""
    if 'step' not in move.data:
        return move.next_steps
    return tuple(s for s in move.next_steps if s.key == move.data['step']) or move.next_steps[-1:]


def goes_to_leader(move: Move) -> bool:
    """Tell whether the step after the open one is a leader's; optional ones between them need not be gone through."""
    return move.position >= 0 and any(step.role is StepRole.LEADER for step in move.next_steps[-1:])


def wants_draft(move: Move) -> bool:
    """Tell whether a draft has to be shown to the applicant before the dossier can go on."""
    confirms = move.spec.confirms_draft and move.dossier.channel is Channel.ONLINE
    return confirms and goes_to_leader(move) and move.dossier.draft_confirmation is None


async def has_files(move: Move, kind: AttachmentKind) -> bool:
    """Tell whether the dossier has a stored file of this kind."""
    query = select(func.count()).where(
        Attachment.dossier_id == move.dossier.id, Attachment.kind == kind, Attachment.state == AttachmentState.STORED
    )
    return bool((await move.db.execute(query)).scalar_one())
