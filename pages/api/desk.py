"""The desk: queues, one dossier, every act of the table, the result."""

from typing import Annotated, Literal

from fastapi import Query

from app import papers
from app.dossiers import attachments, commands, desk, inbox
from app.verification import revoking
from models.enums import AttachmentKind
from pages.api.below import below
from pages.api.caller import Officer
from pages.api.catalogue import Page, Words
from pages.api.desk_shapes import DeskDossier, Queue
from pages.api.shapes import Done, File
from pages.api.values import (
    Acceptance,
    DossierId,
    Forwarding,
    HandingOver,
    Noted,
    Reappointment,
    Reasoned,
    Reassignment,
    Reissue,
    Revocation,
    Seen,
    Stopping,
    SupplementRequest,
    Upload,
)

routes = below('/desk/dossiers', 'desk')
View = Annotated[Literal[inbox.VIEWS], Query()]  # type: ignore[valid-type]


@routes.get('')
async def read_queue(actor: Officer, view: View = 'mine', text: Words = '', page: Page = 1) -> Queue:
    """Read one page of a queue in order of arrival, with the counts of all queues. Scope: `dossier:read`."""
    return Queue.of(await inbox.inbox(actor, view, text, page))


@routes.get('/{dossier_id}')
async def read_dossier(actor: Officer, dossier_id: DossierId) -> DeskDossier:
    """Read one dossier with everything needed to decide. Scope: `dossier:read`."""
    return DeskDossier.of(await desk.desk_dossier(actor, dossier_id))


@routes.post('/{dossier_id}/accept')
async def accept(actor: Officer, dossier_id: DossierId, body: Acceptance) -> Done:
    """Accept a complete and correct dossier: official code, due date, notice. Scope: `dossier:receive`."""
    return Done.of(await commands.accept(actor, dossier_id, body.seen_version, order_reason=body.order_reason))


@routes.post('/{dossier_id}/refuse')
async def refuse(actor: Officer, dossier_id: DossierId, body: Reasoned) -> Done:
    """Refuse to accept, with the reason that the applicant reads. Scope: `dossier:receive`."""
    return Done.of(await commands.refuse(actor, dossier_id, body.seen_version, body.reason))


@routes.post('/{dossier_id}/request_supplement')
async def request_supplement(actor: Officer, dossier_id: DossierId, body: SupplementRequest) -> Done:
    """Ask once for everything that is missing. Scope: `dossier:receive`, after acceptance `dossier:process`."""
    items = [item.model_dump() for item in body.items]
    words = {'reason': body.reason, 'guidance': body.guidance, 'contact': body.contact}
    return Done.of(await commands.request_supplement(actor, dossier_id, body.seen_version, items=items, **words))


@routes.post('/{dossier_id}/pass_on')
async def pass_on(actor: Officer, dossier_id: DossierId, body: Seen) -> Done:
    """Pass a filing on to the unit that decides. Scope: `dossier:receive`."""
    return Done.of(await commands.pass_on(actor, dossier_id, body.seen_version))


@routes.post('/{dossier_id}/await_duty')
async def await_duty(actor: Officer, dossier_id: DossierId, body: Reasoned) -> Done:
    """Pause while the applicant meets a financial duty; the reason says which. Scope: `dossier:process`."""
    return Done.of(await commands.await_duty(actor, dossier_id, body.seen_version, note=body.reason))


@routes.post('/{dossier_id}/duty_done')
async def duty_done(actor: Officer, dossier_id: DossierId, body: Reasoned) -> Done:
    """Take the proof of payment, which the reason names: the second appointment. Scope: `dossier:process`."""
    return Done.of(await commands.duty_done(actor, dossier_id, body.seen_version, note=body.reason))


@routes.post('/{dossier_id}/start_posting')
async def start_posting(actor: Officer, dossier_id: DossierId, body: Reasoned) -> Done:
    """Post the matter in public; the reason says where. Scope: `dossier:process`."""
    return Done.of(await commands.start_posting(actor, dossier_id, body.seen_version, note=body.reason))


@routes.post('/{dossier_id}/end_posting')
async def end_posting(actor: Officer, dossier_id: DossierId, body: Seen) -> Done:
    """Say that a posting is over. Scope: `dossier:process`."""
    return Done.of(await commands.end_posting(actor, dossier_id, body.seen_version))


@routes.post('/{dossier_id}/extend')
async def extend(actor: Officer, dossier_id: DossierId, body: Reasoned) -> Done:
    """Lengthen the term for verification, once, before it ends; the reason says what for. Scope: `dossier:process`."""
    return Done.of(await commands.extend(actor, dossier_id, body.seen_version, note=body.reason))


@routes.post('/{dossier_id}/take')
async def take(actor: Officer, dossier_id: DossierId, body: Seen) -> Done:
    """Take the open step. Scope: `dossier:process`."""
    return Done.of(await commands.take(actor, dossier_id, body.seen_version))


@routes.post('/{dossier_id}/forward')
async def forward(actor: Officer, dossier_id: DossierId, body: Forwarding) -> Done:
    """Hand over to the next step, to a person or to all who hold its role. Scope: `dossier:process`."""
    done = await commands.forward(
        actor, dossier_id, body.seen_version, step=body.step, account_id=body.account_id, note=body.note
    )
    return Done.of(done)


@routes.post('/{dossier_id}/approve')
async def approve(actor: Officer, dossier_id: DossierId, body: Noted) -> Done:
    """Approve as the leader whose step it is. Scope: `dossier:approve`."""
    return Done.of(await commands.approve(actor, dossier_id, body.seen_version, note=body.note))


@routes.post('/{dossier_id}/send_back')
async def send_back(actor: Officer, dossier_id: DossierId, body: Reasoned) -> Done:
    """Send back to the step before, with the reason. Scope: `dossier:process`."""
    return Done.of(await commands.send_back(actor, dossier_id, body.seen_version, body.reason))


@routes.post('/{dossier_id}/reassign')
async def reassign(actor: Officer, dossier_id: DossierId, body: Reassignment) -> Done:
    """Give the open step to another person who holds its role. Scope: `dossier:reassign`."""
    done = await commands.reassign(actor, dossier_id, body.seen_version, body.account_id, note=body.note)
    return Done.of(done)


@routes.post('/{dossier_id}/reappoint')
async def reappoint(actor: Officer, dossier_id: DossierId, body: Reappointment) -> Done:
    """Apologise in writing and promise another date, once. Scope: `dossier:reappoint`."""
    given = {'day': body.day, 'delayed_by': body.delayed_by, 'reason': body.reason}
    return Done.of(await commands.reappoint(actor, dossier_id, body.seen_version, **given))


@routes.post('/{dossier_id}/show_draft')
async def show_draft(actor: Officer, dossier_id: DossierId, body: Seen) -> Done:
    """Show the draft of the result to the applicant. Scope: `dossier:process`."""
    return Done.of(await commands.show_draft(actor, dossier_id, body.seen_version))


@routes.post('/{dossier_id}/finish')
async def finish(actor: Officer, dossier_id: DossierId, body: Seen) -> Done:
    """Issue the result. Scope: `dossier:publish`."""
    return Done.of(await commands.finish(actor, dossier_id, body.seen_version))


@routes.post('/{dossier_id}/hand_over')
async def hand_over(actor: Officer, dossier_id: DossierId, body: HandingOver) -> Done:
    """Hand the result over. Scope: `dossier:return`."""
    return Done.of(await commands.hand_over(actor, dossier_id, **body.model_dump()))


@routes.post('/{dossier_id}/revoke_result')
async def revoke_result(actor: Officer, dossier_id: DossierId, body: Revocation) -> Done:
    """Take back the result that stands; the public page says so at once. Scope: `dossier:revoke`."""
    return Done.of(await revoking.revoke_result(actor, dossier_id, **body.model_dump()))


@routes.post('/{dossier_id}/reissue_result')
async def reissue_result(actor: Officer, dossier_id: DossierId, body: Reissue) -> Done:
    """Issue the corrected file in place of the result before, revoked or not. Scope: `dossier:revoke`.

    Attach it first as `correction`, signed where this office requires it: a program signs nothing.
    """
    return Done.of(await revoking.reissue_result(actor, dossier_id, **body.model_dump()))


@routes.post('/{dossier_id}/stop')
async def stop(actor: Officer, dossier_id: DossierId, body: Stopping) -> Done:
    """Stop processing. Scope: `dossier:stop`, before acceptance `dossier:receive`."""
    return Done.of(await commands.stop(actor, dossier_id, body.seen_version, body.reason, body.note))


@routes.post('/{dossier_id}/files/{kind}', status_code=201)
async def attach_result(
    actor: Officer, dossier_id: DossierId, kind: Literal['result', 'result_draft', 'correction'], file: Upload
) -> File:
    """Attach the result or its draft; only whoever holds the open step may. Scope: `dossier:process`.

    `correction`: the corrected result, kept until it is issued. Scope: `dossier:revoke`.
    """
    content = await file.read(papers.SIZE_LIMIT + 1)
    name = file.filename or ''
    if kind == 'correction':
        return File.of(await revoking.add_correction(actor, dossier_id, name, content))
    return File.of(await attachments.add_result(actor, dossier_id, AttachmentKind(kind), name, content))
