"""How far an administrator's hands reach: which roles they give where, and whose accounts they look after."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import Actor, Permission
from app.clock import today
from app.errors import NotAllowed, NotFound
from models import Account, Grant
from models.enums import AccountKind, Role


def may_grant(actor: Actor, role: Role, unit_id: str) -> None:
    """Within one's reach only; administrators are made by administrators of that unit or of one above it."""
    if not actor.may(Permission.PERSON_MANAGE, unit_id):
        raise NotFound()
    if role is Role.ADMIN and Role.ADMIN not in actor.roles(unit_id):
        raise NotAllowed('account.grant_beyond')


async def load_for(db: AsyncSession, actor: Actor, account_id: str, *, citizens: bool = False) -> Account:
    """Return a person whom the actor administers: every live grant of theirs lies within the actor's reach.

    Otherwise an administrator of one section could take over an account that reaches further.
    """
    reach = actor.units(Permission.PERSON_MANAGE)
    account = await db.get(Account, account_id)
    if account is None or not reach:
        raise NotFound()
    if account.kind is not AccountKind.STAFF:
        if citizens:
            return account
        raise NotFound()
    held = await grants_of(db, account_id, ended=True)
    live = [g for g in held if not is_over(g)]
    if not any(g.unit_id in reach for g in held) or not all(g.unit_id in reach for g in live):
        raise NotFound()
    return account


async def grants_of(db: AsyncSession, account_id: str, *, ended: bool = False) -> list[Grant]:
    """Return the grants of an account that have not ended, or all of them."""
    query = select(Grant).where(col(Grant.account_id) == account_id)
    if not ended:
        query = query.where(or_(col(Grant.valid_to).is_(None), col(Grant.valid_to) >= today()))
    return list((await db.execute(query)).scalars())


def is_over(one: Grant) -> bool:
    """Tell whether a grant has ended."""
    return one.valid_to is not None and one.valid_to < today()
