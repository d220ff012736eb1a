"""Open an account. It works once its owner has shown that the address is theirs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app import limits
from app.access import Actor
from app.accounts import links, profile, rules, sessions
from app.accounts.sessions import SignedIn
from app.accounts.signing_in import HOUR, begin, checked_password
from app.accounts.steady import steadily
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import Invalid, Problem
from app.notifications.links import use_link
from app.notifications.outbox import enqueue
from app.passwords import hashed
from app.questions import question, read_answers
from models import Account
from models.enums import AccountKind, Authentication, LinkPurpose

QUESTIONS = (
    question('kind', 'choice', required=True, options=(AccountKind.CITIZEN.value, AccountKind.BUSINESS.value)),
    *rules.IDENTITY,
    *rules.CONTACT,
    *rules.BUSINESS,
)


async def register(actor: Actor, raw: Mapping[str, Any], password: str) -> None:
    """Open an account and mail a link that confirms the address.

    Where the address already has an account its owner is told by mail; the answer here is the same.
    An account that was never confirmed is replaced: until then nobody has shown that it is theirs.

    Raises:
        Invalid: by question. TooMany.
    """
    answers = _answers(raw, password)
    answers['email'] = answers['email'].casefold()
    await limits.hit('register-address', actor.address, times=20, minutes=HOUR)
    await limits.hit('register', answers['email'], times=5, minutes=HOUR)
    password_hash = await hashed(password)
    try:
        await steadily(_open(actor, answers, password_hash))
    except IntegrityError:  # somebody else opened it in the same moment: they got the mail
        return


def _answers(raw: Mapping[str, Any], password: str) -> dict[str, Any]:
    """Return the answers, with everything that is wrong found at once, the password too."""
    problems: dict[str, Problem] = {}
    answers: dict[str, Any] = {}
    try:
        answers = read_answers(QUESTIONS, raw)
    except Invalid as refused:
        problems = refused.problems
    if answers.get('kind') == AccountKind.BUSINESS and not answers['organisation']:
        problems['organisation'] = Problem('fields.required')
    if weak := rules.password_problem(password, str(raw.get('email') or '')):
        problems['password'] = weak
    if problems:
        raise Invalid(problems)
    return answers


async def _open(actor: Actor, answers: dict[str, Any], password_hash: str) -> None:
    async with write() as db:
        known = (await db.execute(select(Account).where(col(Account.email) == answers['email']))).scalar_one_or_none()
        if known is not None and (known.email_verified_at or known.kind is AccountKind.STAFF or not known.is_active):
            await enqueue(
                db, template='account_exists', recipient=known.email, lang=actor.lang, data={}, account_id=known.id
            )
            return
        at = now()
        kind, name = AccountKind(answers['kind']), answers['full_name']
        account = known or Account(kind=kind, email=answers['email'], full_name=name, created_at=at, changed_at=at)
        account.kind, account.full_name, account.phone = kind, name, answers['phone']
        account.password_hash, account.lang, account.changed_at = password_hash, actor.lang, at
        profile.seal(account, {key: answers.get(key) for key in ('organisation', 'tax_code')})
        db.add(account)
        await db.flush()
        who = sessions.acting(actor, account, Authentication.NONE)
        await record(db, who, 'account', account.id, 'registered', data={'kind': account.kind.value})
        await links.send(db, account, 'verify_email', LinkPurpose.VERIFY_EMAIL, lasts=links.VERIFY)


async def to_confirm(token: str) -> str:
    """Return the address that a link confirms. Raises NotFound for a link that does not work (any longer)."""
    async with read() as db:
        return (await links.account_of(db, token, LinkPurpose.VERIFY_EMAIL)).email


async def verify_email(actor: Actor, token: str, password: str, device: str | None = None) -> SignedIn:
    """Confirm an address and sign in. Asks the password too: whoever opened the account must be who reads the mail.

    Raises:
        NotFound: the link does not work. Invalid: wrong password. TooMany.
    """
    async with read() as db:
        account = await links.account_of(db, token, LinkPurpose.VERIFY_EMAIL)
    await checked_password(actor, account.email, password, field='password')
    async with write() as db:
        await use_link(db, token, LinkPurpose.VERIFY_EMAIL)
        account = await db.get_one(Account, account.id)
        account.email_verified_at = account.changed_at = now()
        who = sessions.acting(actor, account, Authentication.PASSWORD)
        await record(db, who, 'account', account.id, 'email_confirmed')
        return await begin(db, actor, account, device)
