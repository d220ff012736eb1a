"""The link that makes an administrator: nobody ever has a password that somebody else chose."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto
from app.access import SYSTEM
from app.accounts import rules
from app.audit.record import record
from app.clock import now, today
from app.errors import Invalid, NotFound, Problem
from app.notifications.links import address
from app.questions import question
from app.units.commands import add_unit
from app.units.queries import tree
from models import Account, Grant, OneTimeLink
from models.enums import AccountKind, LinkPurpose, Role

LASTS = timedelta(hours=24)
PERSON = (question('full_name', 'person_name', required=True),)
UNIT = (
    question('unit_name', 'text', required=True, max_length=200),
    question('unit_code', 'text', required=True, max_length=40, pattern=r'[A-Z]\d{2}(\.\d{1,3}){0,3}'),
)


def create_admin_link(email: str) -> str:
    """Return the address at which an administrator of the whole installation sets name and password, once, in a day.

    Nothing is written: the link is signed with the master secret, so it can be made while the service runs.
    """
    body = json.dumps([rules.normal_email(email), int((now() + LASTS).timestamp()), crypto.new_token()[:12]])
    text = base64.urlsafe_b64encode(body.encode()).decode().rstrip('=')
    return address(f'/dat-mat-khau/{text}.{_seal(text)}')


def _seal(text: str) -> str:
    return crypto.mac('create-admin', text)[:43]


async def email_of(db: AsyncSession, token: str) -> str | None:
    """Return the address that a link of ``create_admin_link`` names; None for another kind of link.

    Raises:
        NotFound: the link is ours, but used or too old.
    """
    text, _, seal = token.partition('.')
    if not seal or not crypto.same(seal, _seal(text)):
        return None
    email, expires, _ = json.loads(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))
    used = select(col(OneTimeLink.id)).where(col(OneTimeLink.token_hash) == crypto.token_hash(token))
    if datetime.fromtimestamp(expires, UTC) <= now() or (await db.execute(used)).first():
        raise NotFound('account.link_dead')
    return str(email)


async def make(db: AsyncSession, email: str, token: str, answers: dict[str, Any]) -> Account:
    """Use the link up; write the person, the first unit and the grants where they are missing."""
    account = (await db.execute(select(Account).where(col(Account.email) == email))).scalar_one_or_none()
    if account is not None and account.kind is not AccountKind.STAFF:
        raise Invalid({'password': Problem('account.not_staff')})
    if account is None:
        at = now()
        account = Account(
            kind=AccountKind.STAFF, email=email, full_name=answers['full_name'], created_at=at, changed_at=at
        )
        db.add(account)
    account.is_active = True
    await db.flush()
    await _use(db, account, token)
    if 'unit_code' in answers:
        await add_unit(db, SYSTEM, {'code': answers['unit_code'], 'name': answers['unit_name']})
    await _grant_all(db, account)
    return account


async def _use(db: AsyncSession, account: Account, token: str) -> None:
    """Keep the token's hash: a second one of the same does not fit in."""
    at = now()
    used = OneTimeLink(
        token_hash=crypto.token_hash(token),
        purpose=LinkPurpose.CREATE_ADMIN,
        account_id=account.id,
        created_at=at,
        expires_at=at,
        used_at=at,
    )
    db.add(used)
    try:
        await db.flush()
    except IntegrityError as again:
        raise NotFound('account.link_dead') from again


async def _grant_all(db: AsyncSession, account: Account) -> None:
    """Make the account administrator of every agency."""
    for unit_id in (await tree(db)).tops():
        grant = Grant(account_id=account.id, role=Role.ADMIN, unit_id=unit_id, valid_from=today(), created_at=now())
        db.add(grant)
        await db.flush()
        data = {'account': account.id, 'role': Role.ADMIN.value}
        await record(db, SYSTEM, 'grant', grant.id, 'granted', unit_id=unit_id, data=data)
