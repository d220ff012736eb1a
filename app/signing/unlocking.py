"""Opening a kept key with its PIN, which shows once more who signs. Few wrong PINs are borne; each is written down."""

import base64
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto, limits
from app.access import Actor
from app.accounts.signing_in import DAY, QUARTER
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import NotAllowed, NotFound, WrongState
from app.settings import Settings
from app.signing import keys, opening, trust
from app.signing.keys import Key
from app.signing.opening import WrongPin, wrong
from app.signing.signing import Holder, KeptKey, Signer
from app.units.routing import above
from models import Account, SigningKey, Unit
from models.enums import Authentication

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import SimpleSigner

TRIES, TRIES_A_DAY = 5, 20
"""Wrong PINs in a quarter of an hour, and in a day, for one key."""


async def own(actor: Actor, pin: str) -> Signer:
    """Open one's own key.

    Raises:
        NotAllowed: nobody who signs.  NotFound: no key is kept.  Invalid: wrong PIN.  TooMany.  WrongState: expired.
    """
    if not actor.may(keys.OWN) or actor.authentication is Authentication.TOKEN:
        raise NotAllowed()
    async with read() as db:
        row = await own_key(db, actor)
        account = await db.get_one(Account, actor.account_id)
    if row is None:
        raise NotFound('signing.no_key')
    return await opened(row, pin, account.full_name, actor)


async def seal(actor: Actor, unit_id: str, pin: str) -> Signer:
    """Open the seal of a unit, or of the nearest above it that has one. Raises as ``own``."""
    if not actor.may(keys.SEAL, unit_id) or actor.authentication is Authentication.TOKEN:
        raise NotAllowed()
    async with read() as db:
        row = await seal_of(db, unit_id)
        unit = await db.get_one(Unit, row.unit_id) if row else None
    if row is None or unit is None:
        raise NotFound('signing.no_seal')
    return await opened(row, pin, unit.name, actor)


async def mine(actor: Actor) -> Key | None:
    """Return what is known of the actor's key that is kept here."""
    async with read() as db:
        row = await own_key(db, actor) if actor.may(keys.OWN) else None
    return keys.as_key(row) if row else None


async def own_key(db: AsyncSession, actor: Actor) -> SigningKey | None:
    """Return the actor's key that is kept here."""
    rows = await keys.live(db, col(SigningKey.account_id) == actor.account_id)
    return next((row for row in rows if row.pkcs12_sealed), None)


async def seal_of(db: AsyncSession, unit_id: str) -> SigningKey | None:
    """Return the seal of a unit, or of the nearest one above it."""
    units = await above(db, unit_id)
    rows = {row.unit_id: row for row in reversed(await keys.live(db, col(SigningKey.unit_id).in_(units)))}
    return next((rows[unit] for unit in units if unit in rows), None)


async def opened(row: SigningKey, pin: str, name: str, by: Actor) -> Signer:
    """Open a kept key for whoever may use it. Raises Invalid: wrong PIN, which is written down.  TooMany.  WrongState: expired."""
    if not row.valid_from <= now() < row.valid_to:
        raise WrongState('signing.expired')
    await limits.hit('sign-pin', row.id, times=TRIES, minutes=QUARTER)
    await limits.hit('sign-pin-day', row.id, times=TRIES_A_DAY, minutes=DAY)
    kept = base64.b64decode(crypto.unseal(row.pkcs12_sealed or '', keys.place_of(row)))
    try:
        found = await opening.unlocked(kept, pin)
    except WrongPin:
        async with write() as db:
            whose = ('account', row.account_id) if row.account_id else ('unit', row.unit_id or '')
            await record(db, by, *whose, 'pin_wrong', data={'certificate': row.fingerprint})
        raise wrong('pin', 'pin_wrong') from None
    await limits.clear('sign-pin', row.id)
    await limits.clear('sign-pin-day', row.id)
    return signer_of(row, found, name, trust.settings())


def signer_of(row: SigningKey, found: 'SimpleSigner', name: str, settings: Settings | None) -> Signer:
    """Return what signs with a key that is open."""
    from app.signing import pictures  # which needs to know whose key it is

    holder = Holder(row.id, name, row.fingerprint, row.account_id, row.unit_id)
    return KeptKey(holder, found, settings, pictures.of_key(row))
