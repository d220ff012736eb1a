"""The checklist of the first day: each point is read from the database and the settings, none is ticked by hand but the key.

What cannot be seen from here, that a copy of the key lies elsewhere, an administrator says; it counts for that key only.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import crypto, limits
from app.access import Actor, Permission
from app.audit import anchoring
from app.audit.record import record
from app.clock import now, today
from app.db import read, write
from app.errors import NotAllowed
from app.notifications import settings
from app.notifications.outbox import enqueue
from app.operations import copies
from app.procedures.council import council_fees
from app.units.queries import Tree, tree
from models import Account, Anchor, CalendarDay, DutyPost, Grant, Message, Setting, Unit
from models.enums import AccountKind, DayState, MessageState, Role

TEST_MAIL = 'test_mail'
KEY_KEPT = 'key_kept'
DESK = (Role.INTAKE, Role.CASE_OFFICER, Role.LEADER, Role.CLERK)
"""Without one of each no dossier gets from the desk to its result."""
OUTSIDE = timedelta(days=3)
"""An anchor leaves every day; one may fail, three are a fault that somebody must see."""
NAMED = 5
"""Names listed of what is missing; the rest is a number."""


@dataclass(frozen=True)
class Point:
    """One thing to do. ``missing`` names what lacks, ``values`` fill the words ``first_day.KEY_*``."""

    key: str
    done: bool
    link: str = ''
    missing: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _House:
    """What the points look at."""

    actor: Actor
    db: AsyncSession
    tree: Tree
    reach: frozenset[str]

    @property
    def units(self) -> list[Unit]:
        """The units of today that this administrator looks after."""
        return [self.tree.units[i] for i in self.reach if i in self.tree.units and self.tree.exists(i)]

    @property
    def agencies(self) -> list[Unit]:
        """Those that stand above the others: their letterhead is printed."""
        return [unit for unit in self.units if unit.parent_id not in self.reach]


async def points(actor: Actor) -> tuple[Point, ...]:
    """Return every point as it stands now. Raises NotAllowed."""
    reach = _allowed(actor)
    async with read() as db:
        house = _House(actor, db, await tree(db), reach)
        return tuple([await point(house) for point in POINTS])


async def open_count(actor: Actor) -> int:
    """Return how many points are open; 0 for whoever does not look after settings."""
    return sum(not one.done for one in await points(actor)) if actor.may(Permission.SETTING_MANAGE) else 0


async def send_test_mail(actor: Actor) -> None:
    """Write a mail to the administrator's own address; the point is done when the mail server has taken it.

    Raises:
        NotAllowed: not this actor's work. TooMany: five an hour are enough.
    """
    _allowed(actor)
    await limits.hit('test-mail', actor.account_id, times=5, minutes=60)
    async with write() as db:
        account = await db.get(Account, actor.account_id)
        if account is None:
            raise NotAllowed()
        await enqueue(
            db, template=TEST_MAIL, recipient=account.email, lang=account.lang, data={}, account_id=account.id
        )


async def confirm_key(actor: Actor) -> None:
    """Note that a copy of the key in use lies elsewhere. Raises NotAllowed."""
    _allowed(actor)
    async with write() as db:
        kept = Setting(key=KEY_KEPT, value=crypto.key_id(), changed_at=now(), changed_by_id=actor.account_id)
        await db.merge(kept)
        await record(db, actor, 'setting', KEY_KEPT, 'confirmed', data={'key': crypto.key_id()})


def _allowed(actor: Actor) -> frozenset[str]:
    units = actor.units(Permission.SETTING_MANAGE)
    if not units:
        raise NotAllowed()
    return units


def _some(key: str, link: str, missing: Iterable[str], **values: Any) -> Point:
    """Return a point that is done when nothing lacks."""
    names = tuple(missing)
    return Point(key, not names, link, names[:NAMED], {'count': len(names), **values})


async def _address(_house: _House) -> Point:
    return Point('address', settings().https and not settings().demo, values={'url': settings().url})


async def _unit(house: _House) -> Point:
    """One unit receives, and it is known as one: its code stands in every number of a dossier."""
    codes = ', '.join(unit.code for unit in house.agencies)
    desk = any(unit.is_one_stop for unit in house.units)
    return Point('unit', bool(house.agencies) and desk, '/quan-tri/don-vi', values={'codes': codes or '—'})


async def _hours(house: _House) -> Point:
    lacking = (unit.name for unit in house.agencies if not unit.letterhead.get('hours_text'))
    return _some('hours', '/quan-tri/don-vi', lacking)


async def _phone(house: _House) -> Point:
    wanted = ('phone', 'address')
    lacking = (unit.name for unit in house.agencies if not all(unit.letterhead.get(part) for part in wanted))
    return _some('phone', '/quan-tri/don-vi', lacking)


async def _duty(house: _House) -> Point:
    """Somebody is named who sits at the desk, with a telephone: in the agency or a part of it."""
    named = set((await house.db.execute(select(DutyPost.unit_id).distinct())).scalars())
    lacking = (unit.name for unit in house.agencies if not house.tree.reach(unit.id) & named)
    return _some('duty', '/quan-tri/truc', lacking)


async def _calendar(house: _House) -> Point:
    """Every day off that is ahead was confirmed by somebody, and the year has days off at all."""
    ahead = select(CalendarDay.state, func.count()).where(CalendarDay.day >= today()).group_by(CalendarDay.state)
    counts = {state: count for state, count in await house.db.execute(ahead)}  # noqa: C416 - rows are not yet pairs
    drafts = counts.get(DayState.DRAFT, 0)
    done = drafts == 0 and counts.get(DayState.CONFIRMED, 0) > 0
    return Point('calendar', done, '/quan-tri/lich', values={'count': drafts})


async def _people(house: _House) -> Point:
    held = await _holders(house.db, house.reach)
    return _some('people', '/quan-tri/nguoi-dung', (role.value for role in DESK if not held.get(role)))


async def _administrators(house: _House) -> Point:
    """Two, so that one who forgot the password locks out nobody."""
    count = (await _holders(house.db, house.reach)).get(Role.ADMIN, 0)
    return Point('administrators', count >= 2, '/quan-tri/nguoi-dung', values={'count': count})


async def _holders(db: AsyncSession, reach: frozenset[str]) -> dict[Role, int]:
    """Return how many people hold each role today."""
    query = (
        select(Grant.role, func.count(func.distinct(Grant.account_id)))
        .join(Account, col(Account.id) == col(Grant.account_id))
        .where(Account.is_active.is_(True), Account.kind == AccountKind.STAFF, Account.password_hash.is_not(None))
        .where(Grant.unit_id.in_(reach), Grant.valid_from <= today())
        .where(or_(Grant.valid_to.is_(None), Grant.valid_to >= today()))
        .group_by(Grant.role)
    )
    return {role: count for role, count in await db.execute(query)}  # noqa: C416 - rows are not yet pairs


async def _fees(house: _House) -> Point:
    """The council's fees were entered for the procedures that are open."""
    rows = await council_fees(house.actor)
    names = sorted(row.name.vi for row in rows if row.is_enabled and row.current is None)
    return _some('fees', '/quan-tri/le-phi', names)


async def _mail(house: _House) -> Point:
    sent = select(func.max(Message.sent_at)).where(Message.template == TEST_MAIL, Message.state == MessageState.SENT)
    at = (await house.db.execute(sent)).scalar_one()
    return Point('mail', at is not None and bool(settings().smtp_host), '/quan-tri/thu', values={'at': at})


async def _backup(_house: _House) -> Point:
    found = await copies.state()
    minutes = round(found.limit.total_seconds() / 60)
    return Point('backup', found.is_fresh, values={'at': found.last, 'count': found.count, 'minutes': minutes})


async def _anchor(house: _House) -> Point:
    """The anchors of the record get out: the auditor's letter was taken by a server, or an authority stamped one."""
    letter = select(func.max(Message.sent_at)).where(
        Message.template == anchoring.TEMPLATE, Message.state == MessageState.SENT
    )
    stamp = select(func.max(Anchor.stamped_at))
    moments = [(await house.db.execute(query)).scalar_one() for query in (letter, stamp)]
    at = max((moment for moment in moments if moment), default=None)
    return Point('anchor', at is not None and now() - at < OUTSIDE, values={'at': at})


async def _key(house: _House) -> Point:
    kept = await house.db.get(Setting, KEY_KEPT)
    return Point('key', kept is not None and kept.value == crypto.key_id())


POINTS: tuple[Callable[[_House], Awaitable[Point]], ...] = (
    _address,
    _unit,
    _hours,
    _phone,
    _duty,
    _calendar,
    _people,
    _administrators,
    _fees,
    _mail,
    _backup,
    _anchor,
    _key,
)
"""In the order in which a day is best spent."""
