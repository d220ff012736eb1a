"""Sessions: how long they last, how they begin and end. Only the hash of a token is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.access import Actor
from app.accounts import devices
from app.clock import now
from models import Account, Session
from models.enums import AccountKind, Authentication, SessionKind

MOST, MOST_STAFF = 20, 5
"""Sessions of one account at a time; a further one ends the one that was used longest ago."""
SEEN_EVERY = timedelta(minutes=5)
"""``seen_at`` is written at most this often."""


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts in all, and without being used."""

    longest: timedelta
    idle: timedelta


PUBLIC = Lifetime(timedelta(days=30), timedelta(days=7))
STAFF = Lifetime(timedelta(hours=12), timedelta(minutes=60))
HALF = Lifetime(timedelta(minutes=15), timedelta(minutes=15))
"""Signed in by password, the second factor is still missing."""


class NextStep(StrEnum):
    """What a person does after this step of signing in."""

    DONE = 'done'
    CODE = 'code'
    ENROL = 'enrol'


@dataclass(frozen=True)
class SignedIn:
    """A session that has just begun. ``token`` goes into the cookie and nowhere else."""

    token: str
    next: NextStep
    is_staff: bool
    max_age: int | None
    """Seconds the browser keeps the cookie; None: until it is closed."""

    @property
    def pending(self) -> bool:
        """The second factor is still missing."""
        return self.next is not NextStep.DONE


def lifetime(kind: SessionKind, account: Account) -> Lifetime:
    """Return how long such a session of such an account lasts."""
    if kind is SessionKind.PENDING:
        return HALF
    return STAFF if account.kind is AccountKind.STAFF else PUBLIC


def is_alive(session: Session, account: Account, at: datetime) -> bool:
    """Tell whether the session counts at a moment: not ended, not too old, used lately, the account in use."""
    if session.revoked_at is not None or session.expires_at <= at or not account.is_active:
        return False
    return session.seen_at + lifetime(session.kind, account).idle > at


def begin(
    db: AsyncSession, account: Account, next_step: NextStep, authentication: Authentication, device: str | None
) -> SignedIn:
    """Write a new session with a new token. A half one does not carry the rights of the account."""
    kind = SessionKind.ACCOUNT if next_step is NextStep.DONE else SessionKind.PENDING
    at, token, lasts = now(), crypto.new_token(), lifetime(kind, account)
    session = Session(
        token_hash=crypto.token_hash(token),
        kind=kind,
        account_id=account.id,
        authentication=authentication,
        device=devices.in_words(device),
        created_at=at,
        seen_at=at,
        expires_at=at + lasts.longest,
        proved_at=at if next_step is NextStep.DONE else None,
    )
    db.add(session)
    is_staff = account.kind is AccountKind.STAFF
    is_kept = next_step is NextStep.DONE and not is_staff
    return SignedIn(token, next_step, is_staff, int(lasts.longest.total_seconds()) if is_kept else None)


async def by_token(db: AsyncSession, token: str | None) -> tuple[Session, Account] | None:
    """Return the live session of a token, whole or half, with its account."""
    if not token:
        return None
    query = select(Session, Account).join(Account, col(Account.id) == col(Session.account_id))
    row = (await db.execute(query.where(col(Session.token_hash) == crypto.token_hash(token)))).first()
    if row is None or not is_alive(row[0], row[1], now()):
        return None
    return row[0], row[1]


async def end(db: AsyncSession, account_id: str, *, only: str | None = None, but: str | None = None) -> list[str]:
    """End the sessions of an account (``only`` one, or all ``but`` one) and return their ids, to be announced."""
    query = select(col(Session.id)).where(col(Session.account_id) == account_id, col(Session.revoked_at).is_(None))
    if only is not None:
        query = query.where(col(Session.id) == only)
    if but is not None:
        query = query.where(col(Session.id) != but)
    ended = list((await db.execute(query)).scalars())
    if ended:
        await db.execute(update(Session).where(col(Session.id).in_(ended)).values(revoked_at=now()))
    return ended


async def make_room(db: AsyncSession, account: Account) -> list[str]:
    """End the sessions of an account that were used longest ago, so that one more fits; return their ids."""
    at, most = now(), MOST_STAFF if account.kind is AccountKind.STAFF else MOST
    query = select(Session).where(col(Session.account_id) == account.id, col(Session.revoked_at).is_(None))
    rows = (await db.execute(query.order_by(col(Session.seen_at).desc(), col(Session.id)))).scalars()
    ended = [s.id for s in [s for s in rows if is_alive(s, account, at)][most - 1 :]]
    if ended:
        await db.execute(update(Session).where(col(Session.id).in_(ended)).values(revoked_at=at))
    return ended


async def prove(db: AsyncSession, session_id: str) -> None:
    """Note that the person of this session has just shown who they are."""
    await db.execute(update(Session).where(col(Session.id) == session_id).values(proved_at=now()))


async def touch(db: AsyncSession, session_id: str) -> None:
    """Note that the session is in use."""
    await db.execute(update(Session).where(col(Session.id) == session_id).values(seen_at=now()))


def acting(actor: Actor, account: Account, authentication: Authentication) -> Actor:
    """Return who acts while signing in: the account, as far as it has proved itself. For the record of events only."""
    kind = 'staff' if account.kind is AccountKind.STAFF else 'citizen'
    return Actor(
        kind=type(actor.kind)(kind),
        account_id=account.id,
        name=account.full_name,
        authentication=authentication,
        channel=actor.channel,
        lang=actor.lang,
    )
