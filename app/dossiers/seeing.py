"""What of a dossier opens to whom: staff at work, the owner, and whoever has the slip with number and secret."""

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_, select

from app.access import Actor, ActorKind, Permission
from app.workflow.apply import is_owner
from models import Attachment, Dossier, SupplementRequest
from models.enums import AttachmentKind, AttachmentState, Authentication, Status, SupplementState

if TYPE_CHECKING:
    from app.dossiers.files import File


def is_at_work(actor: Actor, one: Dossier) -> bool:
    """Tell whether the dossier belongs to a unit whose dossiers the actor may read."""
    return bool({one.resolving_unit_id, one.receiving_unit_id} & actor.units(Permission.DOSSIER_READ))


def has_only_the_slip(actor: Actor, one: Dossier) -> bool:
    """Tell whether number and secret are all that opens the dossier to this actor, account or not.

    They may be written on a slip that somebody found: no personal number, identity picture or result comes back by them.
    """
    by_link = actor.kind is ActorKind.GUEST and actor.authentication is Authentication.LINK
    return one.id in actor.opened and not (by_link or is_owner(actor, one) or is_at_work(actor, one))


def opens_by_slip(file: 'Attachment | File') -> bool:
    """Tell whether number and secret alone open a file: no identity picture and no result."""
    return not file.identity and file.kind is not AttachmentKind.RESULT


def is_sent() -> ColumnElement[bool]:
    """Return the condition on papers that the office may see: one of a supplement is the applicant's own until it is sent."""
    sent = select(SupplementRequest.id).where(SupplementRequest.state == SupplementState.COMPLETED)
    return or_(Attachment.supplement_id.is_(None), Attachment.supplement_id.in_(sent))


def is_theirs(file: 'Attachment | File', one: Dossier) -> bool:
    """Tell whether the applicant sees a file at all: no internal ones, the draft once shown, the result once issued."""
    stored = file.state is AttachmentState.STORED
    if file.kind is AttachmentKind.RESULT:
        return stored and one.status in (Status.RESOLVED, Status.RETURNED)
    if file.kind is AttachmentKind.RESULT_DRAFT:
        return stored and one.status is Status.PROCESSING and one.draft_confirmation is not None
    return file.kind is AttachmentKind.EVIDENCE
