"""Open a dossier without an account: number and secret, or a link that went to a verified contact."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor, anonymous
from app.audit.record import record
from app.clock import now
from app.db import write
from app.dossiers.loading import find_by_number
from app.errors import NotFound
from app.limits import hit
from app.text import plain
from app.workflow.effects import secret_of
from models import Dossier, Session
from models.enums import Authentication, SessionKind

LIFE = timedelta(hours=2)
TRIES_PER_DOSSIER = 10
TRIES_PER_ADDRESS = 20
"""An hour. The secret has 40 bits: at this pace guessing takes longer than the state lasts."""


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
    await hit('open_address', actor.address or 'unknown', times=TRIES_PER_ADDRESS, minutes=60)
    await hit('open_dossier', ''.join(typed_number.upper().split())[:40], times=TRIES_PER_DOSSIER, minutes=60)
    async with write() as db:
        one = await find_by_number(db, typed_number)
        expected = secret_of(one) if one else crypto.new_secret()
        good = crypto.same(crypto.normal_secret(secret if isinstance(secret, str) else ''), expected)
        if one is None or not good:
            raise NotFound('dossier.number_secret_wrong')
        return await open_session(db, actor, one, Authentication.SECRET)


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
