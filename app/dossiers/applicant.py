"""What the applicant does with a filed dossier: supplement it, look at the draft, withdraw."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.clock import now
from app.db import read, write
from app.dossiers import answers as stored
from app.dossiers import drafts
from app.dossiers.answers import Answer
from app.dossiers.commands import Done, act
from app.dossiers.drafts import SavedAnswer, StartedDraft
from app.dossiers.files import proofs
from app.dossiers.loading import load_for
from app.dossiers.seeing import has_only_the_slip
from app.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from app.limits import hit
from app.procedures import validation
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from app.text import plain
from app.workflow.apply import NOTE_LIMIT, apply_transition, is_applicant
from app.workflow.transitions import Action
from models import AnswerSheet, Attachment, Dossier, Draft, SupplementRequest
from models.enums import PRESENT, AttachmentKind, AttachmentState, Edition, Status, SupplementState
from models.types import new_id


async def open_request(db: AsyncSession, dossier: Dossier) -> SupplementRequest | None:
    """Return the request that waits for an answer."""
    query = select(SupplementRequest).where(
        SupplementRequest.dossier_id == dossier.id, SupplementRequest.state == SupplementState.OPEN
    )
    return (await db.execute(query)).scalar_one_or_none()


async def sheet(db: AsyncSession, dossier_id: str, edition: Edition) -> AnswerSheet | None:
    """Return the newest set of answers of an edition."""
    query = select(AnswerSheet).where(AnswerSheet.dossier_id == dossier_id, AnswerSheet.edition == edition)
    return (await db.execute(query.order_by(AnswerSheet.number.desc()).limit(1))).scalar_one_or_none()


async def replaces_by_new_filing(actor: Actor, dossier_id: str) -> bool:
    """Tell how this applicant supplements: filing anew (prefilled, same place in the queue), or correcting in place."""
    async with read() as db:
        return files_anew(await load_for(db, actor, dossier_id))


def files_anew(one: Dossier) -> bool:
    """A dossier that was filed without account is filed anew before it is accepted; all others are corrected in place."""
    return one.accepted_at is None and one.account_id is None


async def start_replacement(actor: Actor, dossier_id: str) -> StartedDraft:
    """Start the linked, prefilled filing that will take the dossier's place in the queue; its papers come along.

    With an account the one that was begun goes on. Without, each start is a draft of its own, reached by its own link:
    whoever comes by the slip never gets what somebody else has typed and photographed anew.

    Raises:
        WrongState: nothing is asked, or the dossier is accepted already and is corrected in place.
    """
    await hit('start_draft', actor.account_id or actor.address or 'unknown', times=300, minutes=60)
    async with write() as db:
        one = await _mine(db, actor, dossier_id)
        if one.status is not Status.REGISTERED or not one.awaiting_supplement:
            raise WrongState('workflow.nothing_asked')
        spec = await spec_of(db, one.version_id)
        before = select(Draft).where(
            Draft.replaces_dossier_id == one.id,
            Draft.account_id.is_not(None),
            Draft.dossier_id.is_(None),
            Draft.expires_at > now(),
        )
        draft = (await db.execute(before.limit(1))).scalar_one_or_none()
        if draft is None:
            main = await sheet(db, one.id, Edition.MAIN)
            answers = stored.unpack(main.answers, f'dossier:{one.id}') if main else {}
            earlier = _earlier(spec, answers, is_owned=one.account_id is not None)
            draft = await drafts.create(db, one.version_id, spec, earlier, one.account_id, one.lang, replaces=one.id)
            await _copy_files(db, one.id, draft.id)
        return StartedDraft(drafts.link_of_draft(draft.id), draft.id)


def _earlier(spec: ProcedureSpec, answers: dict[str, Answer], *, is_owned: bool) -> dict[str, Answer]:
    """Return the answers that fill in the new filing.

    Without an account the slip may be anybody's: single numbers are veiled where they are shown, those inside groups stay
    behind and are typed again.
    """
    found = {}
    for key, answer in answers.items():
        field = spec.field(key)
        if field is not None and answer.source != 'computed':
            value = answer.value if is_owned else validation.without_numbers(field, answer.value)
            found[key] = Answer(value, 'earlier', answer.raw)
    return found


async def _copy_files(db: AsyncSession, dossier_id: str, draft_id: str) -> None:
    """Give the draft rows of its own for the same stored bytes, marked as reused."""
    query = select(Attachment).where(
        Attachment.dossier_id == dossier_id,
        Attachment.state.in_(PRESENT),
        Attachment.kind == AttachmentKind.EVIDENCE,
    )
    for old in (await db.execute(query)).scalars().all():
        copy = old.model_dump(
            exclude={
                'id',
                'draft_id',
                'dossier_id',
                'supplement_id',
                'checked_at',
                'checked_by_id',
                'check_result',
                'reused',
            }
        )
        db.add(Attachment(**copy, id=new_id(), draft_id=draft_id, reused=True))


async def _mine(db: AsyncSession, actor: Actor, dossier_id: str) -> Dossier:
    """Return the applicant's own dossier, locked: two events never write into it at once."""
    one = await load_for(db, actor, dossier_id, lock=True)
    if not is_applicant(actor, one):
        raise NotAllowed()
    return one


async def save_correction(actor: Actor, dossier_id: str, raw: dict[str, Any]) -> tuple[SavedAnswer, ...]:
    """Store corrected answers beside the standing ones; only questions that were asked for are open."""
    async with write() as db:
        one = await _mine(db, actor, dossier_id)
        request = await open_request(db, one)
        if request is None:
            raise WrongState('workflow.nothing_asked')
        spec = await spec_of(db, one.version_id)
        asked = {item['id'] for item in request.items if item['kind'] == 'field'}
        if not isinstance(raw, dict) or not {stored.question(path) for path in raw} <= asked:
            raise NotFound()
        buffer = await _buffer(db, one.id, request.number)
        place = f'dossier:{one.id}'
        if any('[' in path for path in raw):
            main = await sheet(db, one.id, Edition.MAIN)
            raw = stored.whole_groups(raw, stored.unpack({**(main.answers if main else {}), **buffer.answers}, place))
        taken = {k: drafts.read_answer(spec, k, v) for k, v in raw.items()}
        buffer.answers = stored.bearable(
            dict(buffer.answers)
            | stored.pack(spec, {k: a or Answer(None, 'typed') for k, (a, _) in taken.items()}, place)
        )
        buffer.saved_at, buffer.saved_by_id = now(), actor.account_id
        hide = has_only_the_slip(actor, one)
        return tuple(
            SavedAnswer(k, _told(spec, k, a, hide=hide) if a else None, p, buffer.saved_at)
            for k, (a, p) in taken.items()
        )


async def save_supplement_note(actor: Actor, dossier_id: str, text: object) -> None:
    """Keep the word to the officer while it is written; it is told when the supplement is sent.

    Raises:
        Invalid: it is too long.  WrongState: nothing is asked.
    """
    written = plain(text).strip() if isinstance(text, str) else ''
    if len(written) > NOTE_LIMIT:
        raise Invalid({'note': Problem('workflow.note_too_long', {'limit': NOTE_LIMIT})}, 'workflow.note_too_long')
    async with write() as db:
        request = await open_request(db, await _mine(db, actor, dossier_id))
        if request is None:
            raise WrongState('workflow.nothing_asked')
        request.completion_note = written or None


def _told(spec: ProcedureSpec, key: str, answer: Answer, *, hide: bool) -> Any:
    """Return a saved answer; the slip does not bring back the numbers that stand elsewhere in the same group."""
    field = spec.field(key)
    return validation.without_numbers(field, answer.value) if hide and field else answer.value


async def _buffer(db: AsyncSession, dossier_id: str, number: int) -> AnswerSheet:
    """Return the correction buffer of a request, made when it is missing."""
    found = select(AnswerSheet).where(
        AnswerSheet.dossier_id == dossier_id, AnswerSheet.edition == Edition.CORRECTION, AnswerSheet.number == number
    )
    buffer = (await db.execute(found.with_for_update())).scalar_one_or_none()
    if buffer is None:
        buffer = AnswerSheet(dossier_id=dossier_id, edition=Edition.CORRECTION, number=number, saved_at=now())
        db.add(buffer)
        await db.flush()
    return buffer


async def send_supplement(actor: Actor, dossier_id: str, seen_version: int, *, note: str | None = None) -> Done:
    """Send the supplement: corrected answers and new papers take the place of the old ones in one transaction.

    Raises:
        Invalid: something that was asked for is still missing; what was saved stays.
    """
    async with write() as db:
        one = await _mine(db, actor, dossier_id)
        request = await open_request(db, one)
        if request is None:
            raise WrongState('workflow.nothing_asked')
        spec = await spec_of(db, one.version_id)
        await _refuse_unanswered(db, one, request, spec)
        await _put_in_place(db, actor, one, request, spec)
        papers = {'papers': await proofs(db, Attachment.supplement_id == request.id)}
        await apply_transition(
            db, actor, one, spec, Action.SUPPLEMENT, seen_version=seen_version, note=note, data=papers
        )
        return Done(one.id, one.version, int(one.status), one.official_code)


async def _refuse_unanswered(db: AsyncSession, one: Dossier, request: SupplementRequest, spec: ProcedureSpec) -> None:
    """Each paper asked for must have come, each question must have a readable answer."""
    came = select(Attachment.document_id).where(Attachment.supplement_id == request.id, Attachment.state.in_(PRESENT))
    documents = set((await db.execute(came)).scalars())
    buffer = await _buffer(db, one.id, request.number)
    corrected = stored.unpack(buffer.answers, f'dossier:{one.id}')
    problems: dict[str, Problem] = {}
    for item in request.items:
        if item['kind'] == 'document' and item['id'] not in documents:
            problems[f'document:{item["id"]}'] = Problem('fields.document_missing')
        if item['kind'] == 'field' and (item['id'] not in corrected or corrected[item['id']].raw is not None):
            problems[item['id']] = Problem('dossier.correct_this')
    main = await sheet(db, one.id, Edition.MAIN)
    merged = stored.values(stored.unpack(main.answers, f'dossier:{one.id}') if main else {}) | stored.values(corrected)
    asked = {item['id'] for item in request.items if item['kind'] == 'field'}
    everything = {d.id for d in spec.documents}
    problems |= {k: p for k, p in validation.check(spec, merged, everything).items() if stored.question(k) in asked}
    if problems:
        raise Invalid(problems)


async def _put_in_place(
    db: AsyncSession, actor: Actor, one: Dossier, request: SupplementRequest, spec: ProcedureSpec
) -> None:
    """Corrected answers become the main ones, what stood before is kept as history; replaced papers are marked."""
    main = await sheet(db, one.id, Edition.MAIN)
    buffer = await _buffer(db, one.id, request.number)
    if main is not None and buffer.answers:
        db.add(
            AnswerSheet(
                dossier_id=one.id,
                edition=Edition.HISTORY,
                number=request.number,
                answers=dict(main.answers),
                saved_at=main.saved_at,
                saved_by_id=main.saved_by_id,
            )
        )
        corrected = dict(buffer.answers)
        main.answers = dict(main.answers) | corrected
        main.saved_at, main.saved_by_id = now(), actor.account_id
    asked = [item['id'] for item in request.items if item['kind'] == 'document']
    older = update(Attachment).where(
        Attachment.dossier_id == one.id, Attachment.document_id.in_(asked), Attachment.state.in_(PRESENT)
    )
    await db.execute(
        older.where((Attachment.supplement_id.is_(None)) | (Attachment.supplement_id != request.id)).values(
            state=AttachmentState.SUPERSEDED
        )
    )
    await db.flush()


async def withdraw(actor: Actor, dossier_id: str, seen_version: int, *, reason: str | None = None) -> Done:
    """Withdraw before a decision exists."""
    return await act(actor, dossier_id, Action.WITHDRAW, seen_version, note=reason)


async def confirm_draft(actor: Actor, dossier_id: str, seen_version: int) -> Done:
    """Agree with the draft of the result."""
    return await act(actor, dossier_id, Action.CONFIRM_DRAFT, seen_version)


async def object_to_draft(actor: Actor, dossier_id: str, seen_version: int, what: str) -> Done:
    """Say what is wrong in the draft of the result."""
    return await act(actor, dossier_id, Action.OBJECT_DRAFT, seen_version, note=what)
