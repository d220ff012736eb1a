"""The morning's letter: what needs attention, once a working day, instead of a letter for each warning."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, ActorKind, Permission
from app.accounts.queries import live_grants
from app.clock import local, now
from app.db import read, take_turn, write
from app.deadlines.store import calendar_for
from app.feedback.timers import pressing
from app.i18n import Words, words
from app.jobs import loop
from app.notifications.links import address
from app.notifications.outbox import enqueue
from app.procedures.ending import Ending, endings_on
from app.timers.alerts import MOST_PRESSING_FIRST, counts
from models import Account, Digest
from models.enums import AccountKind, AlertKind


@loop(every=timedelta(minutes=5), name='digest')
async def send_digests() -> int:
    """Write the letter of each member of staff whose unit has opened today and who has not had one. Returns how many.

    Who has nothing to attend to gets no letter. A process that was down in the morning sends it when it is back, as long
    as the unit is open; what was missed on other days is not sent afterwards.
    """
    moment, sent = now(), 0
    day = local(moment).date()
    async with read() as db:
        told = select(Digest.account_id).where(Digest.day == day)
        query = select(Account).where(
            Account.kind == AccountKind.STAFF, Account.is_active.is_(True), Account.id.not_in(told)
        )
        people = (await db.execute(query)).scalars().all()
        ready = [actor for one in people if (actor := await _at_work(db, one, moment))]
    for actor in ready:
        sent += await _send(actor, day)
    return sent


async def _at_work(db: AsyncSession, one: Account, moment: datetime) -> Actor | None:
    """Return the person as an actor if a unit of theirs is open now."""
    grants = await live_grants(db, one.id)
    for grant in grants:
        work = (await calendar_for(db, grant.unit_id)).work
        today = local(moment).date()
        if work.is_working(today) and work.opening(today) <= moment < work.closing(today):
            return Actor(ActorKind.STAFF, one.id, one.full_name, one.email, grants=grants, lang=one.lang)
    return None


async def _send(actor: Actor, day: date) -> bool:
    async with write() as db:
        await take_turn(db, 'digest')
        if await db.get(Digest, (actor.account_id, day)):
            return False
        db.add(Digest(account_id=actor.account_id or '', day=day, sent_at=now()))
        found, ending = await counts(db, actor), await _ending(db, actor, day)
        waiting = await pressing(db, actor)
        if not any(found.values()) and not ending and not any(waiting):
            return False
        await enqueue(
            db,
            template='digest',
            recipient=actor.email or '',
            lang=actor.lang,
            data={
                'number': str(sum(found.values()) + len(ending) + sum(waiting)),
                'lines': _lines(actor.lang, found, ending) + _of_feedback(actor.lang, *waiting),
            },
            account_id=actor.account_id,
            until=now() + timedelta(hours=12),
        )
    return True


async def _ending(db: AsyncSession, actor: Actor, day: date) -> tuple[Ending, ...]:
    """Return the legal bases that end, for whoever looks after procedures: once a week, with the first letter of the week."""
    units = actor.units(Permission.PROCEDURE_MANAGE)
    if not units:
        return ()
    monday = day - timedelta(days=day.weekday())
    earlier = select(Digest.day).where(Digest.account_id == actor.account_id, Digest.day >= monday, Digest.day < day)
    return () if (await db.execute(earlier.limit(1))).first() else await endings_on(db, day)


def _lines(lang: str, found: dict[AlertKind, int], ending: tuple[Ending, ...]) -> list[str]:
    t = words(lang)
    said = [t(f'timers.digest_{kind}', count=found[kind]) for kind in MOST_PRESSING_FIRST if found[kind]]
    if said:
        said.append(t('timers.digest_where', address=address('/can-bo/nhac-viec')))
    bases = [_basis(t, one) for one in ending]
    return said + ([*bases, t('timers.digest_ending_where', address=address('/quan-tri/can-cu'))] if bases else [])


def _of_feedback(lang: str, near: int, late: int) -> list[str]:
    t = words(lang)
    said = [t('feedback.digest_late', count=late)] if late else []
    said += [t('feedback.digest_soon', count=near)] if near else []
    return [*said, t('feedback.digest_where', address=address('/can-bo/phan-anh'))] if said else []


def _basis(t: Words, one: Ending) -> str:
    after = ', '.join(number for number, *_ in one.replaced_by) or t('timers.digest_ending_unknown')
    key = 'digest_ended' if one.days_left < 0 else 'digest_ending'
    return t(f'timers.{key}', number=one.number, date=t.date(one.last), count=len(one.procedures), after=after)
