"""Showing once more who one is, before acts that a borrowed screen must not do: roles, second factors, tokens.

The moment is kept with the session, so nothing in a browser can move it. Source: OWASP ASVS 4.0, 3.7.
"""

from datetime import timedelta

from app import limits
from app.access import Actor, ActorKind
from app.accounts import rules, sessions
from app.accounts.second_factor import use_code
from app.accounts.signing_in import DAY, QUARTER
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import Invalid, NotFound, Problem, ProofNeeded
from app.passwords import matches
from models import Account
from models.enums import Authentication

LASTS = timedelta(minutes=10)
"""A proof counts so long; several acts in a row ask once."""
DIGITS = 6


def require_proof(actor: Actor) -> None:
    """Refuse whoever has not shown lately who they are. Whoever runs the installation already holds everything.

    Raises:
        ProofNeeded: programs always; people after ``LASTS``.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    is_person = actor.authentication is not Authentication.TOKEN
    if not is_person or actor.proved_at is None or now() - actor.proved_at >= LASTS:
        raise ProofNeeded()


async def prove(actor: Actor, typed: str) -> None:
    """Take the password or the code of the authenticator app, and note the moment in this session.

    Raises:
        NotFound: nobody is signed in here. Invalid: wrong, or a code that was used. TooMany.
    """
    if actor.account_id is None or actor.session_id is None or actor.authentication is Authentication.TOKEN:
        raise NotFound()
    await limits.hit('prove', actor.account_id, times=5, minutes=QUARTER)
    await limits.hit('prove-day', actor.account_id, times=40, minutes=DAY)
    text = typed if isinstance(typed, str) else ''
    code = ''.join(text.split())
    is_code = len(code) == DIGITS and code.isdecimal()
    good = False if is_code else await _password_fits(actor.account_id, text)
    async with write() as db:
        account = await db.get_one(Account, actor.account_id)
        if is_code:
            good = account.totp_confirmed_at is not None and await use_code(db, account, code)
        await record(db, actor, 'account', account.id, 'proved_again' if good else 'proof_failed')
        if good:
            await sessions.prove(db, actor.session_id)
    if not good:
        raise Invalid({'proof': Problem('account.proof_wrong')})
    await limits.clear('prove', actor.account_id)


async def _password_fits(account_id: str, text: str) -> bool:
    async with read() as db:
        account = await db.get_one(Account, account_id)
    return await matches(text[: rules.LONGEST], account.password_hash)
