"""THE table: which act on a dossier sends which message to the applicant.

Each change of status sends one. Some acts that keep the status do, too. Who handles the dossier gets none: the queue
tells them.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.limits import within
from app.notifications.outbox import enqueue
from app.workflow.transitions import Action
from models import Dossier, Event
from models.enums import Status

BY_STATUS: dict[Status, str] = {
    Status.REGISTERED: 'submitted',
    Status.ACCEPTED: 'accepted',
    Status.REFUSED: 'refused',
    Status.PROCESSING: 'processing',
    Status.SUPPLEMENT: 'supplement_requested',
    Status.PAYMENT: 'payment_due',
    Status.WITHDRAWN: 'withdrawn',
    Status.STOPPED: 'stopped',
    Status.RESOLVED: 'result_ready',
    Status.RETURNED: 'returned',
}
"""What is told when the status changed to this one, whatever the act was."""
BY_ACTION: dict[str, str] = {
    Action.REQUEST_SUPPLEMENT: 'supplement_requested',
    Action.SUPPLEMENT: 'supplement_received',
    Action.REPLACE: 'replaced',
    Action.SHOW_DRAFT: 'draft_shown',
    Action.REAPPOINT: 'reappointed',
    Action.RECOUNT: 'date_moved',
    Action.PASS_ON: 'passed_on',
    Action.AWAIT_DUTY: 'duty_awaited',
    Action.DUTY_DONE: 'duty_met',
    Action.START_POSTING: 'posting_began',
    Action.END_POSTING: 'posting_over',
    Action.EXTEND: 'extended',
    Action.CONFIRM_DRAFT: 'draft_confirmed',
    Action.OBJECT_DRAFT: 'draft_objected',
    Action.REISSUE_SECRET: 'secret_reissued',
    Action.REVOKE_RESULT: 'result_revoked',
    Action.REISSUE_RESULT: 'result_reissued',
}
"""What these acts tell, whether the status changed or not."""
TEMPLATES = frozenset(BY_STATUS.values()) | frozenset(BY_ACTION.values())


@dataclass(frozen=True)
class Outgoing:
    """One message to be: who gets what. ``data`` is frozen now; what is private is read when it is sent."""

    template: str
    recipient: str
    lang: str
    data: dict[str, Any]
    channel: str = 'email'


def messages_for(action: str, dossier: Dossier, context: dict[str, Any]) -> list[Outgoing]:
    """Return the messages of one act. ``context``: from_status, to_status, and what the act tells (``limit``)."""
    before, after = context.get('from_status'), context.get('to_status')
    template = BY_ACTION.get(action) or (BY_STATUS[Status(after)] if after is not None and after != before else None)
    if template is None or not dossier.contact_email:
        return []
    data = {
        'number': dossier.filing_number,
        'code': dossier.official_code,
        'due': dossier.due_at.isoformat() if dossier.due_at else None,
        'limit': context.get('limit'),
    }
    return [Outgoing(template, dossier.contact_email, dossier.lang, {k: v for k, v in data.items() if v})]


UNPROVED = ((10, 60), (30, 1440))
"""Letters to an address that nobody proved to be theirs, (times, minutes): anybody can name anybody's in a filing."""


async def _is_too_much(dossier: Dossier, recipient: str) -> bool:
    """Count a letter to an unproved address; what stands behind a plus sign leads to the same person."""
    local, _, domain = recipient.lower().rpartition('@')
    return not dossier.contact_verified and not await within(
        'mail_to', f'{local.partition("+")[0]}@{domain}', limits=UNPROVED
    )


async def notify(db: AsyncSession, event: Event, dossier: Dossier, data: dict[str, Any]) -> int:
    """Write the messages of an event into the outbox of its transaction. Returns how many.

    One too many to an unproved address is held back, where staff see it and may let it go; the act itself goes on.
    """
    context = {**data, 'from_status': event.from_status, 'to_status': event.to_status}
    outgoing = messages_for(event.action, dossier, context)
    for one in outgoing:
        await enqueue(
            db,
            template=one.template,
            recipient=one.recipient,
            lang=one.lang,
            data=one.data,
            dossier_id=dossier.id,
            event_id=event.id,
            channel=one.channel,
            held='limited' if await _is_too_much(dossier, one.recipient) else None,
        )
    return len(outgoing)
