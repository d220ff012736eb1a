"""A result is issued, revoked, issued again: rows that the public page reads. Called by the workflow, in its transaction."""

from sqlalchemy import select

from app.documents.letterhead import written_out
from app.documents.paper import RESULT
from app.documents.results import result_forms
from app.errors import Invalid, Problem, Stale, WrongState
from app.i18n import words
from app.procedures.schema import ProcedureSpec
from app.public_registers.entering import enter
from app.signing.rules import printed_on
from app.text import plain_number
from app.verification import results, tokens
from app.workflow.move import Move
from models import Attachment, Document, Unit
from models.enums import AttachmentKind, AttachmentState


async def issue_result(move: Move, kind: AttachmentKind = AttachmentKind.RESULT) -> Document:
    """Issue the file that stands as the result: from here on anybody who has it can check it.

    The act brings what was read of the file before: ``file`` (its id), ``signatures`` in it, and the ``number`` that the
    clerk gave it. Number and day that were drawn into the paper are its own, and count.

    Raises:
        Stale: another file was attached since.  Invalid: the clerk gave another number than the paper prints.
    """
    file = await newest(move, kind)
    if file is None or move.data.get('file', file.id) != file.id:
        raise Stale()
    unit = await move.db.get_one(Unit, move.dossier.resolving_unit_id)
    printed = await printed_on(move.db, move.dossier.id, kind)
    one = Document(
        id=await results.next_id(move.db, move.dossier.id),
        dossier_id=move.dossier.id,
        form_code=RESULT,
        template_version=str(move.spec.version),
        number=number_for(move.data.get('number') or '', printed.number),
        dated=printed.day,
        title=title_of(move.spec),
        data={'unit': {'name': written_out(unit.name)}},
        issued_at=move.at,
        issued_by_id=move.actor.account_id,
        attachment_id=file.id,
        sha256=file.stored_sha256,
        signatures=move.data.get('signatures') or [],
    )
    one.verification_hash = tokens.hash_of(tokens.token_of(one.id))
    move.db.add(one)
    await move.db.flush()
    await enter(move.db, move.dossier, move.spec, one)
    move.told['paper'] = {'id': one.id, 'form': RESULT, 'number': one.number, 'sha256': one.sha256}
    return one


def number_for(given: str, printed: str) -> str | None:
    """Return the number that a result is issued under. Raises Invalid: the clerk gave another one than the paper prints."""
    if printed and given and plain_number(given) != plain_number(printed):
        problem = Problem('verification.number_differs', {'number': printed})
        raise Invalid({'number': problem}, problem.key, **problem.values)
    return printed or given or None


def title_of(spec: ProcedureSpec) -> str:
    """Return what a result is called in public; what a sensitive procedure is about is nobody's business."""
    if spec.sensitive:
        return words('vi')('verification.result_title')
    form = result_forms().get(spec.id)
    return form.title if form else spec.result.name.vi


async def newest(move: Move, kind: AttachmentKind) -> Attachment | None:
    """Return the newest stored file of a kind."""
    query = select(Attachment).where(
        Attachment.dossier_id == move.dossier.id, Attachment.kind == kind, Attachment.state == AttachmentState.STORED
    )
    return (await move.db.execute(query.order_by(Attachment.uploaded_at.desc()).limit(1))).scalar_one_or_none()


async def on_revoke_result(move: Move) -> None:
    """The result no longer stands: its file is kept, the applicant does not get it any more, the public page says so."""
    one = await results.standing(move.db, move.dossier.id)
    if one is None:
        raise WrongState('verification.nothing_stands')
    await _end(move, one)


async def on_reissue_result(move: Move) -> None:
    """The corrected file takes the place of the one before, which leads to it from now on."""
    before = (await results.issued(move.db, move.dossier.id))[-1]
    if before.revoked_at is None:
        await _end(move, before)
    after = await issue_result(move, AttachmentKind.CORRECTION)
    before.replaced_by_id = after.id
    if file := await newest(move, AttachmentKind.CORRECTION):
        file.kind = AttachmentKind.RESULT
    move.told['replaces'] = before.id


async def _end(move: Move, one: Document) -> None:
    one.revoked_at, one.revoked_reason = move.at, move.data['reason']
    file = await move.db.get(Attachment, one.attachment_id) if one.attachment_id else None
    if file is not None and file.state is AttachmentState.STORED:
        file.state = AttachmentState.SUPERSEDED
    move.told['revoked'] = {'id': one.id, 'number': one.number, 'sha256': one.sha256}
    move.told['reason'] = move.data['reason']


async def result_stands(move: Move) -> None:
    """Only a result that was issued and stands can be revoked."""
    if await results.standing(move.db, move.dossier.id) is None:
        raise WrongState('verification.nothing_stands')


async def result_was_issued(move: Move) -> None:
    """Only what was issued can be issued again."""
    if not await results.issued(move.db, move.dossier.id):
        raise WrongState('verification.nothing_stands')


async def correction_attached(move: Move) -> None:
    """The corrected file comes first."""
    if await newest(move, AttachmentKind.CORRECTION) is None:
        raise WrongState('verification.correction_missing')


async def result_not_revoked(move: Move) -> None:
    """A revoked result is not handed over; its correction is."""
    if await results.issued(move.db, move.dossier.id) and await results.standing(move.db, move.dossier.id) is None:
        raise WrongState('verification.revoked_stays')
