"""Make and end tokens. The token itself is told once and never kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.access import Actor, ActorKind
from app.api_tokens import rules
from app.audit.record import record
from app.clock import now, today
from app.db import write
from app.errors import Invalid, NotAllowed, NotFound, Problem
from models import Account, ApiToken, Grant, Unit
from models.enums import AccountKind, Role
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


async def create_for_system(
    actor: Actor, name: str, scopes: list[str], *, unit_code: str, role: Role, days: int
) -> Made:
    """Make a token for a system: it gets an account without a password and one grant, which people administer as any other.

    Raises:
        NotAllowed, Invalid: as ``create``.
    """
    _may_make(actor)
    clean, held = rules.read_request(name, scopes, days)
    at = now()
    async with write() as db:
        unit = (await db.execute(select(Unit).where(col(Unit.code) == unit_code.strip()))).scalar_one_or_none()
        if unit is None:
            raise Invalid({'unit': Problem('api.unit_unknown')}, 'api.unit_unknown')
        account = Account(
            kind=AccountKind.STAFF,
            email=f'{new_id().lower()}@system.invalid',
            full_name=clean,
            created_at=at,
            changed_at=at,
        )
        db.add(account)
        await db.flush()
        grant = Grant(account_id=account.id, role=role, unit_id=unit.id, valid_from=today(), created_at=at)
        db.add(grant)
        await db.flush()
        await record(db, actor, 'account', account.id, 'created', unit_id=unit.id)
        data = {'account': account.id, 'role': role.value}
        await record(db, actor, 'grant', grant.id, 'granted', unit_id=unit.id, data=data)
        return await _make(db, actor, account, clean, held, days)


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
    """End a token at once: whoever runs the installation any, a program its own. Raises NotFound."""
    async with write() as db:
        one = await db.get(ApiToken, token_id)
        if one is None or one.revoked_at is not None:
            raise NotFound()
        if actor.kind is not ActorKind.SYSTEM and actor.session_id != one.id:
            raise NotFound()
        one.revoked_at = now()
        await record(db, actor, 'token', one.id, 'revoked')


async def end_all(db: AsyncSession, account_id: str) -> None:
    """End the tokens of an account whose owner is let go."""
    live = update(ApiToken).where(col(ApiToken.account_id) == account_id, col(ApiToken.revoked_at).is_(None))
    await db.execute(live.values(revoked_at=now()))
