"""Passwords: a forgotten one, a first one, another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import limits
from app.access import SYSTEM, Actor
from app.accounts import announce_revoked, first_admin, links, rules, sessions
from app.accounts.signing_in import HOUR, QUARTER
from app.accounts.steady import steadily
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import Invalid, NotFound, Problem
from app.notifications.links import use_link
from app.notifications.outbox import enqueue
from app.passwords import hashed, matches
from app.questions import read_answers
from app.units.queries import tree
from models import Account
from models.enums import Authentication, LinkPurpose


@dataclass(frozen=True)
class PasswordLink:
    """Whose password a link sets, and what else must be told before it can."""

    email: str
    needs_name: bool = False
    needs_unit: bool = False


async def request_reset(actor: Actor, email: str) -> None:
    """Mail a link to set a new password. The answer and its time are the same for an address without account.

    Raises:
        Invalid: not an address. TooMany.
    """
    address_ = rules.normal_email(email)
    await limits.hit('reset-address', actor.address, times=20, minutes=HOUR)
    await limits.hit('reset', address_, times=3, minutes=HOUR)
    await steadily(_send_reset(actor, address_))


async def _send_reset(actor: Actor, email: str) -> None:
    async with read() as db:
        account = (await db.execute(select(Account).where(col(Account.email) == email))).scalar_one_or_none()
    if account is None or not account.is_active:
        return
    async with write() as db:
        account = await db.get_one(Account, account.id)
        await links.send(db, account, 'set_password', LinkPurpose.SET_PASSWORD, lasts=links.RESET)
        await record(db, sessions.acting(actor, account, Authentication.NONE), 'account', account.id, 'reset_asked')


async def password_link(token: str) -> PasswordLink:
    """Return whose password a link sets. Raises NotFound for a link that does not work (any longer)."""
    async with read() as db:
        email = await first_admin.email_of(db, token)
        if email is None:
            return PasswordLink((await links.account_of(db, token, LinkPurpose.SET_PASSWORD)).email)
        known = (await db.execute(select(Account).where(col(Account.email) == email))).scalar_one_or_none()
        return PasswordLink(email, needs_name=known is None, needs_unit=not (await tree(db)).tops())


async def set_password(token: str, password: str, raw: Mapping[str, Any] | None = None) -> None:
    """Set a password by a link that works once; all sessions of the account end. The link proves the address.

    ``raw``: full_name, unit_name and unit_code where ``password_link`` asks for them (the first administrator).

    Raises:
        NotFound: the link does not work. Invalid: weak password, or what else was asked.
    """
    wanted = await password_link(token)
    answers = _answers(wanted, password, raw or {})
    password_hash = await hashed(password)
    async with write() as db:
        if await first_admin.email_of(db, token) is not None:
            account = await first_admin.make(db, wanted.email, token, answers)
        else:
            link = await use_link(db, token, LinkPurpose.SET_PASSWORD)
            account = await db.get_one(Account, str(link.account_id))
        account.password_hash = password_hash
        account.email_verified_at = account.email_verified_at or now()
        account.changed_at = now()
        ended = await sessions.end(db, account.id)
        who = sessions.acting(SYSTEM, account, Authentication.SECRET)
        await record(db, who, 'account', account.id, 'password_set')
        await _tell_changed(db, account)
    announce_revoked(ended)


def _answers(wanted: PasswordLink, password: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    asked = (first_admin.PERSON if wanted.needs_name else ()) + (first_admin.UNIT if wanted.needs_unit else ())
    problem = rules.password_problem(password, wanted.email)
    try:
        answers = read_answers(asked, raw)
    except Invalid as refused:
        raise Invalid(refused.problems | ({'password': problem} if problem else {})) from None
    if problem:
        raise Invalid({'password': problem})
    return answers


async def change_password(actor: Actor, current: str, password: str) -> None:
    """Change one's own password; asks the present one. All other sessions end.

    Raises:
        NotFound: nobody is signed in. Invalid: wrong or weak. TooMany.
    """
    if actor.account_id is None:
        raise NotFound()
    await limits.hit('password-again', actor.account_id, times=10, minutes=QUARTER)
    async with read() as db:
        account = await db.get_one(Account, actor.account_id)
    if not await matches(current, account.password_hash):
        raise Invalid({'current': Problem('account.password_wrong')})
    rules.require_password(password, account.email)
    password_hash = await hashed(password)
    async with write() as db:
        account = await db.get_one(Account, actor.account_id)
        account.password_hash, account.changed_at = password_hash, now()
        ended = await sessions.end(db, account.id, but=actor.session_id)
        await links.retire(db, account.id, LinkPurpose.SET_PASSWORD)
        await record(db, actor, 'account', account.id, 'password_changed')
        await _tell_changed(db, account)
    announce_revoked(ended)


async def _tell_changed(db: AsyncSession, account: Account) -> None:
    await enqueue(
        db, template='password_changed', recipient=account.email, lang=account.lang, data={}, account_id=account.id
    )
