"""The second factor: prove it, set it up, take it away."""

from dataclasses import dataclass

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import limits
from app.access import Actor
from app.accounts import announce_revoked, sessions, totp
from app.accounts.sessions import NextStep, SignedIn
from app.accounts.signing_in import DAY, QUARTER, tell_new_device
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from app.passwords import matches
from models import Account, Session
from models.enums import AccountKind, Authentication


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs: the key as a picture and for typing."""

    qr_svg: str
    key: str
    email: str


async def pending_step(token: str | None) -> NextStep | None:
    """Tell what a half session waits for; None when it is no half session (any longer)."""
    async with read() as db:
        found = await sessions.by_token(db, token)
    if found is None or found[0].kind != 'pending':
        return None
    return NextStep.ENROL if found[1].totp_confirmed_at is None else NextStep.CODE


async def enrolment(token: str | None) -> Enrolment:
    """Return the key that waits to be confirmed by the owner of this session, whole or half.

    Raises:
        NotFound: no such session, no key waiting, or it was confirmed: a key is never shown again.
    """
    async with read() as db:
        found = await sessions.by_token(db, token)
    if found is None or found[1].totp_sealed is None or found[1].totp_confirmed_at is not None:
        raise NotFound('account.session_over')
    account = found[1]
    return Enrolment(totp.picture(totp.address(account)), totp.grouped(totp.secret_of(account)), account.email)


async def second_factor(actor: Actor, token: str | None, code: str, device: str | None = None) -> SignedIn:
    """Take a code and begin the whole session with a new token. Confirms the key where it still waits for that.

    Raises:
        Invalid: wrong code, or one that was used. NotFound: no such session. TooMany.
    """
    async with read() as db:
        found = await sessions.by_token(db, token)
    if found is None:
        raise NotFound('account.session_over')
    account_id = found[1].id
    await limits.hit('second-factor', account_id, times=5, minutes=QUARTER)
    await limits.hit('second-factor-day', account_id, times=40, minutes=DAY)
    async with write() as db:
        account, session = await db.get_one(Account, account_id), await db.get_one(Session, found[0].id)
        accepted = await use_code(db, account, code)
        who = sessions.acting(actor, account, Authentication.TWO_FACTOR if accepted else Authentication.PASSWORD)
        if accepted:
            signed_in, ended = await _promote(db, who, account, session, device)
        else:
            await record(db, who, 'account', account_id, 'second_factor_failed')
    if not accepted:
        raise Invalid({'code': Problem('account.code_wrong')})
    await limits.clear('second-factor', account_id)
    announce_revoked(ended)
    return signed_in


async def use_code(db: AsyncSession, account: Account, code: str) -> bool:
    """Tell whether the code is right and use it up: of two who send the same one, one gets in."""
    step = totp.matching_step(account, code)
    if step is None:
        return False
    last = col(Account.totp_last_step)
    done = await db.execute(
        update(Account)
        .where(col(Account.id) == account.id, or_(last.is_(None), last < step))
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1  # type: ignore[attr-defined]


async def _promote(
    db: AsyncSession, who: Actor, account: Account, session: Session, device: str | None
) -> tuple[SignedIn, list[str]]:
    """Replace the session by a whole one."""
    if account.totp_confirmed_at is None:
        account.totp_confirmed_at = account.changed_at = now()
        await record(db, who, 'account', account.id, 'second_factor_set_up')
    if session.kind == 'pending':
        await record(db, who, 'account', account.id, 'signed_in')
        await tell_new_device(db, account, device)
    ended = await sessions.end(db, account.id, only=session.id)
    ended += await sessions.make_room(db, account)
    signed_in = sessions.begin(db, account, NextStep.DONE, Authentication.TWO_FACTOR, device)
    return signed_in, ended


async def begin_enrolment(actor: Actor) -> None:
    """Make a key for a citizen who wants a second factor; it counts once a code has confirmed it.

    Raises:
        WrongState: there is one already.
    """
    if actor.account_id is None:
        raise NotFound()
    async with write() as db:
        account = await db.get_one(Account, actor.account_id)
        if account.totp_confirmed_at is not None:
            raise WrongState('account.second_factor_is_on')
        totp.seal(account, totp.new_secret())
        account.totp_last_step = None


async def remove_second_factor(actor: Actor, password: str) -> None:
    """Take one's own second factor away; asks the password again. Staff cannot do without.

    Raises:
        NotAllowed: staff. Invalid: wrong password. TooMany.
    """
    if actor.account_id is None:
        raise NotFound()
    await limits.hit('password-again', actor.account_id, times=10, minutes=QUARTER)
    async with read() as db:
        account = await db.get_one(Account, actor.account_id)
    if account.kind is AccountKind.STAFF:
        raise NotAllowed('account.second_factor_needed')
    if not await matches(password, account.password_hash):
        raise Invalid({'password_again': Problem('account.password_wrong')})
    async with write() as db:
        account = await db.get_one(Account, actor.account_id)
        forget(account)
        await record(db, actor, 'account', account.id, 'second_factor_removed')


def forget(account: Account) -> None:
    """Take the key away."""
    account.totp_sealed = None
    account.totp_confirmed_at = None
    account.totp_last_step = None
    account.changed_at = now()
