"""Who is acting, and what people may see of themselves and of their colleagues."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.access import Actor, ActorKind, Granted, Permission, anonymous
from app.accounts import sessions as life
from app.accounts.profile import Profile, of_account
from app.accounts.rules import is_system
from app.clock import now, today
from app.db import read, write
from app.errors import NotFound
from app.text import fold
from app.units.queries import Tree, tree
from models import Account, Grant, Session
from models.enums import AccountKind, Authentication, Channel, Role, SessionKind

PAGE = 50
"""People a page."""


async def actor_for(
    session_token: str | None,
    dossier_token: str | None,
    lang: str,
    address: str | None,
    *,
    used: bool = True,
) -> Actor:
    """Return who acts at this moment: two indexed reads at most, three for staff.

    A half session, and a member of staff without second factor, is nobody. ``used=False``: a screen that refreshes
    itself, which does not keep an idle session alive.
    """
    hashes = {crypto.token_hash(token): kind for token, kind in _wanted(session_token, dossier_token)}
    if not hashes:
        return anonymous(lang, address)
    at = now()
    async with read() as db:
        query = select(Session, Account).outerjoin(Account, col(Account.id) == col(Session.account_id))
        rows = (await db.execute(query.where(col(Session.token_hash).in_(hashes)))).all()
        found = {s.kind: (s, a) for s, a in rows if hashes[s.token_hash] is s.kind and _counts(s, a, at)}
        opened = frozenset(s.dossier_id for s, _ in found.values() if s.dossier_id)
        session, account = found.get(SessionKind.ACCOUNT, (None, None))
        if session is None or account is None:
            sure = found[SessionKind.DOSSIER][0].authentication if opened else Authentication.NONE
            return Actor(ActorKind.GUEST, opened=opened, authentication=sure, lang=lang, address=address)
        is_staff = account.kind is AccountKind.STAFF
        grants = await live_grants(db, account.id) if is_staff else ()
    if used and at - session.seen_at >= life.SEEN_EVERY:
        async with write() as db:
            await life.touch(db, session.id)
    return Actor(
        kind=ActorKind.STAFF if is_staff else ActorKind.CITIZEN,
        account_id=account.id,
        name=account.full_name,
        email=account.email,
        grants=grants,
        session_id=session.id,
        opened=opened,
        authentication=session.authentication,
        proved_at=session.proved_at,
        channel=Channel.COUNTER if is_staff else Channel.ONLINE,
        lang=lang,
        address=address,
    )


def _wanted(session_token: str | None, dossier_token: str | None) -> list[tuple[str, SessionKind]]:
    pairs = ((session_token, SessionKind.ACCOUNT), (dossier_token, SessionKind.DOSSIER))
    return [(token, kind) for token, kind in pairs if token]


def _counts(session: Session, account: Account | None, at: datetime) -> bool:
    """Tell whether a session gives rights now."""
    if session.kind is SessionKind.DOSSIER:
        return session.revoked_at is None and session.expires_at > at
    if account is None or not life.is_alive(session, account, at):
        return False
    return account.kind is not AccountKind.STAFF or session.authentication is Authentication.TWO_FACTOR


async def live_grants(db: AsyncSession, account_id: str) -> tuple[Granted, ...]:
    """Return the grants of an account that count today, each with the units it reaches."""
    day = today()
    query = select(col(Grant.role), col(Grant.unit_id)).where(
        col(Grant.account_id) == account_id,
        col(Grant.valid_from) <= day,
        or_(col(Grant.valid_to).is_(None), col(Grant.valid_to) >= day),
    )
    held = (await db.execute(query)).all()
    if not held:
        return ()
    units = await tree(db)
    return tuple(Granted(role, unit_id, reach) for role, unit_id in held if (reach := units.reach(unit_id)))


async def profile(actor: Actor) -> Profile:
    """Return one's own profile. Raises NotFound when nobody is signed in."""
    if actor.account_id is None:
        raise NotFound()
    async with read() as db:
        return of_account(await db.get_one(Account, actor.account_id))


@dataclass(frozen=True)
class SessionRow:
    """One of one's own sessions."""

    id: str
    device: str | None
    created_at: datetime
    seen_at: datetime
    is_this: bool


async def sessions(actor: Actor) -> list[SessionRow]:
    """Return one's own live sessions, the last used first."""
    if actor.account_id is None:
        return []
    at = now()
    async with read() as db:
        account = await db.get_one(Account, actor.account_id)
        query = select(Session).where(
            col(Session.account_id) == account.id,
            col(Session.kind) == SessionKind.ACCOUNT,
            col(Session.revoked_at).is_(None),
            col(Session.expires_at) > at,
        )
        rows = (await db.execute(query.order_by(col(Session.seen_at).desc()))).scalars()
        return [
            SessionRow(s.id, s.device, s.created_at, s.seen_at, s.id == actor.session_id)
            for s in rows
            if life.is_alive(s, account, at)
        ]


@dataclass(frozen=True)
class GrantRow:
    """A role in a unit, with its dates. ``state``: live, future or over."""

    id: str
    role: Role
    unit_id: str
    unit_name: str
    valid_from: date
    valid_to: date | None
    state: str
    within_reach: bool


@dataclass(frozen=True)
class PersonRow:
    """A colleague as an administrator sees them."""

    id: str
    full_name: str
    email: str
    title: str | None
    phone: str | None
    is_active: bool
    has_password: bool
    has_second_factor: bool
    last_seen_at: datetime | None
    grants: tuple[GrantRow, ...]
    is_self: bool
    is_system: bool
    """A system, which acts by tokens; there is no person to invite."""


@dataclass(frozen=True)
class People:
    """A page of colleagues."""

    rows: tuple[PersonRow, ...]
    page: int
    pages: int
    total: int


async def people(actor: Actor, *, search: str = '', role: Role | None = None, page: int = 1) -> People:
    """Return the colleagues who hold or held a role in a unit within reach, by name. Empty for everybody else."""
    reach = actor.units(Permission.PERSON_MANAGE)
    async with read() as db:
        held = select(col(Grant.account_id)).where(col(Grant.unit_id).in_(reach))
        if role is not None:
            held = held.where(col(Grant.role) == role)
        query = select(Account).where(col(Account.kind) == AccountKind.STAFF, col(Account.id).in_(held))
        found = list((await db.execute(query)).scalars())
        words = fold(search)
        matching = [a for a in found if words in fold(f'{a.full_name} {a.email} {a.title or ""}')]
        matching.sort(key=lambda a: (not a.is_active, _by_given_name(a.full_name), a.id))
        pages = max(1, -(-len(matching) // PAGE))
        page = min(max(page, 1), pages)
        shown = matching[(page - 1) * PAGE : page * PAGE]
        rows = await _person_rows(db, actor, shown, reach)
    return People(rows, page, pages, len(matching))


async def person(actor: Actor, account_id: str) -> PersonRow:
    """Return one colleague. Raises NotFound for somebody who never held a role within reach."""
    reach = actor.units(Permission.PERSON_MANAGE)
    async with read() as db:
        held = select(col(Grant.account_id)).where(col(Grant.unit_id).in_(reach))
        query = select(Account).where(col(Account.id) == account_id, col(Account.id).in_(held))
        account = (await db.execute(query)).scalar_one_or_none()
        if account is None:
            raise NotFound()
        return (await _person_rows(db, actor, [account], reach))[0]


async def citizen_by_email(actor: Actor, email: str) -> PersonRow | None:
    """Return the citizen with exactly this address, so that a lost second factor can be taken away at the counter."""
    if not actor.may(Permission.PERSON_MANAGE):
        raise NotFound()
    async with read() as db:
        query = select(Account).where(
            col(Account.email) == email.strip().casefold(), col(Account.kind) != AccountKind.STAFF
        )
        account = (await db.execute(query)).scalar_one_or_none()
        return (await _person_rows(db, actor, [account], frozenset()))[0] if account else None


async def _person_rows(
    db: AsyncSession, actor: Actor, accounts: list[Account], reach: frozenset[str]
) -> tuple[PersonRow, ...]:
    ids = [a.id for a in accounts]
    units = await tree(db)
    grants = (await db.execute(select(Grant).where(col(Grant.account_id).in_(ids)))).scalars().all()
    last = select(col(Session.account_id), func.max(col(Session.seen_at))).where(col(Session.account_id).in_(ids))
    seen: dict[Any, Any] = {row[0]: row[1] for row in await db.execute(last.group_by(col(Session.account_id)))}
    return tuple(
        PersonRow(
            a.id,
            a.full_name,
            a.email,
            a.title,
            a.phone,
            a.is_active,
            a.password_hash is not None,
            a.totp_confirmed_at is not None,
            seen.get(a.id),
            tuple(_grant_row(g, units, reach) for g in sorted(grants, key=_by_dates) if g.account_id == a.id),
            a.id == actor.account_id,
            is_system(a.email),
        )
        for a in accounts
    )


def _grant_row(grant: Grant, units: Tree, reach: frozenset[str]) -> GrantRow:
    day, unit = today(), units.units.get(grant.unit_id)
    over = grant.valid_to is not None and grant.valid_to < day
    state = 'over' if over else 'future' if grant.valid_from > day else 'live'
    name = unit.name if unit else ''
    return GrantRow(
        grant.id,
        grant.role,
        grant.unit_id,
        name,
        grant.valid_from,
        grant.valid_to,
        state,
        grant.unit_id in reach,
    )


def _by_dates(grant: Grant) -> tuple[date, date, str]:
    return (grant.valid_to or date.max, grant.valid_from, grant.id)


def _by_given_name(full_name: str) -> tuple[str, str]:
    """Vietnamese lists go by the given name, which stands last."""
    folded = fold(full_name)
    return (folded.rpartition(' ')[2], folded)
