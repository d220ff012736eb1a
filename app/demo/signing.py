"""The demonstration's keys: every leader's, every receiving officer's and every agency's, from a made-up authority that is believed there alone."""

import asyncio

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from sqlalchemy import select
from sqlmodel import col

from app.access import SYSTEM
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.demo import marks
from app.demo.authority import Authority, Issued
from app.demo.guard import require_demo
from app.demo.people import DOMAIN
from app.settings import Settings
from app.signing import keys, opening, pictures, trust
from app.signing.opening import Opened
from models import Account, Grant, Setting, SigningKey, Unit
from models.enums import Role

SIGNERS = (Role.LEADER, Role.INTAKE)
"""Who has a key in the demonstration: those who decide, and those who give out receipts."""


async def prepare_keys(settings: Settings) -> None:
    """Make the authority and all keys once; the authority's own key is gone when this returns."""
    require_demo(settings)
    async with read() as db:
        if await db.get(Setting, trust.DEMO_ROOT) is not None:
            return
        signers = select(Account).join(Grant, col(Grant.account_id) == col(Account.id))
        is_theirs = col(Account.email).endswith(f'@{DOMAIN}')
        people = (await db.execute(signers.where(col(Grant.role).in_(SIGNERS), is_theirs).distinct())).scalars().all()
        units = (await db.execute(select(Unit).where(col(Unit.parent_id).is_(None)))).scalars().all()
    authority, agency = await asyncio.to_thread(Authority), units[0].name if units else ''
    persons = {one.id: await _opened(authority.person(one.full_name, agency, one.title or '')) for one in people}
    seals = {unit.id: await _opened(authority.seal(unit.name, unit.code)) for unit in units}
    async with write() as db:
        db.add(Setting(key=trust.DEMO_ROOT, value=authority.pem, changed_at=now()))
        for account_id, key in persons.items():
            row = await keys.keep(db, key.certificate, key.wrapped, account_id=account_id)
            row.picture_sealed = pictures.seal_picture(row, marks.signature(keys.as_key(row).signer))
        for unit_id, key in seals.items():
            row = await keys.keep(db, key.certificate, key.wrapped, unit_id=unit_id)
            row.picture_sealed = pictures.seal_picture(row, marks.seal(keys.as_key(row).signer))


async def _opened(issued: Issued) -> Opened:
    encryption = BestAvailableEncryption(trust.DEMO_PIN.encode())
    content = pkcs12.serialize_key_and_certificates(None, issued.key, issued.certificate, None, encryption)
    return await asyncio.to_thread(opening.wrapped_anew, content, trust.DEMO_PIN, opening.ROUNDS)


async def let_demo_keys_go(settings: Settings) -> None:
    """End every key that the made-up authority gave, once the installation is a real one."""
    if settings.demo:
        return
    async with write() as db:
        root = await db.get(Setting, trust.DEMO_ROOT)
        if root is None:
            return
        name = x509.Certificate.load(pem.unarmor(str(root.value).encode())[2]).subject
        rows = await keys.live(db, col(SigningKey.id).is_not(None))
        keys.end([row for row in rows if keys.certificate_of(row).issuer == name])
        await db.delete(root)
        await record(db, SYSTEM, 'setting', trust.DEMO_ROOT, 'removed', data={'demo': True})
