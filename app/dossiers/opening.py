"""Open a dossier without an account: number and secret, or a link that went to a verified contact."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor, anonymous
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.dossiers.loading import find_by_number
from app.errors import NotFound
from app.limits import hit
from app.text import plain
from app.workflow.numbers import secret_of
from models import Dossier, Session
from models.enums import Authentication, SessionKind

LIFE = timedelta(hours=2)
TRIES_PER_PAIR, TRIES_PER_ADDRESS, TRIES_PER_NUMBER = 10, 20, 200
"""Wrong tries an hour: of one address at one number, of one address, at one number from everywhere.

One address cannot lock a known number for its owner; twenty can, for the rest of the hour. The secret has 40 bits, some
1.1e12 values. At one number 200 an hour are 1.75 million a year: even odds to hit it after 300,000 years. Whoever tries
at all numbers at once has 20 an hour from each address: a thousand addresses are 175 million a year, even odds after
more than 3,000 years to hit a single dossier, whichever it is.
"""


@dataclass(frozen=True)
class OpenedDossier:
    """A dossier opened for two hours; the token goes into a cookie."""

    token: str
    expires_at: datetime
    dossier_id: str


async def open_by_secret(actor: Actor, number: str, secret: str) -> OpenedDossier:
    """Open a dossier by its number and its eight-character secret. Unknown number and wrong secret look the same.

    Raises:
        NotFound: they do not fit together.  TooMany: tried too often for this dossier or from this address.
    """
    typed_number = plain(number) if isinstance(number, str) else ''
    await _count_address(actor)
    async with write() as db:
        one = await find_by_number(db, typed_number)
        await _count_number(actor, one.filing_number if one else ''.join(typed_number.upper().split())[:40])
        if not _fits(secret, one) or one is None:
            raise NotFound('dossier.number_secret_wrong')
        return await open_session(db, actor, one, Authentication.SECRET)


async def with_secret(actor: Actor, dossier_id: str, secret: str) -> Actor:
    """Return the actor as somebody who has just shown the secret of a dossier: for the one act that needs it.

    Raises:
        NotFound: it is not its secret.  TooMany: tried too often.
    """
    await _count_address(actor)
    async with read() as db:
        one = await db.get(Dossier, dossier_id)
    await _count_number(actor, one.filing_number if one else dossier_id)
    if not _fits(secret, one) or one is None:
        raise NotFound('dossier.secret_wrong')
    return replace(actor, opened=actor.opened | {one.id}, authentication=Authentication.SECRET)


def _fits(secret: object, one: Dossier | None) -> bool:
    """Compare a typed secret; at an unknown dossier with one that nobody knows, so that both take the same time."""
    expected = secret_of(one) if one else crypto.new_secret()
    return crypto.same(crypto.normal_secret(secret if isinstance(secret, str) else ''), expected)


async def _count_address(actor: Actor) -> None:
    await hit('open_address', actor.address or 'unknown', times=TRIES_PER_ADDRESS, minutes=60)


async def _count_number(actor: Actor, number: str) -> None:
    """Count a try at a number, whichever of its two codes was typed; one address too many counts nothing at the number."""
    await hit('open_pair', actor.address or 'unknown', number, times=TRIES_PER_PAIR, minutes=60)
    await hit('open_number', number, times=TRIES_PER_NUMBER, minutes=60)


async def open_by_link(dossier_id: str) -> OpenedDossier:
    """Open a dossier for whoever followed a link that was sent to its verified contact (the link is checked before)."""
    async with write() as db:
        return await open_session(db, anonymous(), await db.get_one(Dossier, dossier_id), Authentication.LINK)


async def open_session(db: AsyncSession, actor: Actor, one: Dossier, authentication: Authentication) -> OpenedDossier:
    """Insert the session that the cookie stands for, and write down that somebody opened the dossier, and how."""
    token, moment = crypto.new_token(), now()
    who = replace(actor, authentication=authentication)
    await record(db, who, 'opening', one.id, 'opened', unit_id=one.receiving_unit_id)
    db.add(
        Session(
            token_hash=crypto.token_hash(token),
            kind=SessionKind.DOSSIER,
            dossier_id=one.id,
            authentication=authentication,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + LIFE,
        )
    )
    return OpenedDossier(token, moment + LIFE, one.id)
