"""Make and end tokens. The token itself is told once and never kept.

Nobody gives what they do not have: people make tokens for themselves, within what they may do; whoever administers people
makes them for systems, with a role that they could give to a person there. Both show first who they are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.access import GRANTS, Actor, ActorKind, Permission
from app.accounts.proving import require_proof
from app.accounts.reach import load_for, may_grant
from app.accounts.rules import SYSTEM_ADDRESS
from app.api_tokens import rules
from app.audit.record import record
from app.clock import now, today
from app.db import write
from app.errors import Invalid, NotAllowed, NotFound, Problem
from models import Account, ApiToken, Grant, Unit
from models.enums import AccountKind, Authentication, Role
from models.types import new_id


@dataclass(frozen=True)
class Made:
    """A new token, shown once."""

    token: str
    token_id: str
    name: str
    expires_at: datetime


async def create(actor: Actor, name: str, scopes: list[str], *, email: str, days: int) -> Made:
    """Make a token by which a program acts for a member of staff: within the scopes, and never beyond their live grants.

    Raises:
        NotAllowed: only whoever runs the installation makes tokens.  Invalid: by question.
    """
    _may_make(actor)
    clean, held = rules.read_request(name, scopes, days)
    async with write() as db:
        query = select(Account).where(func.lower(col(Account.email)) == email.strip().lower())
        account = (await db.execute(query)).scalar_one_or_none()
        if account is None or account.kind is not AccountKind.STAFF or not account.is_active:
            raise Invalid({'account': Problem('api.account_unknown')}, 'api.account_unknown')
        return await _make(db, actor, account, clean, held, days)


async def create_own(actor: Actor, name: str, scopes: list[str], *, days: int) -> Made:
    """Make a token by which a program acts for the member of staff who asks: within what they may do themselves.

    Raises:
        NotAllowed: not staff, or a program.  ProofNeeded.  Invalid: by question; a scope that they do not hold.
    """
    _in_person(actor)
    clean, held = rules.read_request(name, scopes, days)
    rules.require_held(held, [scope for scope in held if actor.may(Permission(scope))])
    require_proof(actor)
    async with write() as db:
        account = await db.get_one(Account, actor.account_id)
        return await _make(db, actor, account, clean, held, days)


def _in_person(actor: Actor) -> None:
    """Programs make no tokens, and only staff have any."""
    if not actor.is_staff or actor.authentication is Authentication.TOKEN:
        raise NotAllowed()


async def create_for_system(
    actor: Actor, name: str, scopes: list[str], *, unit_code: str, role: Role, days: int
) -> Made:
    """Make a token for a system: it gets an account without a password and one grant, which people administer as any other.

    Raises:
        NotAllowed: a role that the actor could not give to a person.  ProofNeeded.  Invalid: by question; a unit that is
        unknown or out of reach; a scope that the role does not hold.
    """
    if actor.kind is not ActorKind.SYSTEM:
        _in_person(actor)
    clean, held = rules.read_request(name, scopes, days)
    async with write() as db:
        unit = (await db.execute(select(Unit).where(col(Unit.code) == unit_code.strip()))).scalar_one_or_none()
        if unit is None or not _reaches(actor, unit):
            raise Invalid({'unit': Problem('api.unit_unknown')}, 'api.unit_unknown')
        if actor.kind is not ActorKind.SYSTEM:
            may_grant(actor, role, unit.id)
            rules.require_held(held, [scope for scope in held if scope in GRANTS[role]])
        require_proof(actor)
        account = await _system(db, actor, clean, unit, role)
        return await _make(db, actor, account, clean, held, days)


def _reaches(actor: Actor, unit: Unit) -> bool:
    return actor.kind is ActorKind.SYSTEM or actor.may(Permission.PERSON_MANAGE, unit.id)


async def _system(db: AsyncSession, actor: Actor, name: str, unit: Unit, role: Role) -> Account:
    """Write the account of a system and its grant."""
    at = now()
    account = Account(
        kind=AccountKind.STAFF,
        email=new_id().lower() + SYSTEM_ADDRESS,
        full_name=name,
        created_at=at,
        changed_at=at,
    )
    db.add(account)
    await db.flush()
    grant = Grant(
        account_id=account.id,
        role=role,
        unit_id=unit.id,
        valid_from=today(),
        granted_by_id=actor.account_id,
        created_at=at,
    )
    db.add(grant)
    await db.flush()
    await record(db, actor, 'account', account.id, 'created', unit_id=unit.id)
    data = {'account': account.id, 'role': role.value}
    await record(db, actor, 'grant', grant.id, 'granted', unit_id=unit.id, data=data)
    return account


def _may_make(actor: Actor) -> None:
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed()


async def _make(db: AsyncSession, actor: Actor, account: Account, name: str, scopes: list[str], days: int) -> Made:
    token, at = rules.PREFIX + crypto.new_token(), now()
    one = ApiToken(
        token_hash=crypto.token_hash(token),
        name=name,
        account_id=account.id,
        scopes=scopes,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    db.add(one)
    await db.flush()
    data = {'name': name, 'scopes': scopes, 'account': account.id}
    await record(db, actor, 'token', one.id, 'created', data=data)
    return Made(token, one.id, name, one.expires_at)


async def revoke(actor: Actor, token_id: str) -> None:
    """End a token at once: a program its own, people theirs and those of accounts that they administer.

    Raises:
        NotFound: no live token, or not the actor's to end.
    """
    async with write() as db:
        one = await db.get(ApiToken, token_id) if isinstance(token_id, str) else None
        if one is None or one.revoked_at is not None:
            raise NotFound()
        await _may_end(db, actor, one)
        one.revoked_at = now()
        await record(db, actor, 'token', one.id, 'revoked')


async def _may_end(db: AsyncSession, actor: Actor, one: ApiToken) -> None:
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.authentication is Authentication.TOKEN:
        if actor.session_id != one.id:
            raise NotFound()
    elif actor.account_id != one.account_id:
        await load_for(db, actor, one.account_id)


async def end_all(db: AsyncSession, account_id: str) -> None:
    """End the tokens of an account whose owner is let go."""
    live = update(ApiToken).where(col(ApiToken.account_id) == account_id, col(ApiToken.revoked_at).is_(None))
    await db.execute(live.values(revoked_at=now()))
