"""Units and people for the tests of accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.access import Actor
from app.accounts import sessions, totp
from app.accounts.queries import actor_for
from app.accounts.sessions import NextStep
from app.clock import now
from app.db import read, write
from app.passwords import hashed
from models import Account, Event, EventText, Grant, Message, Unit
from models.enums import AccountKind, Authentication, Role

PASSWORD = 'gió mùa đông bắc về'
_hash: list[str] = []


@dataclass
class House:
    """Ids of what was built."""

    commune: str
    section: str
    desk: str
    neighbour: str
    an: str
    binh: str
    khanh: str
    """Administrator of the commune."""
    lan: str
    """Administrator of the section alone."""
    em: str
    """Administrator of the neighbour."""


async def build() -> House:
    """Fill an empty database."""
    commune, neighbour = await unit('H55.242'), await unit('H55.243')
    section, desk = await unit('H55.242.3', commune), await unit('H55.242.1', commune)
    return House(
        commune,
        section,
        desk,
        neighbour,
        an=await account('an@dan.example'),
        binh=await account('binh@xa.example', (Role.INTAKE, commune)),
        khanh=await account('khanh@xa.example', (Role.ADMIN, commune)),
        lan=await account('lan@xa.example', (Role.ADMIN, section)),
        em=await account('em@ben.example', (Role.ADMIN, neighbour)),
    )


async def unit(code: str, parent_id: str | None = None, **values: Any) -> str:
    """Add a unit."""
    async with write() as db:
        one = Unit(code=code, name=f'Đơn vị {code}', parent_id=parent_id, valid_from=date(2025, 7, 1), **values)
        db.add(one)
    return one.id


async def account(email: str, *grants: tuple[Role, str], **values: Any) -> str:
    """Add an account; with grants it is staff with a second factor."""
    if not _hash:
        _hash.append(await hashed(PASSWORD))
    at = now()
    one = Account(
        kind=AccountKind.STAFF if grants else AccountKind.CITIZEN,
        email=email,
        full_name=f'Người {email.partition("@")[0].title()}',
        password_hash=_hash[0],
        email_verified_at=at,
        created_at=at,
        changed_at=at,
    )
    if grants:
        totp.seal(one, totp.new_secret())
        one.totp_confirmed_at = at
    for name, value in values.items():
        setattr(one, name, value)
    async with write() as db:
        db.add(one)
        await db.flush()
        for role, unit_id in grants:
            db.add(Grant(account_id=one.id, role=role, unit_id=unit_id, valid_from=date(2025, 7, 1), created_at=at))
    return one.id


async def token(account_id: str, authentication: Authentication | None = None) -> str:
    """Begin a whole session and return its token."""
    async with write() as db:
        one = await db.get_one(Account, account_id)
        sure = Authentication.TWO_FACTOR if one.kind is AccountKind.STAFF else Authentication.PASSWORD
        return sessions.begin(db, one, NextStep.DONE, authentication or sure, 'Chrome Android').token


async def actor(account_id: str) -> Actor:
    """Return somebody as they act in a session of their own."""
    return await again(await token(account_id))


async def again(session_token: str | None) -> Actor:
    """Return whoever holds this token now."""
    return await actor_for(session_token, None, 'vi', '192.0.2.1')


async def row(account_id: str) -> Account:
    """Read an account."""
    async with read() as db:
        return await db.get_one(Account, account_id)


async def by_email(email: str) -> Account | None:
    """Read an account by its address."""
    async with read() as db:
        return (await db.execute(select(Account).where(col(Account.email) == email))).scalar_one_or_none()


async def code(account_id: str) -> str:
    """Return the code that somebody's app shows now."""
    return totp.current_code(totp.secret_of(await row(account_id)))


async def messages(template: str | None = None) -> list[Message]:
    """Return what stands in the outbox."""
    async with read() as db:
        found: Iterable[Message] = (await db.execute(select(Message).order_by(col(Message.created_at)))).scalars()
        return [m for m in found if template in (None, m.template)]


async def events(account_id: str) -> list[str]:
    """Return what was recorded of an account, in order."""
    async with read() as db:
        query = select(col(Event.action)).where(col(Event.subject_id) == account_id).order_by(col(Event.sequence))
        return list((await db.execute(query)).scalars())


async def recorded_words() -> str:
    """Return all words and data of all events."""
    async with read() as db:
        return ' '.join(f'{t.note} {t.data}' for t in (await db.execute(select(EventText))).scalars())
