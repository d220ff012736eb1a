"""Sign in and out. A wrong try gets the same answer in the same time, whether the account exists or not."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto, limits
from app.access import Actor
from app.accounts import announce_revoked, devices, links, rules, sessions, totp
from app.accounts.sessions import NextStep, SignedIn
from app.accounts.steady import steadily
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import Invalid, Problem
from app.notifications.outbox import enqueue
from app.passwords import matches
from models import Account, Session
from models.enums import AccountKind, Authentication, LinkPurpose, SessionKind

QUARTER, HOUR, DAY = 15, 60, 24 * 60
"""Minutes."""


async def sign_in(actor: Actor, email: str, password: str, device: str | None = None) -> SignedIn:
    """Begin a session for the right address and password; a half one where a second factor is due.

    Raises:
        Invalid: wrong, or not yet confirmed. TooMany: counted by address and by account, known or not.
    """
    account = await checked_password(actor, email, password)
    if account.email_verified_at is None:
        await _send_confirmation_again(account)
        raise Invalid({'email': Problem('account.confirm_first')})
    async with write() as db:
        account = await db.get_one(Account, account.id)
        ended = await sessions.end(db, account.id, only=actor.session_id) if actor.session_id else []
        ended += await sessions.make_room(db, account)
        signed_in = await begin(db, actor, account, device)
    announce_revoked(ended)
    return signed_in


async def checked_password(actor: Actor, email: str, password: str, *, field: str = 'email') -> Account:
    """Return the account of this address and password. The try counts for both limits. Raises as ``sign_in``."""
    address = email.strip().casefold()[:254]
    await limits.hit('sign-in-address', actor.address, times=60, minutes=QUARTER)
    await limits.hit('sign-in-email', address, times=50, minutes=HOUR)
    await limits.hit('sign-in', address, actor.address, times=10, minutes=QUARTER)
    async with read() as db:
        account = (await db.execute(select(Account).where(col(Account.email) == address))).scalar_one_or_none()
    usable = account if account is not None and account.is_active else None
    good = await matches(password[: rules.LONGEST], usable.password_hash if usable else None)
    if usable is None or not good:
        await steadily(_note_failure(actor, usable))
        raise Invalid({field: Problem('account.wrong' if field == 'email' else 'account.password_wrong')})
    await limits.clear('sign-in', address, actor.address)
    return usable


async def _note_failure(actor: Actor, account: Account | None) -> None:
    """Record a wrong password of a known account; an unknown address leaves no trace."""
    if account is None:
        return
    async with write() as db:
        await record(db, sessions.acting(actor, account, Authentication.NONE), 'account', account.id, 'sign_in_failed')


async def _send_confirmation_again(account: Account) -> None:
    await limits.hit('confirm-again', account.id, times=3, minutes=HOUR)
    async with write() as db:
        account = await db.get_one(Account, account.id)
        await links.send(db, account, 'verify_email', LinkPurpose.VERIFY_EMAIL, lasts=links.VERIFY)


async def begin(db: AsyncSession, actor: Actor, account: Account, device: str | None) -> SignedIn:
    """Begin the session that the account's second factor allows. Staff without one enrol before anything else."""
    next_step = NextStep.DONE
    if account.totp_confirmed_at is not None:
        next_step = NextStep.CODE
    elif account.kind is AccountKind.STAFF:
        next_step = NextStep.ENROL
        totp.seal(account, totp.new_secret())
    action = 'signed_in' if next_step is NextStep.DONE else 'password_accepted'
    if next_step is NextStep.DONE:
        await tell_new_device(db, account, device)
    await record(db, sessions.acting(actor, account, Authentication.PASSWORD), 'account', account.id, action)
    return sessions.begin(db, account, next_step, Authentication.PASSWORD, device)


async def tell_new_device(db: AsyncSession, account: Account, device: str | None) -> None:
    """Mail the owner when somebody signs in from a kind of device that this account was not used on before."""
    words = devices.in_words(device)
    query = select(col(Session.device)).where(
        col(Session.account_id) == account.id, col(Session.kind) == SessionKind.ACCOUNT
    )
    known = set((await db.execute(query.distinct())).scalars())
    if not known or words is None or words in known:
        return
    data = {'device': words}
    await enqueue(
        db, template='new_sign_in', recipient=account.email, lang=account.lang, data=data, account_id=account.id
    )


async def sign_out(actor: Actor, token: str | None, dossier_token: str | None = None) -> None:
    """End the session of this token, whole or half, and close a dossier that was opened by number and secret.

    An unknown one is no error: the person wanted out.
    """
    if dossier_token:
        async with write() as db:
            mine = (col(Session.token_hash) == crypto.token_hash(dossier_token), col(Session.revoked_at).is_(None))
            opened = (*mine, col(Session.kind) == SessionKind.DOSSIER)
            await db.execute(update(Session).where(*opened).values(revoked_at=now()))
    if not token:
        return
    async with write() as db:
        found = (
            await db.execute(select(Session).where(col(Session.token_hash) == crypto.token_hash(token)))
        ).scalar_one_or_none()
        if found is None or found.revoked_at is not None or found.account_id is None:
            return
        await db.execute(update(Session).where(col(Session.id) == found.id).values(revoked_at=now()))
        account = await db.get_one(Account, found.account_id)
        await record(db, sessions.acting(actor, account, found.authentication), 'account', account.id, 'signed_out')
        ended = found.id
    announce_revoked([ended])


async def revoke_session(actor: Actor, session_id: str) -> None:
    """End one of one's own sessions; another's is not found and nothing happens."""
    await _revoke(actor, only=session_id)


async def revoke_all(actor: Actor) -> None:
    """End all of one's own sessions but the present one."""
    await _revoke(actor, but=actor.session_id)


async def _revoke(actor: Actor, *, only: str | None = None, but: str | None = None) -> None:
    if actor.account_id is None:
        return
    async with write() as db:
        ended = await sessions.end(db, actor.account_id, only=only, but=but)
        if ended:
            data = {'count': len(ended)}
            await record(db, actor, 'account', actor.account_id, 'sessions_ended', data=data)
    announce_revoked(ended)
