"""Colleagues: invite, grant, revoke, let go. Nobody grants beyond their reach, or to themselves.

Whoever does so has shown lately who they are (``ProofNeeded`` otherwise): a screen left open gives nothing away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import Actor, Permission
from app.accounts import announce_revoked, links, rules, second_factor, sessions
from app.accounts.proving import require_proof
from app.accounts.reach import grants_of, is_over, load_for, may_grant
from app.api_tokens.commands import end_all as end_tokens
from app.audit.record import record
from app.clock import now, today
from app.db import write
from app.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from app.notifications.links import link_address
from app.notifications.outbox import enqueue
from app.questions import question, read_answers
from app.text import plain
from app.units.queries import tree
from models import Account, Grant
from models.enums import AccountKind, LinkPurpose, Role

_TITLE = question('title', 'text', max_length=120)
QUESTIONS = (*rules.IDENTITY, _TITLE, *rules.CONTACT)
NAMED = (rules.IDENTITY[0], _TITLE)
NOTE_LIMIT = 200
GRANT_QUESTIONS = (
    question('role', 'choice', required=True, options=tuple(role.value for role in Role)),
    question('valid_from', 'date'),
    question('valid_to', 'date'),
)


@dataclass(frozen=True)
class Invited:
    """A new colleague. The link is shown once to the administrator, who may hand it over where mail does not arrive."""

    account_id: str
    link: str


async def create_person(actor: Actor, raw: Mapping[str, Any], *, unit_id: str) -> Invited:
    """Add a member of staff with a first grant and mail an invitation to set a password.

    ``raw``: full_name, email, title, phone, role, valid_from, valid_to.

    Raises:
        NotFound: the unit is not within reach. NotAllowed: the role is not theirs to give. Invalid: by question.
    """
    answers = read_answers(QUESTIONS + GRANT_QUESTIONS, raw)
    role = Role(answers['role'])
    may_grant(actor, role, unit_id)
    require_proof(actor)
    at = now()
    account = Account(
        kind=AccountKind.STAFF,
        email=answers['email'].casefold(),
        full_name=answers['full_name'],
        title=answers['title'],
        phone=answers['phone'],
        lang=actor.lang,
        created_at=at,
        changed_at=at,
    )
    async with write() as db:
        db.add(account)
        try:
            await db.flush()
        except IntegrityError as taken:
            raise Invalid({'email': Problem('account.email_taken')}) from taken
        await record(db, actor, 'account', account.id, 'created', unit_id=unit_id)
        await _add_grant(db, actor, account.id, role, unit_id, _day(answers['valid_from']), _day(answers['valid_to']))
        link_id = await links.send(db, account, 'staff_invitation', LinkPurpose.SET_PASSWORD, lasts=links.INVITATION)
    return Invited(account.id, link_address(LinkPurpose.SET_PASSWORD, link_id))


async def correct_person(actor: Actor, account_id: str, raw: Mapping[str, Any]) -> None:
    """Correct name and position of a member of staff, one's own too where there is no other administrator.

    Nobody else writes them: histories, official papers and the look of signatures name people by them. ``raw``: full_name,
    title.

    Raises:
        NotFound: not within reach.  Invalid: by question.
    """
    async with write() as db:
        account = await load_for(db, actor, account_id)
        require_proof(actor)
        answers, before = read_answers(NAMED, raw), account.full_name
        account.full_name, account.title, account.changed_at = answers['full_name'], answers['title'], now()
        data = {'before': before, 'after': account.full_name}
        await record(db, actor, 'account', account_id, 'name_corrected', data=data)


async def invite_again(actor: Actor, account_id: str) -> Invited:
    """Mail a new invitation to somebody who has no password yet; the earlier one stops working.

    Raises:
        NotFound. WrongState: there is a password; a forgotten one is reset by its owner.
    """
    async with write() as db:
        account = await load_for(db, actor, account_id)
        require_proof(actor)
        if account.password_hash is not None or not account.is_active or rules.is_system(account.email):
            raise WrongState('account.has_password')
        link_id = await links.send(db, account, 'staff_invitation', LinkPurpose.SET_PASSWORD, lasts=links.INVITATION)
        await record(db, actor, 'account', account_id, 'invited_again')
    return Invited(account_id, link_address(LinkPurpose.SET_PASSWORD, link_id))


async def grant(
    actor: Actor,
    account_id: str,
    role: Role,
    unit_id: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> str:
    """Give a member of staff a role in a unit and all below it, from a day to a day, both counted. Returns its id.

    Raises:
        NotFound: unit or person not within reach. NotAllowed: to oneself, or a role that is not theirs to give.
        Invalid: the last day comes before the first.
    """
    may_grant(actor, role, unit_id)
    require_proof(actor)
    async with write() as db:
        account = await load_for(db, actor, account_id)
        if account.id == actor.account_id:
            raise NotAllowed('account.not_yourself')
        return await _add_grant(db, actor, account.id, role, unit_id, valid_from, valid_to)


async def _add_grant(
    db: AsyncSession, actor: Actor, account_id: str, role: Role, unit_id: str, first: date | None, last: date | None
) -> str:
    first = first or today()
    if last is not None and last < first:
        raise Invalid({'valid_to': Problem('account.ends_before_start')})
    if not (await tree(db)).exists(unit_id):
        raise NotFound()
    new = Grant(
        account_id=account_id,
        role=role,
        unit_id=unit_id,
        valid_from=first,
        valid_to=last,
        granted_by_id=actor.account_id,
        created_at=now(),
    )
    db.add(new)
    await db.flush()
    days = {'from': first.isoformat(), 'to': last.isoformat() if last else None}
    data = {'account': account_id, 'role': role.value, **days}
    await record(db, actor, 'grant', new.id, 'granted', unit_id=unit_id, data=data)
    return new.id


async def revoke_grant(actor: Actor, grant_id: str) -> None:
    """End a grant at once.

    Raises:
        NotFound: not within reach, or over already. NotAllowed: one's own right to administer, or the unit's last.
    """
    async with write() as db:
        old = await db.get(Grant, grant_id)
        if old is None or not actor.may(Permission.PERSON_MANAGE, old.unit_id) or is_over(old):
            raise NotFound()
        require_proof(actor)
        if old.role is Role.ADMIN:
            if old.account_id == actor.account_id:
                raise NotAllowed('account.not_yourself')
            await _keep_an_admin(db, [old])
        old.valid_to = today() - timedelta(days=1)
        data = {'account': old.account_id, 'role': old.role.value}
        await record(db, actor, 'grant', grant_id, 'revoked', unit_id=old.unit_id, data=data)


async def deactivate(actor: Actor, account_id: str) -> None:
    """Let a member of staff go: nothing works any longer, at once; what they did stays.

    Raises:
        NotFound. NotAllowed: oneself, or a unit's last administrator.
    """
    async with write() as db:
        account = await load_for(db, actor, account_id)
        if account.id == actor.account_id:
            raise NotAllowed('account.not_yourself')
        require_proof(actor)
        await _keep_an_admin(db, [g for g in await grants_of(db, account_id) if g.role is Role.ADMIN])
        account.is_active = False
        account.changed_at = now()
        ended = await sessions.end(db, account_id)
        await end_tokens(db, account_id)
        await links.retire(db, account_id, LinkPurpose.SET_PASSWORD)
        await record(db, actor, 'account', account_id, 'deactivated')
    announce_revoked(ended)


async def reactivate(actor: Actor, account_id: str) -> None:
    """Take somebody back, with the grants that have not ended. They enrol a second factor anew."""
    async with write() as db:
        account = await load_for(db, actor, account_id)
        require_proof(actor)
        account.is_active = True
        second_factor.forget(account)
        await record(db, actor, 'account', account_id, 'reactivated')


async def reset_second_factor(actor: Actor, account_id: str, *, note: str = '') -> None:
    """Take a lost second factor away after the person was identified; all their sessions end.

    For colleagues within reach, and for citizens by whoever administers people. ``note`` says how they were identified;
    of a citizen, whom nobody here knows by sight, it is needed.

    Raises:
        NotFound. NotAllowed: one's own. Invalid: it is not said how a citizen was identified.
    """
    how = plain(note).strip()[:NOTE_LIMIT] if isinstance(note, str) else ''
    async with write() as db:
        account = await load_for(db, actor, account_id, citizens=True)
        if account.id == actor.account_id:
            raise NotAllowed('account.not_yourself')
        if account.kind is not AccountKind.STAFF and not how:
            raise Invalid({'note': Problem('account.say_how_identified')}, 'account.say_how_identified')
        require_proof(actor)
        second_factor.forget(account)
        ended = await sessions.end(db, account_id)
        await record(db, actor, 'account', account_id, 'second_factor_reset', note=how or None)
        await enqueue(
            db,
            template='second_factor_reset',
            recipient=account.email,
            lang=account.lang,
            data={},
            account_id=account.id,
        )
    announce_revoked(ended)


async def _keep_an_admin(db: AsyncSession, leaving: list[Grant]) -> None:
    """Refuse to leave a unit without anybody who administers it, from there or from above.

    The rows are locked, so that two administrators who remove each other do not both succeed.
    """
    if not leaving:
        return
    query = (
        select(Grant)
        .join(Account, col(Account.id) == col(Grant.account_id))
        .where(
            col(Grant.role) == Role.ADMIN,
            col(Grant.valid_from) <= today(),
            or_(col(Grant.valid_to).is_(None), col(Grant.valid_to) >= today()),
            col(Account.is_active).is_(True),
        )
        .with_for_update(of=Grant)
    )
    going = {g.id for g in leaving}
    staying = [g for g in (await db.execute(query)).scalars() if g.id not in going]
    units = await tree(db)
    reached: frozenset[str] = frozenset().union(*(units.reach(g.unit_id) for g in staying))
    if any(units.exists(g.unit_id) and g.unit_id not in reached for g in leaving):
        raise NotAllowed('account.last_admin')


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
