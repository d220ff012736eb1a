"""A leader takes a result back, or has a corrected one issued in its place. Each act asks once more who is there."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import live, storage
from app.access import Actor, Permission
from app.accounts.proving import require_proof
from app.audit.record import record
from app.db import after_commit, read, write
from app.dossiers import intake
from app.dossiers.commands import Done, act
from app.dossiers.files import File, as_file
from app.dossiers.loading import load_on_desk
from app.errors import Invalid, NotAllowed, Problem, Stale, WrongState
from app.papers import Paper, refuse_hidden
from app.procedures.queries import spec_of
from app.signing import results as signing
from app.signing import rules, unlocking
from app.signing.reading import Signature, from_json
from app.signing.rules import Printed
from app.signing.signing import Signer
from app.verification import results
from app.verification.anothers import marks_of, refuse_anothers
from app.verification.copies import inspected, number_of
from app.verification.issuing import number_for
from app.workflow.transitions import Action
from models import Attachment, Dossier, Event, EventText, Unit
from models.enums import PRESENT, AttachmentKind, AttachmentState, Authentication

REASONS = ('wrong_content', 'wrong_form', 'false_papers', 'by_decision', 'other')
"""Classes of reasons, which the public page names. No act lists them: mark C."""


async def revoke_result(actor: Actor, dossier_id: str, seen_version: int, *, reason: str, note: str) -> Done:
    """Take back the result that stands. The applicant reads ``note``; the public page says the class of the reason.

    Raises:
        NotAllowed: not a leader of the unit that decided.  ProofNeeded: not proved lately who it is.
        Invalid: no class of reason, or no words.  WrongState: no result stands.
    """
    await _may(actor, dossier_id)
    _check(reason, note)
    return await act(actor, dossier_id, Action.REVOKE_RESULT, seen_version, note=note, data={'reason': reason})


async def reissue_result(
    actor: Actor,
    dossier_id: str,
    seen_version: int,
    *,
    reason: str,
    note: str,
    number: str = '',
    pin: str = '',
    seal_pin: str = '',
    file: str | None = None,
) -> Done:
    """Issue the corrected file in place of the result before, whether that was revoked first or still stands.

    ``pin`` signs it with the leader's own kept key, ``seal_pin`` then sets the unit's seal; without them it is issued as it
    was attached. ``file``: the one that was read; left out, the newest.

    Raises:
        WrongState: no corrected file is attached, or where results must be signed the leader's signature, or the seal that
        the unit has, is missing.
        Stale: another one was attached since.  As ``revoke_result``.
    """
    unit_id = await _may(actor, dossier_id)
    _check(reason, note)
    number_for(number_of(number), await number_of_correction(actor, dossier_id))  # before anything is signed
    file = await _as_signed(dossier_id, file)
    for signer in await _signers(actor, unit_id, pin, seal_pin):
        file = await _sign(actor, dossier_id, signer, file)
    data = await inspected(actor, dossier_id, AttachmentKind.CORRECTION)
    if not data:
        raise WrongState('verification.correction_missing')
    if file is not None and data['file'] != file:
        raise Stale()
    if rules.is_required():
        await _refuse_unsigned(actor, unit_id, [from_json(one) for one in data['signatures']])
    data |= {'reason': reason, 'number': number_of(number)}
    return await act(actor, dossier_id, Action.REISSUE_RESULT, seen_version, note=note, data=data)


async def number_of_correction(actor: Actor, dossier_id: str) -> str:
    """Return the number that stands on the correction that waits, where it was drawn up here with one.

    Raises:
        NotFound, NotAllowed, WrongState: as ``correctable``.
    """
    async with read() as db:
        await correctable(db, actor, dossier_id)
        waits = await _waiting(db, dossier_id)
        return (await rules.printed_on(db, dossier_id, AttachmentKind.CORRECTION)).number if waits else ''


async def _signers(actor: Actor, unit_id: str, pin: object, seal_pin: object) -> list[Signer]:
    """Open the keys whose PIN was given, all of them before anything is signed. Raises Invalid: at the PIN that is wrong."""
    signers = []
    if isinstance(pin, str) and pin.strip():
        signers.append(await unlocking.own(actor, pin))
    if isinstance(seal_pin, str) and seal_pin.strip():
        try:
            signers.append(await unlocking.seal(actor, unit_id, seal_pin))
        except Invalid as error:
            raise Invalid({'seal_pin': next(iter(error.problems.values()))}, error.key) from None
    return signers


async def _refuse_unsigned(actor: Actor, unit_id: str, found: Sequence[Signature]) -> None:
    """Refuse what the leader who acts has not signed, anybody else's signature is none of theirs, or lacks the unit's seal.

    Raises WrongState.
    """
    async with read() as db:
        own = await rules.certificates_of(db, actor.account_id)
        seal = await unlocking.seal_of(db, unit_id)
    holding = {one.fingerprint for one in found if one.holds}
    if not holding & own:
        raise WrongState('verification.correction_unsigned')
    if seal is not None and seal.fingerprint not in holding:
        raise WrongState('signing.seal_needed')


async def add_correction(
    actor: Actor, dossier_id: str, name: str, content: bytes, *, printed: Printed | None = None
) -> File:
    """Keep the corrected result; nothing changes for anybody before it is issued. An earlier one is superseded.

    ``printed``: number and day that stand on it, where it was drawn up here.

    Raises:
        NotAllowed, WrongState: not a leader of the unit that decided, nothing was issued, or another dossier's paper.
        Invalid: the file.
    """
    async with read() as db:
        dossier = await correctable(db, actor, dossier_id)
    paper, state = await intake.taken(actor, content, name, dossier=dossier)
    refuse_hidden(paper)
    marks = await marks_of(paper)
    async with read() as db:
        await refuse_anothers(db, dossier, marks)
    return await _keep(actor, dossier_id, paper, printed or Printed(), state=state)


async def _keep(
    actor: Actor, dossier_id: str, paper: Paper, printed: Printed, *, signed: Attachment | None = None, **more: Any
) -> File:
    """Put a corrected result in the place of an earlier one that was not issued. ``signed``: that one, with a signature."""
    async with storage.kept(paper.content) as kept, write() as db:
        dossier = await correctable(db, actor, dossier_id)
        for old in await _waiting(db, dossier_id):
            old.state = AttachmentState.SUPERSEDED
        one = intake.row(actor, paper, kept, dossier_id=dossier_id, kind=AttachmentKind.CORRECTION, **more)
        db.add(one)
        told = {'file': one.id, 'sha256': one.stored_sha256, **printed.told()}
        told |= {'signed': signed.id, 'from': signed.stored_sha256} if signed else {}
        unit = dossier.resolving_unit_id
        await record(
            db, actor, 'dossier', dossier_id, 'attach_correction', dossier_id=dossier_id, unit_id=unit, data=told
        )
        after_commit(db, partial(live.signal, f'dossier:{dossier_id}'))
    return as_file(one)


async def _waiting(db: AsyncSession, dossier_id: str) -> Sequence[Attachment]:
    """Return the corrected results that are not issued; the newest last."""
    query = select(Attachment).where(
        Attachment.dossier_id == dossier_id,
        Attachment.kind == AttachmentKind.CORRECTION,
        Attachment.state.in_(PRESENT),
    )
    return (await db.execute(query.order_by(Attachment.uploaded_at))).scalars().all()


async def _sign(actor: Actor, dossier_id: str, signer: Signer, file: str | None) -> str:
    """Sign the corrected result that waits, and was read; return the file. Until it is issued nothing hangs on it."""
    async with read() as db:
        dossier = await correctable(db, actor, dossier_id)
        waiting = await _waiting(db, dossier_id)
        spec = await spec_of(db, dossier.version_id)
        unit = await db.get_one(Unit, dossier.resolving_unit_id)
        printed = await rules.printed_on(db, dossier_id, AttachmentKind.CORRECTION)
    if not waiting or waiting[-1].state is not AttachmentState.STORED:
        raise WrongState('verification.correction_missing')
    if file is not None and waiting[-1].id != file:
        raise Stale()
    if signing.carries(waiting[-1], signer.holder.fingerprint):
        return waiting[-1].id
    paper, keep = await signing.signed_copy(spec, waiting[-1], unit.name, signer)
    more: dict[str, Any] = {'state': AttachmentState.STORED, 'signatures': keep}
    return (await _keep(actor, dossier_id, paper, printed, signed=waiting[-1], **more)).id


async def _as_signed(dossier_id: str, file: str | None) -> str | None:
    """Return what a file that was read is by now: it may have been signed for an act that was then refused."""
    texts = select(EventText.data).join(Event, col(Event.id) == EventText.event_id)
    mine = texts.where(Event.dossier_id == dossier_id, Event.action == rules.ATTACHED[AttachmentKind.CORRECTION])
    async with read() as db:
        for told in (await db.execute(mine.order_by(col(Event.sequence)))).scalars():
            file = told['file'] if file is not None and told.get('signed') == file else file
    return file


async def correctable(db: AsyncSession, actor: Actor, dossier_id: str) -> Dossier:
    """Return a dossier whose issued result this leader may correct.

    Raises:
        NotFound: not on their desk.  NotAllowed: not a leader of the unit that decided.  WrongState: nothing was issued.
    """
    dossier = await load_on_desk(db, actor, dossier_id)
    if not actor.may(Permission.DOSSIER_REVOKE, dossier.resolving_unit_id):
        raise NotAllowed()
    if not await results.issued(db, dossier_id):
        raise WrongState('verification.nothing_stands')
    return dossier


async def _may(actor: Actor, dossier_id: str) -> str:
    """Let only a leader of the unit that decided pass, who has shown lately who they are; of a program, its scope tells.

    Returns that unit.
    """
    async with read() as db:
        unit_id = (await correctable(db, actor, dossier_id)).resolving_unit_id
    if actor.authentication is not Authentication.TOKEN:  # a token with this scope is made by somebody who proved it
        require_proof(actor)
    return unit_id


def _check(reason: object, note: object) -> None:
    """Refuse what would be refused after the correction was signed. Raises Invalid."""
    problems = {} if reason in REASONS else {'reason': Problem('dossier.choose_reason')}
    if not isinstance(note, str) or not note.strip():
        problems['note'] = Problem('workflow.note_needed')
    if problems:
        raise Invalid(problems, next(iter(problems.values())).key)
