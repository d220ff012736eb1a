"""Links of accounts that work once: send one, look whether one still works."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.clock import now
from app.errors import NotFound
from app.notifications.outbox import enqueue_link
from models import Account, OneTimeLink
from models.enums import LinkPurpose

RESET = timedelta(hours=2)
VERIFY = timedelta(hours=48)
INVITATION = timedelta(days=7)
"""A new colleague may be away for a few days."""


async def send(db: AsyncSession, account: Account, template: str, purpose: LinkPurpose, *, lasts: timedelta) -> str:
    """Mail a new link and return its id. Earlier links of the account for the same purpose stop working."""
    await retire(db, account.id, purpose)
    message = await enqueue_link(db, account, template, purpose, lasts=lasts)
    return str(message.data['link'])


async def retire(db: AsyncSession, account_id: str, purpose: LinkPurpose) -> None:
    """Let no unused link of an account for this purpose work any longer."""
    at = now()
    live = (col(OneTimeLink.used_at).is_(None), col(OneTimeLink.expires_at) > at)
    mine = (col(OneTimeLink.account_id) == account_id, col(OneTimeLink.purpose) == purpose)
    await db.execute(update(OneTimeLink).where(*mine, *live).values(expires_at=at))


async def account_of(db: AsyncSession, token: str, purpose: LinkPurpose) -> Account:
    """Return the account of a link that still works. Looking does not use it up.

    Raises:
        NotFound: unknown, used, too old, or made for something else; the four are not told apart.
    """
    query = (
        select(Account)
        .join(OneTimeLink, col(OneTimeLink.account_id) == col(Account.id))
        .where(
            col(OneTimeLink.token_hash) == crypto.token_hash(token),
            col(OneTimeLink.purpose) == purpose,
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.expires_at) > now(),
            col(Account.is_active).is_(True),
        )
    )
    account = (await db.execute(query)).scalar_one_or_none()
    if account is None:
        raise NotFound('account.link_dead')
    return account
