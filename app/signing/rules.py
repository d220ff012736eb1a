"""What the workflow asks of signatures: every approval and issue says how it was signed; an approved result is not replaced."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.proving import require_proof
from app.errors import WrongState
from app.signing import trust
from app.signing.kept import kept
from app.signing.reading import Signature
from app.units.routing import above
from app.workflow.move import Move
from app.workflow.transitions import Action
from models import Attachment, Event, EventText, SigningKey, StepRun
from models.enums import AttachmentKind, AttachmentState, Authentication

ATTACHED = {AttachmentKind.RESULT: 'attach_result', AttachmentKind.CORRECTION: 'attach_correction'}
"""The acts of attaching a result, and a correction."""
BROUGHT = 'attach_signed'
"""The act of bringing a result back that was signed elsewhere."""
PAPER = {'how': 'paper'}
"""Signed by hand, as before."""


async def present(db: AsyncSession, dossier_id: str, kind: AttachmentKind = AttachmentKind.RESULT) -> Attachment | None:
    """Return the result as it stands."""
    query = select(Attachment).where(
        Attachment.dossier_id == dossier_id, Attachment.kind == kind, Attachment.state == AttachmentState.STORED
    )
    return (await db.execute(query.order_by(col(Attachment.uploaded_at).desc()).limit(1))).scalar_one_or_none()


@dataclass(frozen=True)
class Printed:
    """Number and day that stand on a result which was drawn up here, as far as the register had them by then."""

    number: str = ''
    day: date | None = None

    def told(self) -> dict[str, str]:
        """Return what the event of attaching says of them."""
        told = {'number': self.number, 'day': self.day.isoformat() if self.day else ''}
        return {name: text for name, text in told.items() if text}


async def printed_on(db: AsyncSession, dossier_id: str, kind: AttachmentKind = AttachmentKind.RESULT) -> Printed:
    """Return what stands on the result, or the correction, that was attached last; nothing on what came as a file."""
    attached = select(EventText.data).join(Event, col(Event.id) == EventText.event_id)
    mine = attached.where(Event.dossier_id == dossier_id, Event.action == ATTACHED[kind])
    told = (await db.execute(mine.order_by(col(Event.sequence).desc()).limit(1))).scalar_one_or_none() or {}
    return Printed(told.get('number') or '', date.fromisoformat(told['day']) if told.get('day') else None)


async def signature_given(move: Move) -> None:
    """The record says how the result was signed. Where the installation requires it, nothing goes on unsigned.

    Raises:
        WrongState: the leader's signature, or the seal that the unit has, is missing.  ProofNeeded: the leader's signature
        was on the file when it was attached, and nothing shows that it is they who approve.
    """
    given, row = move.data.get('signature'), await present(move.db, move.dossier.id)
    is_seal = move.line.action is Action.FINISH
    known = await _seals(move) if is_seal else await certificates_of(move.db, move.actor.account_id)
    if not given and row is not None:
        given = next(
            (_brought(one, row) for one in reversed(kept(row)) if one.holds and one.fingerprint in known), None
        )
        if given and not is_seal:
            await _refuse_unproved(move, row, given['certificate'])
    if not given and is_required() and (known or not is_seal):
        raise WrongState('signing.seal_needed' if is_seal else 'signing.signature_needed')
    if not given and move.data.get('how') == 'brought':
        raise WrongState('signing.nothing_brought')
    if given or row is not None:
        move.told['signature'] = given or PAPER


async def _refuse_unproved(move: Move, row: Attachment, certificate: str) -> None:
    """What was signed for this act shows who acts: by its PIN, or brought by the signer. What came signed shows nothing.

    Nor does a signature that another leader brought on top of it.
    A program's token was made by somebody who had shown it.  Raises ProofNeeded.
    """
    if move.data.get('proved') or move.actor.authentication is Authentication.TOKEN:
        return
    brought = select(EventText.data).join(Event, col(Event.id) == EventText.event_id)
    mine = brought.where(Event.dossier_id == move.dossier.id, Event.action == BROUGHT)
    told = [one.get('signature', {}) for one in (await move.db.execute(mine)).scalars()]
    if not any((one.get('file'), one.get('certificate')) == (row.id, certificate) for one in told):
        require_proof(move.actor)


def _brought(one: Signature, row: Attachment) -> dict[str, Any]:
    """Return what is told of a signature that was made elsewhere and brought before."""
    return {
        'how': 'brought',
        'by': one.signer,
        'certificate': one.fingerprint,
        'file': row.id,
        'sha256': row.stored_sha256,
    }


def is_required() -> bool:
    """Tell whether this installation lets nothing go on unsigned."""
    found = trust.settings()
    return found is not None and found.result_signatures == 'required'


async def certificates_of(db: AsyncSession, account_id: str | None) -> set[str]:
    """Return the certificates of a person, ended ones too: what was signed stays signed."""
    if account_id is None:
        return set()
    query = select(SigningKey.fingerprint).where(SigningKey.account_id == account_id)
    return set((await db.execute(query)).scalars())


async def _seals(move: Move) -> set[str]:
    """Return the certificates of the seals of the unit and those above it."""
    units = await above(move.db, move.dossier.resolving_unit_id)
    live = select(SigningKey.fingerprint).where(
        col(SigningKey.unit_id).in_(units), col(SigningKey.removed_at).is_(None)
    )
    return set((await move.db.execute(live)).scalars())


async def refuse_replacing(db: AsyncSession, dossier_id: str) -> None:
    """A result that was signed and approved is not replaced by another; whoever finds a fault sends it back.

    Raises:
        WrongState: so it is.
    """
    row = await present(db, dossier_id)
    if row is None or not kept(row):
        return
    if await is_approved(db, dossier_id):
        raise WrongState('signing.stands')


async def is_approved(db: AsyncSession, dossier_id: str) -> bool:
    """Tell whether a leader's approval is the last that was decided: nothing was sent back since."""
    ended = select(StepRun.outcome).where(
        StepRun.dossier_id == dossier_id, col(StepRun.ended_at).is_not(None), StepRun.outcome != 'reassigned'
    )
    return (await db.execute(ended.order_by(col(StepRun.number).desc()).limit(1))).scalar_one_or_none() == 'approved'
