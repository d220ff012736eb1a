"""The demonstration's people: one for each role. Their passwords are made from the installation's secret."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.access import SYSTEM, Actor
from app.accounts import announce_revoked, profile, sessions, totp
from app.accounts.sessions import NextStep, SignedIn
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.demo.guard import require_demo
from app.demo.units import SINCE, rows
from app.errors import NotFound
from app.passwords import hashed
from app.settings import Settings
from models import Account, Grant, Unit
from models.enums import AccountKind, Authentication, Role

DOMAIN = 'motcua.example'
"""Reserved for examples: no mail to it ever arrives anywhere."""


@dataclass(frozen=True)
class DemoPerson:
    """What the sign-in page of the demonstration shows of one person."""

    key: str
    full_name: str
    email: str
    role: str
    """A role of staff, or citizen, or business."""
    title: dict[str, str] | None
    password: str
    code: str | None
    """The second factor at this moment."""


def email_of(key: str) -> str:
    """Return the address a person of the demonstration signs in with."""
    return f'{key}@{DOMAIN}'


def _emails() -> list[str]:
    return [email_of(row['key']) for row in rows('people')]


def password_of(key: str) -> str:
    """Return a person's password: different in each installation, so that none is known beforehand."""
    digest = bytes.fromhex(crypto.mac('demo-password', key))
    letters = ''.join(crypto.SECRET_ALPHABET[byte % 32] for byte in digest[:10]).lower()
    return f'{letters[:5]}-{letters[5:]}'


async def prepare_people(settings: Settings) -> None:
    """Write the people that are missing, with their grants and a second factor; who was let go is back.

    Refuses outside the demonstration.
    """
    require_demo(settings)
    async with read() as db:
        there = set((await db.execute(select(col(Account.email)))).scalars())
    missing = [row['key'] for row in rows('people') if email_of(row['key']) not in there]
    hashes = {key: await hashed(password_of(key)) for key in missing}  # slow on purpose: only for whom it is needed
    async with write() as db:
        units: dict[str, str] = {row.code: row.id for row in await db.execute(select(col(Unit.code), col(Unit.id)))}
        await db.execute(update(Account).where(col(Account.email).in_(_emails())).values(is_active=True))
        for row in rows('people'):
            if row['key'] in hashes:
                await _add(db, row, hashes[row['key']], units)


async def _add(db: AsyncSession, row: dict[str, Any], password_hash: str, units: dict[str, str]) -> None:
    at = now()
    account = Account(
        kind=AccountKind(row['kind']),
        email=email_of(row['key']),
        full_name=row['full_name'],
        phone=row.get('phone'),
        title=row['title']['vi'] if 'title' in row else None,
        password_hash=password_hash,
        email_verified_at=at,
        created_at=at,
        changed_at=at,
    )
    profile.seal(account, {key: row.get(key) for key in profile.SEALED})
    profile.keep_personal_id(account, row.get('personal_id'))
    if account.kind is AccountKind.STAFF:
        totp.seal(account, totp.new_secret())
        account.totp_confirmed_at = at
    db.add(account)
    await db.flush()
    await record(db, SYSTEM, 'account', account.id, 'created', data={'demo': True})
    if 'role' in row:
        role, unit_id = Role(row['role']), units[row['unit']]
        db.add(Grant(account_id=account.id, role=role, unit_id=unit_id, valid_from=SINCE, created_at=at))
        await db.flush()


async def demo_people(settings: Settings) -> list[DemoPerson]:
    """Return everybody with password and present code, for the sign-in page. Refuses outside the demonstration."""
    require_demo(settings)
    async with read() as db:
        query = select(Account).where(col(Account.email).in_(_emails()))
        accounts = {a.email: a for a in (await db.execute(query)).scalars() if a.is_active}
    return [
        DemoPerson(
            key=row['key'],
            full_name=account.full_name,
            email=account.email,
            role=row.get('role', row['kind']),
            title=row.get('title'),
            password=password_of(row['key']),
            code=totp.current_code(totp.secret_of(account)) if account.totp_confirmed_at else None,
        )
        for row in rows('people')
        if (account := accounts.get(email_of(row['key'])))
    ]


async def sign_in_as(settings: Settings, actor: Actor, key: str, device: str | None = None) -> SignedIn:
    """Begin a whole session as one of the demonstration's people. Refuses outside the demonstration.

    Raises:
        NotFound: there is no such person, or an administrator let them go.
    """
    require_demo(settings)
    if key not in {row['key'] for row in rows('people')}:
        raise NotFound()
    async with write() as db:
        account = (await db.execute(select(Account).where(col(Account.email) == email_of(key)))).scalar_one_or_none()
        if account is None or not account.is_active:
            raise NotFound()
        sure = Authentication.TWO_FACTOR if account.kind is AccountKind.STAFF else Authentication.PASSWORD
        who = sessions.acting(actor, account, sure)
        await record(db, who, 'account', account.id, 'signed_in', data={'demo': True})
        ended = await sessions.end(db, actor.account_id, only=actor.session_id) if actor.account_id else []
        signed_in = sessions.begin(db, account, NextStep.DONE, sure, device)
    announce_revoked(ended)
    return signed_in


async def let_demo_people_go(settings: Settings) -> int:
    """End what the demonstration's people may do, once the installation is a real one. Returns how many there were."""
    if settings.demo:
        return 0
    async with write() as db:
        mine = (col(Account.email).in_(_emails()), col(Account.is_active).is_(True))
        ids = list((await db.execute(select(col(Account.id)).where(*mine))).scalars())
        await db.execute(update(Account).where(col(Account.id).in_(ids)).values(is_active=False, changed_at=now()))
        for account_id in ids:
            await sessions.end(db, account_id)
            await record(db, SYSTEM, 'account', account_id, 'deactivated', data={'demo': True})
    return len(ids)
