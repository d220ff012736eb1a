"""The seal that is set without anybody: on papers that are issued by themselves, where the unit has allowed it.

The PIN is then kept, sealed for its row; see ``docs/decisions/signed-papers.md`` for what that costs.
"""

import base64
from typing import Any

from app import crypto
from app.access import Actor
from app.accounts.proving import require_proof
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.documents.forms import form_of
from app.documents.paper import is_named
from app.errors import AppError, NotFound, WrongState
from app.i18n import words
from app.log import log
from app.signing import keys, opening, trust, unlocking
from app.signing.keys import Key
from app.signing.making import made
from app.signing.opening import WrongPin, wrong
from app.signing.signing import Purpose
from models import Document, Dossier, SigningKey, Unit


async def allow(actor: Actor, unit_id: str, pin: str) -> Key:
    """Let the service set a unit's seal by itself: its PIN is kept from now on.

    Raises:
        NotAllowed, ProofNeeded: nobody who manages seals.  NotFound: the unit has none.  Invalid: the PIN is wrong.  TooMany.
    """
    keys.require_manager(actor, unit_id)
    require_proof(actor)
    async with read() as db:
        row = await keys.seal_row(db, unit_id)
    if row is None:
        raise NotFound('signing.no_seal')
    if not (isinstance(pin, str) and pin):
        raise wrong('pin', 'pin_wrong')
    await unlocking.opened(row, pin, '', actor)
    async with write() as db:
        there = await db.get_one(SigningKey, row.id)
        if there.removed_at is not None:
            raise NotFound('signing.no_seal')
        there.pin_sealed = crypto.seal(pin, _place(there))
        data = {'certificate': there.fingerprint}
        await record(db, actor, 'unit', unit_id, 'seal_unattended', unit_id=unit_id, data=data)
        return keys.as_key(there)


async def end(actor: Actor, unit_id: str) -> None:
    """Forget the PIN: from here on only who knows it seals. Raises NotAllowed, ProofNeeded, NotFound."""
    keys.require_manager(actor, unit_id)
    require_proof(actor)
    async with write() as db:
        row = await keys.seal_row(db, unit_id)
        if row is None or row.pin_sealed is None:
            raise NotFound()
        row.pin_sealed = None
        data = {'certificate': row.fingerprint}
        await record(db, actor, 'unit', unit_id, 'seal_attended', unit_id=unit_id, data=data)


def is_automatic(one: Document) -> bool:
    """Tell whether a paper is sealed as soon as it is drawn: its form says so, or nobody is named on it who could sign."""
    form = form_of(one.form_code, one.template_version)
    return form.sealed == 'at_once' or (form.signer == 'officer' and not is_named(one))


async def sealed(one: Document, pdf: bytes) -> tuple[bytes, dict[str, Any] | None]:
    """Return a paper that was just drawn with the seal, and what its signatures are worth.

    Without a seal that may be set by itself it comes back as it was; a paper is never kept from anybody for want of one.
    """
    if not is_automatic(one):
        return pdf, None
    async with read() as db:
        dossier = await db.get_one(Dossier, one.dossier_id)
        row = await unlocking.seal_of(db, dossier.receiving_unit_id)
        unit = await db.get_one(Unit, row.unit_id) if row else None
    if row is None or unit is None or row.pin_sealed is None:
        return pdf, None
    try:
        return await _sealed(row, unit, one, pdf)
    except (AppError, WrongPin) as error:
        log.warning('a paper was not sealed by itself', extra={'why': type(error).__name__})
        return pdf, None


async def _sealed(row: SigningKey, unit: Unit, one: Document, pdf: bytes) -> tuple[bytes, dict[str, Any]]:
    if not row.valid_from <= now() < row.valid_to:
        raise WrongState('signing.expired')
    kept = base64.b64decode(crypto.unseal(row.pkcs12_sealed or '', keys.place_of(row)))
    opened = await opening.unlocked(kept, crypto.unseal(row.pin_sealed or '', _place(row)))
    signer = unlocking.signer_of(row, opened, unit.name, trust.settings())
    reason = words('vi')('signing.reason_paper_seal')
    return await made(pdf, signer, Purpose(f'{reason}: {one.title}', one.data['unit']['name'], now()))


def _place(row: SigningKey) -> str:
    return f'signing_key.pin:{row.id}'
