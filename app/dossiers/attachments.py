"""Files of drafts and dossiers: who may add, open and remove them. What comes in passes ``app.dossiers.intake`` first."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import live, storage
from app.access import Actor, Permission
from app.audit.record import note_read, record
from app.clock import now
from app.db import after_commit, read, write
from app.dossiers import intake
from app.dossiers.files import File, as_file
from app.dossiers.loading import load_draft, load_for, may_see
from app.dossiers.seeing import has_only_the_slip, is_sent, is_theirs, opens_by_slip
from app.errors import NotAllowed, NotFound, WrongState
from app.limits import hit
from app.papers import Paper, refuse_hidden, sent_by
from app.procedures import queries as catalogue
from app.rows import put
from app.signing.kept import first_look
from app.signing.rules import ATTACHED, Printed, is_approved, refuse_replacing
from app.verification.anothers import marks_of, refuse_anothers
from app.workflow.apply import is_applicant
from app.workflow.move import open_step
from models import Attachment, Dossier, Draft, SupplementRequest
from models.enums import PRESENT, AttachmentKind, AttachmentState, DraftConfirmation, Status, SupplementState

PER_DOCUMENT, PER_DRAFT = 10, 60
BYTES = 300 * 2**20
"""All files of a draft, or of a supplement: far more than photographs of papers need."""


@dataclass(frozen=True)
class Opened:
    """A file's bytes for somebody who may see them."""

    name: str
    media_type: str
    content: bytes


async def add_to_draft(actor: Actor, token: str, document_id: str, name: str, content: bytes) -> File:
    """Check and store one file for one component of a draft.

    Raises:
        Invalid: the file is empty, too large, not what it says or of a kind that is not taken; the rest is untouched.
    """
    await hit('upload', actor.account_id or actor.address or 'unknown', times=1000, minutes=60)
    async with read() as db:
        draft = await load_draft(db, actor, token)
        identity = await _is_asked(db, draft, document_id)
    paper, state = await intake.taken(actor, content, name, draft_id=draft.id)
    found = await _first_look(actor, paper, state)
    async with storage.kept(paper.content) as kept, write() as db:
        draft = await load_draft(db, actor, token, lock=True)
        await _is_asked(db, draft, document_id)
        await _refuse_too_many(db, Attachment.draft_id == draft.id, document_id)
        place = {'document_id': document_id, 'draft_id': draft.id, 'state': state}
        one = intake.row(actor, paper, kept, identity=identity, signatures=found, **place)
        await put(db, one)
        draft.saved_at = now()
    return as_file(one)


async def _first_look(actor: Actor, paper: Paper, state: AttachmentState) -> dict[str, Any] | None:
    """Return what the signatures in a paper are worth; what the scanner has not passed is not looked into."""
    with sent_by(actor):
        return await first_look(paper.content, paper.media_type) if state is AttachmentState.STORED else None


async def _is_asked(db: AsyncSession, draft: Draft, document_id: str) -> bool:
    """Let only a component pass that the draft, not sent yet, asks for; tell whether it is an identity paper."""
    if draft.dossier_id is not None:
        raise NotAllowed('dossier.already_sent')
    spec = await catalogue.spec_of(db, draft.version_id)
    document = spec.document(document_id) if isinstance(document_id, str) else None
    if document is None:
        raise NotFound()
    return document.identity


async def _refuse_too_many(db: AsyncSession, where: ColumnElement[bool], document_id: str | None) -> None:
    """A component takes so many files, a filing so many files and bytes."""
    query = select(Attachment.document_id, Attachment.size).where(where, Attachment.state.in_(PRESENT))
    found = (await db.execute(query)).all()
    files, size = len(found), sum(row.size for row in found)
    same = sum(row.document_id == document_id for row in found)
    if files >= PER_DRAFT or same >= PER_DOCUMENT:
        raise WrongState('papers.too_many_files', limit=PER_DOCUMENT)
    if size >= BYTES:
        raise WrongState('papers.too_many_bytes', limit=BYTES // 2**20)


async def _is_identity(db: AsyncSession, version_id: str, document_id: str | None) -> bool:
    spec = await catalogue.spec_of(db, version_id)
    document = spec.document(document_id) if document_id else None
    return bool(document and document.identity)


async def remove_from_draft(actor: Actor, token: str, file_id: str) -> None:
    """Take a file out of a draft that is not sent; its bytes are removed."""
    async with write() as db:
        draft = await load_draft(db, actor, token, lock=True)
        one = await db.get(Attachment, file_id) if isinstance(file_id, str) else None
        if one is None or one.draft_id != draft.id or draft.dossier_id is not None:
            raise NotFound()
        one.state, one.infected = AttachmentState.REMOVED, False
        key = one.storage_key if await is_last(db, one) else None
    if key:
        await storage.remove(key)


async def is_last(db: AsyncSession, one: Attachment) -> bool:
    """Tell whether no other row shares the stored bytes."""
    others = select(func.count()).where(Attachment.storage_key == one.storage_key, Attachment.id != one.id)
    return (await db.execute(others)).scalar_one() == 0


async def add_to_supplement(actor: Actor, dossier_id: str, document_id: str | None, name: str, content: bytes) -> File:
    """Store a file in answer to the open request for a supplement, for a component that was asked for."""
    await hit('upload', actor.account_id or actor.address or dossier_id, times=1000, minutes=60)
    async with read() as db:
        request = await answering(db, actor, dossier_id)
        dossier = await db.get_one(Dossier, dossier_id)
        await _may_answer(db, request, document_id)
        identity = await _is_identity(db, dossier.version_id, document_id)
    paper, state = await intake.taken(actor, content, name, dossier=dossier)
    found = await _first_look(actor, paper, state)
    async with storage.kept(paper.content) as kept, write() as db:
        request = await answering(db, actor, dossier_id, lock=True)
        await _may_answer(db, request, document_id)
        place = {'document_id': document_id, 'dossier_id': dossier_id, 'supplement_id': request.id, 'state': state}
        one = intake.row(actor, paper, kept, identity=identity, signatures=found, **place)
        db.add(one)
    return as_file(one)


async def _may_answer(db: AsyncSession, request: SupplementRequest, document_id: str | None) -> None:
    """The component was asked for, and there is room for one more file."""
    if document_id not in {item.get('id') for item in request.items if item['kind'] == 'document'} | {None}:
        raise NotFound()
    await _refuse_too_many(db, Attachment.supplement_id == request.id, document_id)


async def remove_from_supplement(actor: Actor, dossier_id: str, file_id: str) -> None:
    """Take back a file of a supplement that is not sent yet."""
    async with write() as db:
        request = await answering(db, actor, dossier_id, lock=True)
        one = await db.get(Attachment, file_id) if isinstance(file_id, str) else None
        if one is None or one.supplement_id != request.id:
            raise NotFound()
        one.state, one.infected = AttachmentState.REMOVED, False
        key = one.storage_key if await is_last(db, one) else None
    if key:
        await storage.remove(key)


async def answering(db: AsyncSession, actor: Actor, dossier_id: str, *, lock: bool = False) -> SupplementRequest:
    """Return the request that waits for this applicant's answer."""
    dossier = await load_for(db, actor, dossier_id, lock=lock)
    if not is_applicant(actor, dossier):
        raise NotAllowed()
    query = select(SupplementRequest).where(
        SupplementRequest.dossier_id == dossier.id, SupplementRequest.state == SupplementState.OPEN
    )
    request = (await db.execute(query)).scalar_one_or_none()
    if request is None:
        raise WrongState('workflow.nothing_asked')
    return request


async def add_result(
    actor: Actor,
    dossier_id: str,
    kind: AttachmentKind,
    name: str,
    content: bytes,
    *,
    is_drawn_up: bool = False,
    printed: Printed | None = None,
) -> File:
    """Attach the result or its draft; only whoever holds the open step may. An earlier one of its kind is superseded, not lost.

    ``printed``: number and day that stand on it, where it was drawn up here.

    Raises:
        NotFound, NotAllowed, WrongState: not theirs to attach now, or another dossier's paper.  Invalid: the file.
    """
    if kind not in (AttachmentKind.RESULT, AttachmentKind.RESULT_DRAFT):
        raise NotFound()
    async with read() as db:
        dossier = await load_for(db, actor, dossier_id)
        await may_produce(db, actor, dossier)
    paper, state = await intake.taken(actor, content, name, dossier=dossier)
    refuse_hidden(paper)
    marks, found = await marks_of(paper), await _first_look(actor, paper, state)
    async with storage.kept(paper.content) as kept, write() as db:
        dossier = await load_for(db, actor, dossier_id, lock=True)
        await may_produce(db, actor, dossier)
        await refuse_anothers(db, dossier, marks)
        if kind is AttachmentKind.RESULT_DRAFT:
            if await is_approved(db, dossier_id):
                raise WrongState('workflow.draft_approved')
            _show_again(dossier)
        if kind is AttachmentKind.RESULT:
            await refuse_replacing(db, dossier_id)
        earlier = select(Attachment).where(
            Attachment.dossier_id == dossier_id, Attachment.kind == kind, Attachment.state.in_(PRESENT)
        )
        for old in (await db.execute(earlier)).scalars():
            old.state = AttachmentState.SUPERSEDED
        one = intake.row(actor, paper, kept, dossier_id=dossier_id, kind=kind, state=state, signatures=found)
        db.add(one)
        action = ATTACHED.get(kind, 'attach_draft')
        told = {'file': one.id, 'sha256': one.stored_sha256} | ({'drawn_up': True} if is_drawn_up else {})
        await record(
            db,
            actor,
            'dossier',
            dossier_id,
            action,
            dossier_id=dossier_id,
            unit_id=dossier.resolving_unit_id,
            data=told | (printed.told() if printed else {}),
        )
        after_commit(db, partial(live.signal, f'dossier:{dossier_id}'))
    return as_file(one)


def _show_again(dossier: Dossier) -> None:
    """Another draft must be shown before anybody agrees with it; who looks at the earlier one agrees with nothing."""
    if dossier.draft_confirmation is DraftConfirmation.SHOWN:
        dossier.version += 1
    dossier.draft_confirmation = None


async def may_produce(db: AsyncSession, actor: Actor, dossier: Dossier) -> None:
    """Let only whoever holds the open step pass. Raises WrongState, NotAllowed."""
    step = await open_step(db, dossier.id)
    if dossier.status not in (Status.ACCEPTED, Status.PROCESSING):
        raise WrongState()
    if (
        not actor.may(Permission.DOSSIER_PROCESS, dossier.resolving_unit_id)
        or step is None
        or step.account_id != actor.account_id
    ):
        raise NotAllowed('dossier.take_first')


async def check_paper(actor: Actor, dossier_id: str, file_id: str, result: str) -> None:
    """Note an officer's word on one paper: ok, unclear or missing."""
    if result not in ('ok', 'unclear', 'missing'):
        raise NotFound()
    async with write() as db:
        dossier = await load_for(db, actor, dossier_id)
        if not (
            actor.may(Permission.DOSSIER_PROCESS, dossier.resolving_unit_id)
            or actor.may(Permission.DOSSIER_RECEIVE, dossier.receiving_unit_id)
        ):
            raise NotAllowed()
        one = await db.get(Attachment, file_id) if isinstance(file_id, str) else None
        if one is None or one.dossier_id != dossier_id or not await _is_sent(db, one):
            raise NotFound()
        one.check_result, one.checked_at, one.checked_by_id = result, now(), actor.account_id
        await record(
            db,
            actor,
            'dossier',
            dossier_id,
            'check_paper',
            dossier_id=dossier_id,
            unit_id=dossier.resolving_unit_id,
            data={'file': file_id, 'result': result},
        )
        after_commit(db, partial(live.signal, f'dossier:{dossier_id}'))


async def open_file(actor: Actor, file_id: str, *, draft_token: str | None = None) -> Opened:
    """Return a file for somebody who may see it, and note that it was opened.

    Whoever has only number and secret never gets an identity picture back, nor the result: they may be written on a slip
    that somebody finds.
    """
    if not actor.is_staff:
        await hit('open_file', actor.account_id or actor.address or 'unknown', times=1200, minutes=60)
    async with read() as db:
        one = await db.get(Attachment, file_id) if isinstance(file_id, str) else None
        if one is None or one.state is AttachmentState.REMOVED or one.kind is AttachmentKind.DOCUMENT:
            raise NotFound()
        await _may_open(db, actor, one, draft_token)
    if one.state is AttachmentState.QUARANTINED:
        raise WrongState('papers.waiting')
    content = await storage.get(one.storage_key, one.key_id)
    if one.dossier_id is not None:
        async with write() as db:
            await note_read(db, actor, one.dossier_id, one.id)
    return Opened(one.name, one.media_type, content)


async def _may_open(db: AsyncSession, actor: Actor, one: Attachment, draft_token: str | None) -> None:
    if one.dossier_id is None:
        draft = await load_draft(db, actor, draft_token or '')
        if draft.id != one.draft_id:
            raise NotFound()
        if one.reused and one.identity and draft.account_id is None:
            raise NotAllowed('papers.not_for_guests')
        return
    dossier = await db.get_one(Dossier, one.dossier_id)
    if not may_see(actor, dossier):
        raise NotFound()
    if actor.is_staff:
        if not actor.units(Permission.PAPER_READ) & {dossier.resolving_unit_id, dossier.receiving_unit_id}:
            raise NotAllowed()
        if not await _is_sent(db, one):
            raise NotFound()
        return
    if not is_theirs(one, dossier):
        raise NotFound()
    if has_only_the_slip(actor, dossier) and not opens_by_slip(one):
        raise NotAllowed('papers.not_for_guests')


async def _is_sent(db: AsyncSession, one: Attachment) -> bool:
    return (await db.execute(select(Attachment.id).where(Attachment.id == one.id, is_sent()))).first() is not None
