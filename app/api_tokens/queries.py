"""Who acts by a token, and which tokens there are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlmodel import col

from app import crypto
from app.access import Actor, ActorKind, Permission
from app.accounts.queries import live_grants
from app.accounts.rules import is_system
from app.api_tokens import rules
from app.clock import now
from app.db import read, write
from app.errors import NotAllowed, NotSignedIn
from models import Account, ApiToken, Grant
from models.enums import AccountKind, Authentication, Channel


@dataclass(frozen=True)
class TokenRow:
    """One token as whoever may see it does."""

    id: str
    name: str
    account_id: str
    account_name: str
    is_system: bool
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


async def actor_by_token(token: str, lang: str, address: str | None) -> Actor:
    """Return who acts by a token at this moment: its account, as far as the scopes and the grants of today reach.

    Raises:
        NotSignedIn: unknown, revoked, too old, or the account is not in use any more.
    """
    at = now()
    async with read() as db:
        query = select(ApiToken, Account).join(Account, col(Account.id) == col(ApiToken.account_id))
        row = (await db.execute(query.where(col(ApiToken.token_hash) == crypto.token_hash(token)))).first()
        if row is None or not _counts(row.ApiToken, row.Account, at):
            raise NotSignedIn()
        one, account = row.ApiToken, row.Account
        grants = await live_grants(db, account.id)
    if one.seen_at is None or at - one.seen_at >= rules.SEEN_EVERY:
        async with write() as db:
            await db.execute(update(ApiToken).where(col(ApiToken.id) == one.id).values(seen_at=at))
    return Actor(
        kind=ActorKind.STAFF,
        account_id=account.id,
        name=account.full_name,
        email=account.email,
        grants=grants,
        session_id=one.id,
        authentication=Authentication.TOKEN,
        channel=Channel.COUNTER,
        lang=lang,
        address=address,
        scopes=frozenset(Permission(scope) for scope in one.scopes),
    )


def _counts(one: ApiToken, account: Account, at: datetime) -> bool:
    return one.revoked_at is None and one.expires_at > at and account.is_active and account.kind is AccountKind.STAFF


async def tokens(actor: Actor) -> tuple[TokenRow, ...]:
    """Return all tokens to whoever runs the installation, to a program its own, to staff theirs and those of accounts
    that hold a role within their reach. The newest first."""
    query = select(ApiToken, Account).join(Account, col(Account.id) == col(ApiToken.account_id))
    if actor.authentication is Authentication.TOKEN:
        query = query.where(col(ApiToken.id) == actor.session_id)
    elif actor.kind is not ActorKind.SYSTEM:
        if not actor.is_staff:
            raise NotAllowed()
        held = select(col(Grant.account_id)).where(col(Grant.unit_id).in_(actor.units(Permission.PERSON_MANAGE)))
        query = query.where(or_(col(Account.id) == actor.account_id, col(Account.id).in_(held)))
    async with read() as db:
        rows = (await db.execute(query.order_by(col(ApiToken.created_at).desc()))).all()
    return tuple(_row(row.ApiToken, row.Account) for row in rows)


def _row(one: ApiToken, account: Account) -> TokenRow:
    return TokenRow(
        id=one.id,
        name=one.name,
        account_id=account.id,
        account_name=account.full_name,
        is_system=is_system(account.email),
        scopes=tuple(one.scopes),
        created_at=one.created_at,
        expires_at=one.expires_at,
        seen_at=one.seen_at,
        revoked_at=one.revoked_at,
    )
