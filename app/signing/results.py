"""Signing the result with the act that it belongs to: the leader's approval, the clerk's seal. All of it happens, or nothing.

The signature is made before the transaction; the transaction checks that what was signed is still the result.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from app import papers, storage
from app.access import Actor
from app.clock import now
from app.db import read, write
from app.dossiers import commands, intake
from app.dossiers.commands import Done
from app.dossiers.loading import load_for, load_on_desk
from app.errors import Invalid, NotAllowed, Stale, WrongState
from app.i18n import words
from app.papers import Paper
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from app.signing import keys, rules, unlocking
from app.signing.kept import PDF, kept
from app.signing.keys import Key
from app.signing.making import made
from app.signing.opening import wrong
from app.signing.signing import Purpose, Signer
from app.verification.copies import inspected, number_of
from app.workflow.apply import apply_transition, available_actions
from app.workflow.transitions import Action
from models import Attachment, Dossier, Unit
from models.enums import AttachmentKind, AttachmentState

SIGNABLE = frozenset({PDF, 'image/jpeg', 'image/png'})
"""A picture becomes a PDF first."""


@dataclass(frozen=True)
class Offer:
    """What can be signed with at the open step, for the dialog that asks."""

    file: str | None
    """Name of the result; None: there is none."""
    can_be_signed: bool
    """It is a PDF, or a picture that becomes one."""
    is_signed: bool
    """The signature, or the seal, is on it."""
    key: Key | None
    """One's own kept key, or the unit's seal."""
    is_required: bool
    number: str = ''
    """The one that stands on the result already."""

    @property
    def signs(self) -> bool:
        """A PIN is all that is missing."""
        return self.key is not None and self.can_be_signed and not self.is_signed


async def offer(actor: Actor, dossier_id: str, action: Action) -> Offer:
    """Return what can be signed with when a result is approved, or issued. Raises NotAllowed, NotFound."""
    async with read() as db:
        dossier = await load_on_desk(db, actor, dossier_id)
        unit = dossier.resolving_unit_id
        may = actor.may(keys.SIGN, unit) if action is Action.APPROVE else actor.may(keys.SEAL, unit)
        row, found = await rules.present(db, dossier_id), None
        if may:
            is_own = action is Action.APPROVE
            found = await (unlocking.own_key(db, actor) if is_own else unlocking.seal_of(db, unit))
        key = keys.as_key(found) if found else None
        printed = await rules.printed_on(db, dossier_id)
    return Offer(
        file=row.name if row else None,
        can_be_signed=row is not None and row.media_type in SIGNABLE,
        is_signed=bool(row and key and carries(row, key.fingerprint)),
        key=key,
        is_required=rules.is_required(),
        number=printed.number,
    )


def carries(row: Attachment, fingerprint: str) -> bool:
    """Tell whether a file has somebody's signature that holds."""
    return any(one.holds and one.fingerprint == fingerprint for one in kept(row))


async def approve_as(
    actor: Actor, dossier_id: str, seen_version: int, *, how: object = 'paper', pin: str = '', note: str | None = None
) -> Done:
    """Approve, and say how it was signed: ``key`` with the kept key, ``brought`` elsewhere, ``paper`` by hand.

    Raises:
        As ``approve`` and ``commands.approve``.  WrongState: said to be brought, and it is not there.
        ProofNeeded: it came signed (``rules.signature_given``).
    """
    if how == 'key':
        return await approve(actor, dossier_id, seen_version, pin=pin, note=note)
    data = {'how': _known(how)}
    return await commands.act(actor, dossier_id, Action.APPROVE, seen_version, note=note, data=data)


async def finish_as(
    actor: Actor, dossier_id: str, seen_version: int, *, how: object = 'paper', pin: str = '', number: str = ''
) -> Done:
    """Issue, and say how it was sealed. As ``approve_as``."""
    if how == 'key':
        return await finish(actor, dossier_id, seen_version, pin=pin, number=number)
    data = {
        **await inspected(actor, dossier_id, AttachmentKind.RESULT),
        'number': number_of(number),
        'how': _known(how),
    }
    return await commands.act(actor, dossier_id, Action.FINISH, seen_version, data=data)


def _known(how: object) -> str:
    if how not in ('brought', 'paper'):
        raise wrong('how', 'how_needed')
    return str(how)


async def approve(actor: Actor, dossier_id: str, seen_version: int, *, pin: str, note: str | None = None) -> Done:
    """Sign the result with one's own key and approve.

    Raises:
        Invalid: wrong PIN.  NotFound: no key.  WrongState: there is no result that can be signed.  And as ``commands.approve``.
    """
    await _may_now(actor, dossier_id, seen_version, Action.APPROVE)
    return await approve_with(actor, dossier_id, seen_version, await unlocking.own(actor, pin), note=note)


async def approve_with(
    actor: Actor, dossier_id: str, seen_version: int, signer: Signer, *, note: str | None = None
) -> Done:
    """Sign with a key that is open, one of several, and approve. Where nothing can be signed, raises WrongState."""
    if signer.holder.account_id is None or signer.holder.account_id != actor.account_id:
        raise NotAllowed()
    return await _signed(actor, dossier_id, seen_version, Action.APPROVE, signer, note, {})


async def finish(actor: Actor, dossier_id: str, seen_version: int, *, pin: str, number: str = '') -> Done:
    """Put the unit's seal on the result and issue it under its ``number``. Raises as ``approve``."""
    dossier = await _may_now(actor, dossier_id, seen_version, Action.FINISH)
    signer = await unlocking.seal(actor, dossier.resolving_unit_id, pin)
    return await seal_with(actor, dossier_id, seen_version, signer, number=number)


async def seal_with(actor: Actor, dossier_id: str, seen_version: int, signer: Signer, *, number: str = '') -> Done:
    """Put a seal that is open on the result and issue it. Raises as ``finish``."""
    dossier = await _may_now(actor, dossier_id, seen_version, Action.FINISH)
    if signer.holder.unit_id is None or not actor.may(keys.SEAL, dossier.resolving_unit_id):
        raise NotAllowed()
    data = {'number': number_of(number)}
    return await _signed(actor, dossier_id, seen_version, Action.FINISH, signer, None, data)


async def _may_now(actor: Actor, dossier_id: str, seen_version: int, action: Action) -> Dossier:
    """Refuse before any key is opened what would be refused afterwards."""
    async with read() as db:
        dossier = await load_for(db, actor, dossier_id)
        if dossier.version != seen_version:
            raise Stale()
        if action not in await available_actions(db, actor, dossier, await spec_of(db, dossier.version_id)):
            raise WrongState()
    return dossier


@dataclass(frozen=True)
class _Begun:
    """What is to be signed, as it was when it was read."""

    spec: ProcedureSpec
    row: Attachment
    unit: str


async def _signed(
    actor: Actor,
    dossier_id: str,
    seen_version: int,
    action: Action,
    signer: Signer,
    note: str | None,
    data: dict[str, Any],
) -> Done:
    dossier = await _may_now(actor, dossier_id, seen_version, action)
    async with read() as db:
        row = await rules.present(db, dossier_id)
        unit = await db.get_one(Unit, dossier.resolving_unit_id)
        spec = await spec_of(db, dossier.version_id)
    if row is None:
        raise WrongState('signing.no_result')
    if carries(row, signer.holder.fingerprint):
        if action is Action.FINISH:
            return await commands.finish(actor, dossier_id, seen_version, number=data['number'])
        return await commands.act(actor, dossier_id, action, seen_version, note=note, data={'proved': True})
    begun = _Begun(spec, row, unit.name)
    paper, keep = await _made(begun, action, signer)
    async with storage.kept(paper.content) as stored, write() as db:
        dossier = await load_for(db, actor, dossier_id, lock=True)
        new = await swap(db, actor, begun.row, intake.row(actor, paper, stored, signatures=keep))
        told = {'how': 'key', **told_of(begun.row, new, keep['found'][-1])}
        more = {**data, 'signature': told, 'file': new.id, 'signatures': keep['found']}
        await apply_transition(db, actor, dossier, spec, action, seen_version=seen_version, note=note, data=more)
        return Done(dossier.id, dossier.version, int(dossier.status), dossier.official_code)


async def _made(begun: _Begun, action: Action, signer: Signer) -> tuple[Paper, dict[str, Any]]:
    """Return the signed paper and what its signatures are worth; one that would not hold is not given out."""
    content, name = await _pdf(begun.row)
    reason = words('vi')('signing.reason_seal' if action is Action.FINISH else 'signing.reason_approve')
    signed, keep = await made(content, signer, Purpose(reason, begun.unit, now()), kept(begun.row))
    pages = begun.row.pages if begun.row.media_type == PDF else 1
    return Paper(name, PDF, signed, pages, hashlib.sha256(signed).hexdigest()), keep


async def signed_copy(spec: ProcedureSpec, row: Attachment, unit: str, signer: Signer) -> tuple[Paper, dict[str, Any]]:
    """Return a corrected result as its leader signs or seals it, and what its signatures are worth.

    Raises WrongState: it cannot be signed.
    """
    action = Action.FINISH if signer.holder.unit_id else Action.APPROVE
    return await _made(_Begun(spec, row, unit), action, signer)


async def _pdf(row: Attachment) -> tuple[bytes, str]:
    """Return the result as a PDF, and its name. Raises WrongState: it is no such thing."""
    if row.media_type not in SIGNABLE:
        raise WrongState('signing.not_pdf', name=row.name)
    content = await bytes_of(row)
    if row.media_type == PDF:
        return content, row.name
    try:
        bound = await papers.bind([(content, row.media_type)], [(0, 1)], row.name.rpartition('.')[0])
    except Invalid as error:
        raise WrongState('signing.cannot_sign_file') from error
    return bound.content, bound.name


async def bytes_of(row: Attachment) -> bytes:
    """Return the bytes of a file, exactly those that its row says. Raises WrongState: they are others."""
    content = await storage.get(row.storage_key, row.key_id)
    if hashlib.sha256(content).hexdigest() != row.stored_sha256:
        raise WrongState('signing.altered')
    return content


async def swap(db: Any, actor: Actor, before: Attachment, after: Attachment) -> Attachment:
    """Put the signed file in the place of the one that was signed, which is kept. Raises Stale: it was another one by now."""
    there = await rules.present(db, before.dossier_id or '')
    if there is None or (there.id, there.stored_sha256) != (before.id, before.stored_sha256):
        raise Stale()
    there.state = AttachmentState.SUPERSEDED
    after.dossier_id, after.kind, after.state = before.dossier_id, before.kind, AttachmentState.STORED
    db.add(after)
    await db.flush()
    return after


def told_of(before: Attachment, after: Attachment, one: dict[str, Any]) -> dict[str, Any]:
    """Return what the event says: which bytes became which, by whose certificate."""
    return {
        'by': one['signer'], 'certificate': one['fingerprint'], 'stamped': one['timestamped'],
        'file': after.id, 'from': before.stored_sha256, 'sha256': after.stored_sha256,
    }  # fmt: skip
