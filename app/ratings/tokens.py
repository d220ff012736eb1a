"""Tokens that open the rating of one dossier and nothing else: of a mail, of the counter's screen, of who just rated.

Keyed hashes, none is stored. A guess finds nothing: each has 160 bits and more.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.clock import now
from app.errors import NotFound
from app.notifications.links import FOLLOW_LASTS, address, is_verified_contact
from models import Dossier, Message, Rating

PATH = '/danh-gia'
COUNTER_LASTS = timedelta(minutes=15)
_ID, _MAC, _STAMP = 22, 40, 8
_COUNTER, _OWN = 'q', 'r'


@dataclass(frozen=True)
class Opened:
    """The dossier that a token opens for rating, and by which way: link, counter or own."""

    dossier: Dossier
    way: str


def link_address(dossier: Dossier, message: Message) -> str:
    """Return the address that a letter to the verified contact bears."""
    return address(f'{PATH}/{message.id}{_link_mac(dossier, message)}')


def form_address(number: str) -> str:
    """Return the address where number and secret lead to the rating."""
    return address(PATH, ma=number)


def counter_address(dossier_id: str) -> str:
    """Return the address on the counter's screen. It works for a quarter of an hour, for a first rating only;
    it opens the same empty form whether one stands or not, for the counter knows it too.
    """
    stamp = f'{int((now() + COUNTER_LASTS).timestamp()):0{_STAMP}x}'
    return address(f'{PATH}/{_COUNTER}{dossier_id}{stamp}{_counter_mac(dossier_id, stamp)}')


def own_token(rating: Rating) -> str:
    """Return the token that the browser gets which has just rated by the counter's screen: nobody at the counter knows it."""
    return f'{_OWN}{rating.dossier_id}{_own_mac(rating)}'


async def open_token(db: AsyncSession, token: str) -> Opened:
    """Return what a token opens.

    Raises:
        NotFound: unknown, too old, or the contact address is no longer the one it was sent to.
    """
    if not isinstance(token, str) or not token.isascii():
        raise NotFound('ratings.link_dead')
    found = await _of_link(db, token)
    if found is None and token.startswith(_COUNTER):
        found = await _of_counter(db, token)
    if found is None and token.startswith(_OWN):
        found = await _of_own(db, token)
    if found is None:
        raise NotFound('ratings.link_dead')
    return found


async def _of_link(db: AsyncSession, token: str) -> Opened | None:
    if len(token) != _ID + _MAC:
        return None
    message = await db.get(Message, token[:_ID])
    dossier = await db.get(Dossier, message.dossier_id) if message and message.dossier_id else None
    if message is None or dossier is None or not crypto.same(token[_ID:], _link_mac(dossier, message)):
        return None
    is_fresh = now() < (message.sent_at or message.created_at) + FOLLOW_LASTS
    return Opened(dossier, 'link') if is_fresh and is_verified_contact(dossier, message) else None


async def _of_counter(db: AsyncSession, token: str) -> Opened | None:
    if len(token) != 1 + _ID + _STAMP + _MAC:
        return None
    dossier_id, stamp, mac = token[1 : 1 + _ID], token[1 + _ID : -_MAC], token[-_MAC:]
    if not crypto.same(mac, _counter_mac(dossier_id, stamp)) or now() >= datetime.fromtimestamp(int(stamp, 16), UTC):
        return None
    dossier = await db.get(Dossier, dossier_id)
    return Opened(dossier, 'counter') if dossier else None


async def _of_own(db: AsyncSession, token: str) -> Opened | None:
    if len(token) != 1 + _ID + _MAC:
        return None
    rating = await rating_of(db, token[1 : 1 + _ID])
    if rating is None or rating.via != 'counter' or not crypto.same(token[1 + _ID :], _own_mac(rating)):
        return None  # corrected by a surer way (account, secret, mail), the counter's has no say any more
    return Opened(await db.get_one(Dossier, rating.dossier_id), 'own')


def _link_mac(dossier: Dossier, message: Message) -> str:
    nonce = str(message.data.get('nonce', ''))
    return crypto.mac('rating-link', dossier.id, message.id, message.recipient, nonce)[:_MAC]


def _counter_mac(dossier_id: str, stamp: str) -> str:
    return crypto.mac('rating-counter', dossier_id, stamp)[:_MAC]


def _own_mac(rating: Rating) -> str:
    return crypto.mac('rating-own', rating.dossier_id, rating.id, rating.event_id)[:_MAC]


async def rating_of(db: AsyncSession, dossier_id: str) -> Rating | None:
    """Return the rating of a dossier."""
    return (await db.execute(select(Rating).where(Rating.dossier_id == dossier_id))).scalar_one_or_none()
