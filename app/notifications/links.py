"""Addresses in mail. Tokens are keyed hashes made when a message is sent, so that the outbox holds no secret."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.clock import now
from app.db import write
from app.errors import NotFound
from app.notifications import settings
from models import Dossier, Message, OneTimeLink
from models.enums import LinkPurpose
from models.types import new_id

FOLLOW_LASTS = timedelta(days=30)
PATHS = {
    LinkPurpose.CREATE_ADMIN: '/dat-mat-khau/',
    LinkPurpose.SET_PASSWORD: '/dat-mat-khau/',
    LinkPurpose.VERIFY_EMAIL: '/xac-nhan-email/',
    LinkPurpose.FOLLOW: '/theo-doi/',
}
"""Page of each kind of link; it shows a button whose POST consumes the token, since mail scanners make the GET."""
_ID = 22
_MAC = 43
"""Hex digits kept of the keyed hash: 172 bits."""


def address(path: str, **query: str) -> str:
    """Return the full address of one of our pages."""
    return settings().url + path + (f'?{urlencode(query)}' if query else '')


def track_address(filing_number: str) -> str:
    """Return the address where a number and its secret open a dossier."""
    return address('/tra-cuu', ma=filing_number)


def new_link(
    db: AsyncSession,
    purpose: LinkPurpose,
    *,
    lasts: timedelta,
    account_id: str | None = None,
    dossier_id: str | None = None,
) -> OneTimeLink:
    """Add a link that works once. Its token is not stored and can be made again by ``link_address``."""
    moment = now()
    link = OneTimeLink(
        id=(link_id := new_id()),
        token_hash=crypto.token_hash(_link_token(purpose, link_id)),
        purpose=purpose,
        account_id=account_id,
        dossier_id=dossier_id,
        created_at=moment,
        expires_at=moment + lasts,
    )
    db.add(link)
    return link


def link_address(purpose: LinkPurpose, link_id: str) -> str:
    """Return the address that a one-time link is opened at."""
    return address(PATHS[purpose] + _link_token(purpose, link_id))


async def use_link(db: AsyncSession, token: str, *purposes: LinkPurpose) -> OneTimeLink:
    """Consume a one-time link.

    Raises:
        NotFound: unknown, for something else, used or expired; never said which.
    """
    is_it = (col(OneTimeLink.token_hash) == crypto.token_hash(token)) & col(OneTimeLink.purpose).in_(purposes)
    is_alive = col(OneTimeLink.used_at).is_(None) & (col(OneTimeLink.expires_at) > now())
    change = update(OneTimeLink).where(is_it, is_alive).values(used_at=now()).returning(OneTimeLink)
    link = (await db.execute(change)).scalar_one_or_none()
    if link is None:
        raise NotFound('mail.link_dead')
    return link


def follow_address(dossier: Dossier, message: Message) -> str:
    """Return the address by which the verified contact opens the dossier once, without its secret."""
    return address(PATHS[LinkPurpose.FOLLOW] + _follow_token(dossier, message))


async def open_follow_link(token: str) -> str:
    """Consume a link of a mail and return the id of its dossier. For a POST alone: mail scanners make GETs.

    Raises:
        NotFound: unknown, used, older than 30 days, or the contact address is no longer the one it was sent to.
    """
    async with write() as db:
        message = await db.get(Message, token[:_ID])
        dossier = await db.get(Dossier, message.dossier_id) if message and message.dossier_id else None
        if message is None or dossier is None or not _opens(token, message, dossier):
            raise NotFound('mail.link_dead')
        await _consume(db, token, dossier.id, message.created_at)
        return dossier.id


def is_verified_contact(dossier: Dossier, message: Message) -> bool:
    """Tell whether a message goes to an address that was proved to be the filer's, still today."""
    return dossier.contact_verified and message.recipient.lower() == (dossier.contact_email or '').lower()


def _opens(token: str, message: Message, dossier: Dossier) -> bool:
    is_ours = crypto.same(token, _follow_token(dossier, message))
    sent = message.sent_at or message.created_at
    return is_ours and is_verified_contact(dossier, message) and now() < sent + FOLLOW_LASTS


async def _consume(db: AsyncSession, token: str, dossier_id: str, created_at: datetime) -> None:
    """Keep the token's hash; a second one of the same does not fit in."""
    used = insert(OneTimeLink).values(
        id=new_id(),
        token_hash=crypto.token_hash(token),
        purpose=LinkPurpose.FOLLOW,
        dossier_id=dossier_id,
        created_at=created_at,
        expires_at=now(),
        used_at=now(),
    )
    try:
        await db.execute(used)
    except IntegrityError as again:
        raise NotFound('mail.link_dead') from again


def _link_token(purpose: LinkPurpose, link_id: str) -> str:
    return link_id + crypto.mac('one-time-link', purpose, link_id)[:_MAC]


def _follow_token(dossier: Dossier, message: Message) -> str:
    """Bound to purpose, dossier, message and recipient; ``nonce`` is renewed when the message is sent again."""
    nonce = str(message.data.get('nonce', ''))
    return message.id + crypto.mac('follow-link', dossier.id, message.id, message.recipient, nonce)[:_MAC]
