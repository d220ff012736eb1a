"""Who is signed in now: for administrators, of the colleagues whom they look after."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from app.access import Actor, Permission
from app.accounts import announce_revoked, sessions
from app.accounts.reach import load_for
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import NotFound
from models import Account, Grant, Session
from models.enums import AccountKind, SessionKind

PAGE = 200
"""Rows at most: more people than that are not at work at once in one agency."""


@dataclass(frozen=True)
class SignedIn:
    """One live session of a colleague."""

    id: str
    account_id: str
    full_name: str
    title: str | None
    device: str | None
    created_at: datetime
    seen_at: datetime
    is_this: bool


async def signed_in(actor: Actor) -> tuple[SignedIn, ...]:
    """Return the live sessions of colleagues within reach, the last used first. Empty for everybody else."""
    reach, at = actor.units(Permission.PERSON_MANAGE), now()
    held = select(col(Grant.account_id)).where(col(Grant.unit_id).in_(reach))
    query = (
        select(Session, Account)
        .join(Account, col(Account.id) == col(Session.account_id))
        .where(
            col(Account.kind) == AccountKind.STAFF,
            col(Account.id).in_(held),
            col(Session.kind) == SessionKind.ACCOUNT,
            col(Session.revoked_at).is_(None),
            col(Session.expires_at) > at,
        )
        .order_by(col(Session.seen_at).desc(), col(Session.id))
    )
    async with read() as db:
        rows = (await db.execute(query)).all()
    alive = [(s, a) for s, a in rows if sessions.is_alive(s, a, at)]
    return tuple(
        SignedIn(s.id, a.id, a.full_name, a.title, s.device, s.created_at, s.seen_at, s.id == actor.session_id)
        for s, a in alive[:PAGE]
    )


async def end_session_of(actor: Actor, session_id: str) -> None:
    """End a session of a colleague at once; no proof is asked, since it takes and gives nothing.

    Raises:
        NotFound: no live session, or of somebody who is not the actor's to look after.
    """
    async with write() as db:
        one = await db.get(Session, session_id) if isinstance(session_id, str) else None
        if one is None or one.account_id is None or one.kind is not SessionKind.ACCOUNT:
            raise NotFound()
        account = await load_for(db, actor, one.account_id)
        ended = await sessions.end(db, account.id, only=one.id)
        if not ended:
            raise NotFound()
        await record(db, actor, 'account', account.id, 'session_ended', data={'session': one.id})
    announce_revoked(ended)
