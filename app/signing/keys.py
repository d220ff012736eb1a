"""Keys and certificates of signers: one's own, and the seals of units. The PIN is never kept; without it nobody signs."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.access import Actor, Permission
from app.accounts.proving import require_proof
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import NotAllowed, NotFound
from app.signing import answers, certificates, opening, revocation, trust
from app.signing.opening import wrong
from app.text import fold
from app.units.queries import tree
from models import Account, SigningKey, Unit
from models.enums import Authentication

SIGN, SEAL, OWN = Permission.RESULT_SIGN, Permission.RESULT_SEAL, Permission.PAPER_SIGN
MANAGE = Permission.SEAL_MANAGE


@dataclass(frozen=True)
class Key:
    """A certificate that is registered here."""

    id: str
    signer: str
    organisation: str
    title: str
    issuer: str
    fingerprint: str
    valid_from: datetime
    valid_to: datetime
    added_at: datetime
    is_kept: bool
    """The key itself is kept here; else it is in a token or a telephone."""
    is_valid: bool
    """Today lies within its dates."""
    has_picture: bool
    """A signature with it shows a picture on the page."""
    is_unattended: bool = False
    """A seal that the service may set by itself."""


@dataclass(frozen=True)
class UnitSeal:
    """A unit, and its seal where it has one."""

    unit_id: str
    unit_name: str
    key: Key | None


async def own(actor: Actor) -> tuple[Key, ...]:
    """Return the signer's own certificates. Raises NotAllowed: nobody who signs."""
    _refuse_others(actor, OWN)
    async with read() as db:
        return tuple(as_key(row) for row in await live(db, col(SigningKey.account_id) == actor.account_id))


async def add_own(actor: Actor, content: bytes, pin: str, *, keep_picture: bool = False) -> Key:
    """Keep one's own key: a PKCS#12 file under the PIN that opens it. An earlier kept one is ended.

    ``keep_picture``: the new key shows what that one showed on a page; else its picture goes with it.

    Raises:
        NotAllowed: nobody who signs.  ProofNeeded.  Invalid: by question; another person's certificate, one that is not
        valid, or of an authority that is not believed here.
    """
    _refuse_others(actor, OWN)
    require_proof(actor)
    found = await opening.taken(content, pin)
    await _refuse_unbelieved(found.certificate, found.others)
    return await _keep_own(actor, found.certificate, found.wrapped, keep_picture=keep_picture is True)


async def add_certificate(actor: Actor, content: bytes) -> Key:
    """Register the certificate of a key that stays in one's token or telephone. Raises as ``add_own``."""
    _refuse_others(actor, OWN)
    require_proof(actor)
    try:
        certificate = certificates.read_one(content[: opening.LARGEST])
    except (ValueError, TypeError):
        raise wrong('file', 'no_certificate') from None
    await _refuse_unbelieved(certificate, ())
    return await _keep_own(actor, certificate, None)


async def _keep_own(
    actor: Actor, certificate: x509.Certificate, wrapped: bytes | None, *, keep_picture: bool = False
) -> Key:
    async with write() as db:
        account = await db.get_one(Account, actor.account_id)
        if fold(certificates.named(certificate)['signer']) != fold(account.full_name):
            raise wrong(
                'file', 'other_person', name=certificates.named(certificate)['signer'], account=account.full_name
            )
        rows = await live(db, col(SigningKey.account_id) == account.id)
        print_ = certificate.sha256.hex()
        ended = [row for row in rows if row.fingerprint == print_ or (wrapped and row.pkcs12_sealed)]
        picture = _picture_of(ended) if keep_picture else None
        end(ended)
        row = await keep(db, certificate, wrapped, account_id=account.id, added_by_id=account.id)
        _show(row, picture)
        data = {'certificate': print_, 'kept': bool(wrapped), 'picture': bool(row.picture_sealed)}
        await record(db, actor, 'account', account.id, 'key_added', data=data)
        return as_key(row)


async def remove_own(actor: Actor, key_id: str) -> None:
    """End one's own certificate; a kept key is destroyed. Raises NotAllowed, NotFound."""
    _refuse_others(actor, OWN)
    async with write() as db:
        row = await db.get(SigningKey, key_id) if isinstance(key_id, str) else None
        if row is None or row.removed_at is not None or row.account_id != actor.account_id:
            raise NotFound()
        end([row])
        await record(db, actor, 'account', row.account_id or '', 'key_removed', data={'certificate': row.fingerprint})


async def seals(actor: Actor) -> tuple[UnitSeal, ...]:
    """Return the units whose seals this actor manages, with what they have. Raises NotAllowed."""
    _refuse_others(actor, MANAGE)
    async with read() as db:
        units = await tree(db)
        rows = {row.unit_id: as_key(row) for row in await live(db, col(SigningKey.unit_id).is_not(None))}
        names = [(one.id, one.name) for one in units.units.values() if one.id in actor.units(MANAGE)]
    return tuple(UnitSeal(key, name, rows.get(key)) for key, name in names)


async def add_seal(actor: Actor, unit_id: str, content: bytes, pin: str, *, keep_picture: bool = False) -> Key:
    """Keep the key of a unit's seal under a PIN that its clerk knows. An earlier one is ended. As ``add_own``."""
    _refuse_others(actor, MANAGE)
    require_proof(actor)
    if unit_id not in actor.units(MANAGE):
        raise NotFound()
    found = await opening.taken(content, pin)
    await _refuse_unbelieved(found.certificate, found.others)
    async with write() as db:
        unit = await db.get(Unit, unit_id)
        if unit is None:
            raise NotFound()
        said = certificates.named(found.certificate)
        if fold(unit.name) not in {fold(said['signer']), fold(said['organisation'])}:
            raise wrong('file', 'other_unit', name=said['signer'], unit=unit.name)
        ended = await live(db, col(SigningKey.unit_id) == unit_id)
        picture = _picture_of(ended) if keep_picture is True else None
        end(ended)
        row = await keep(db, found.certificate, found.wrapped, unit_id=unit_id, added_by_id=actor.account_id)
        _show(row, picture)
        data = {'certificate': row.fingerprint}
        await record(db, actor, 'unit', unit_id, 'seal_added', unit_id=unit_id, data=data)
        return as_key(row)


async def remove_seal(actor: Actor, unit_id: str) -> None:
    """End a unit's seal; its key is destroyed. Raises NotAllowed, NotFound, ProofNeeded."""
    _refuse_others(actor, MANAGE)
    require_proof(actor)
    async with write() as db:
        rows = await live(db, col(SigningKey.unit_id) == unit_id) if unit_id in actor.units(MANAGE) else []
        if not rows:
            raise NotFound()
        end(rows)
        data = {'certificate': rows[0].fingerprint}
        await record(db, actor, 'unit', unit_id, 'seal_removed', unit_id=unit_id, data=data)


def _refuse_others(actor: Actor, permission: Permission) -> None:
    """A program signs nothing and handles no key, whatever its owner may."""
    if not actor.may(permission) or actor.authentication is Authentication.TOKEN:
        raise NotAllowed()


def require_manager(actor: Actor, unit_id: str) -> None:
    """Let only who manages a unit's seal pass. Raises NotAllowed, NotFound."""
    _refuse_others(actor, MANAGE)
    if unit_id not in actor.units(MANAGE):
        raise NotFound()


def _picture_of(rows: list[SigningKey]) -> bytes | None:
    """Return the picture of the newest of some keys that has one."""
    from app.signing import pictures  # which needs to know whose key it is

    return next((found.content for row in rows if (found := pictures.of_key(row))), None)


def _show(row: SigningKey, picture: bytes | None) -> None:
    """Let a key show a picture that another one showed."""
    from app.signing import pictures

    if picture and row.pkcs12_sealed:
        row.picture_sealed = pictures.seal_picture(row, picture)


async def _refuse_unbelieved(certificate: x509.Certificate, others: tuple[x509.Certificate, ...]) -> None:
    if not certificate.not_valid_before <= now() < certificate.not_valid_after:
        raise wrong('file', 'not_valid_today')
    roots, _ = await trust.roots()
    if not await certificates.is_believed(certificate, others, roots, now()):
        raise wrong('file', 'not_believed', issuer=certificates.named(certificate)['issuer'])
    lists = await revocation.lists_of(certificates.places_of_lists(certificate))
    if certificates.is_listed(certificate, lists, [*others, *certificates.read_pem(roots)]):
        raise wrong('file', 'revoked', name=certificates.named(certificate)['signer'])
    above = [one for one in (*others, *certificates.read_pem(roots)) if one.subject == certificate.issuer]
    said = await answers.answers_to([ask for issuer in above for ask in certificates.asks_of(certificate, issuer)])
    if said and await certificates.is_revoked(certificate, others, roots, said):
        raise wrong('file', 'revoked', name=certificates.named(certificate)['signer'])


def end(rows: list[SigningKey]) -> None:
    """End certificates; a key that was kept is destroyed."""
    for row in rows:
        row.removed_at, row.pkcs12_sealed, row.picture_sealed, row.pin_sealed = now(), None, None, None


async def keep(db: AsyncSession, certificate: x509.Certificate, wrapped: bytes | None, **whose: Any) -> SigningKey:
    """Write the row of a certificate, with its key sealed for this row alone."""
    row = SigningKey(
        certificate=base64.b64encode(certificate.dump()).decode(),
        fingerprint=certificate.sha256.hex(),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        added_at=now(),
        **whose,
    )
    if wrapped:
        row.pkcs12_sealed = crypto.seal(base64.b64encode(wrapped).decode(), place_of(row))
    db.add(row)
    await db.flush()
    return row


def place_of(row: SigningKey) -> str:
    """Return where the sealed key belongs."""
    return f'signing_key.pkcs12:{row.id}'


async def seal_row(db: AsyncSession, unit_id: str) -> SigningKey | None:
    """Return the seal of a unit itself."""
    rows = await live(db, col(SigningKey.unit_id) == unit_id)
    return rows[0] if rows else None


async def live(db: AsyncSession, whose: ColumnElement[bool]) -> list[SigningKey]:
    """Return the certificates that were not ended, the newest first."""
    query = select(SigningKey).where(whose, col(SigningKey.removed_at).is_(None))
    return list((await db.execute(query.order_by(col(SigningKey.added_at).desc()))).scalars())


def as_key(row: SigningKey) -> Key:
    """Return a row as screens show it."""
    said = certificates.named(certificate_of(row))
    return Key(
        row.id, said['signer'], said['organisation'], said['title'], said['issuer'], row.fingerprint, row.valid_from,
        row.valid_to, row.added_at, row.pkcs12_sealed is not None, row.valid_from <= now() < row.valid_to,
        row.picture_sealed is not None, row.pin_sealed is not None,
    )  # fmt: skip


def certificate_of(row: SigningKey) -> x509.Certificate:
    """Return the certificate of a row."""
    return x509.Certificate.load(base64.b64decode(row.certificate))
