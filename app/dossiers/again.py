"""File anew after a dossier ended without a result: what was typed and handed in comes along, nothing else does.

A dossier that ended stays ended: the new one is linked to it, has its own number, place in the queue and clock, and the
version of the procedure that is valid today. Source: domain rules, opening note 1 (reopening is a new linked dossier).
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.db import read, write
from app.dossiers import answers as stored
from app.dossiers import drafts
from app.dossiers.answers import Answer
from app.dossiers.applicant import sheet
from app.dossiers.drafts import StartedDraft
from app.dossiers.loading import load_for
from app.dossiers.seeing import has_only_the_slip, opens_by_slip
from app.errors import NotAllowed, WrongState
from app.limits import hit
from app.procedures import queries as catalogue
from app.procedures import validation
from app.procedures.queries import StartPage, spec_of
from app.procedures.schema import ProcedureSpec
from app.workflow.apply import is_applicant, is_owner
from models import Attachment, Dossier
from models.enums import PRESENT, AttachmentKind, Edition, Status
from models.types import new_id

ENDED = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
_NOT_COPIED = {
    'id', 'draft_id', 'dossier_id', 'supplement_id', 'checked_at', 'checked_by_id', 'check_result', 'reused',
}  # fmt: skip


def may_file_again(status: Status, replaced_by: str | None) -> bool:
    """A matter may be filed anew when it ended without a result and no corrected filing took its place."""
    return status in ENDED and replaced_by is None


async def start_again(actor: Actor, dossier_id: str) -> StartedDraft:
    """Start a filing of the same matter with what was typed and handed in before.

    Raises:
        NotFound: not theirs, or the procedure is no longer offered.  NotAllowed: not its applicant, or it is not filed here
        any more.  WrongState: it runs, has a result, or was replaced.
    """
    async with read() as db:
        one = await load_for(db, actor, dossier_id)
        slug = (await spec_of(db, one.version_id)).id
    if not is_applicant(actor, one):
        raise NotAllowed()
    if not may_file_again(one.status, one.replaced_by_id):
        raise WrongState('citizen.again_not_now')
    page = await catalogue.start_page(actor, slug)
    if not page.online:
        raise NotAllowed('dossier.not_online')
    if not (page.account_filing if is_owner(actor, one) else page.guest_filing):
        raise NotAllowed('dossier.way_is_off')
    await hit('start_draft', actor.account_id or actor.address or 'unknown', times=300, minutes=60)
    async with write() as db:
        return await _start(db, actor, await load_for(db, actor, dossier_id), page)


async def _start(db: AsyncSession, actor: Actor, one: Dossier, page: StartPage) -> StartedDraft:
    is_own = is_owner(actor, one)
    main = await sheet(db, one.id, Edition.MAIN)
    known = stored.unpack(main.answers, f'dossier:{one.id}') if main else {}
    answers = _still_asked(page.spec, known, is_own=is_own)
    account_id = one.account_id if is_own else None  # a slip files in nobody's name
    draft = await drafts.create(db, page.version_id, page.spec, answers, account_id, one.lang)
    draft.after_dossier_id = one.id
    await _copy_files(db, one, draft.id, page.spec, by_slip=has_only_the_slip(actor, one))
    return StartedDraft(drafts.link_of_draft(draft.id), draft.id)


def _still_asked(spec: ProcedureSpec, known: dict[str, Answer], *, is_own: bool) -> dict[str, Answer]:
    """Return the answers to questions that are still asked. Personal numbers come along for the owner's account alone.

    Whoever has only the slip with number and secret may have found it: they type those numbers themselves.
    """
    sealed = set() if is_own else validation.sensitive_ids(spec)
    return {
        key: Answer(answer.value, 'earlier', answer.raw)
        for key, answer in known.items()
        if spec.field(key) is not None and answer.source != 'computed' and key not in sealed
    }


async def _copy_files(db: AsyncSession, one: Dossier, draft_id: str, spec: ProcedureSpec, *, by_slip: bool) -> None:
    """Give the draft rows of its own for the same stored bytes: of papers that are still asked and open to this person."""
    query = select(Attachment).where(
        Attachment.dossier_id == one.id, Attachment.kind == AttachmentKind.EVIDENCE, Attachment.state.in_(PRESENT)
    )
    for old in (await db.execute(query)).scalars().all():
        is_asked = old.document_id is not None and spec.document(old.document_id) is not None
        if is_asked and (opens_by_slip(old) or not by_slip):
            copy = old.model_dump(exclude=_NOT_COPIED)
            db.add(Attachment(**copy, id=new_id(), draft_id=draft_id, reused=True))
