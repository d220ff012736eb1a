"""Announce that the portal will not work, write down that it did not, call it off.

Work that is planned is announced at least seven working days before. Source: NĐ 224/2026/NĐ-CP Điều 13.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.access import Actor, Permission
from app.audit.record import record
from app.clock import VIETNAM, local, now
from app.db import read, write
from app.deadlines.store import calendar_for
from app.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from app.questions import question, read_answers
from app.units.queries import may_for_all, portal_of, tree
from models import Downtime

NOTICE = 7
"""Whole working days between the announcement and the day on which it begins."""
LONGEST = timedelta(days=30)
_CLOCK = re.compile(r'([01]?\d|2[0-3])[:hg]([0-5]\d)')
QUESTIONS = (
    question('first', 'date', required=True),
    question('first_at', 'text', required=True, max_length=5),
    question('last', 'date', required=True),
    question('last_at', 'text', required=True, max_length=5),
    question('reason', 'text', required=True, max_length=200),
    question('instead', 'text', required=True, max_length=300),
    question('urgent', 'choice', options=('yes', 'no')),
)


async def announce(actor: Actor, raw: Mapping[str, Any]) -> str:
    """Announce a time without the portal, or write down one that has begun already; returns its id.

    Raises:
        NotAllowed: not an administrator of the agency whose portal it is.
        Invalid: by question. Planned work that begins too soon is refused unless it is said to be urgent.
    """
    answers = read_answers(QUESTIONS, raw)
    begins, ends = _moment(answers, 'first'), _moment(answers, 'last')
    if ends <= begins or ends - begins > LONGEST:
        raise Invalid({'last': Problem('downtime.wrong_end', {'most': LONGEST.days})})
    earliest = await _earliest(actor)
    is_planned = local(begins).date() >= earliest
    if not is_planned and begins > now() and answers.get('urgent') != 'yes':
        raise Invalid({'first': Problem('downtime.too_soon', {'days': NOTICE, 'day': f'{earliest:%d/%m/%Y}'})})
    one = Downtime(
        begins_at=begins, ends_at=ends, reason=answers['reason'], instead=answers['instead'], is_planned=is_planned,
        announced_at=now(), announced_by_id=actor.account_id or '',
    )  # fmt: skip
    async with write() as db:
        db.add(one)
        await db.flush()
        told = {'from': begins.isoformat(), 'to': ends.isoformat(), 'planned': is_planned}
        await record(db, actor, 'downtime', one.id, 'announce', data=told)
    return one.id


async def end(actor: Actor, downtime_id: str) -> None:
    """Call off what has not begun; say that the portal works again where it has.

    Raises: NotAllowed, NotFound.  WrongState: it is over already.
    """
    moment = now()
    async with write() as db:
        if not await may_for_all(db, actor, Permission.SETTING_MANAGE):
            raise NotAllowed()
        one = await db.get(Downtime, downtime_id)
        if one is None:
            raise NotFound()
        if one.cancelled_at is not None or one.ends_at <= moment:
            raise WrongState('downtime.over_already')
        has_begun = one.begins_at <= moment
        change = {'ends_at': moment} if has_begun else {'cancelled_at': moment}
        await db.execute(update(Downtime).where(col(Downtime.id) == one.id).values(**change))
        await record(db, actor, 'downtime', one.id, 'end' if has_begun else 'cancel')


async def _earliest(actor: Actor) -> date:
    """Return the first day for which work may be announced now."""
    async with read() as db:
        agency = portal_of(await tree(db))
        if agency is None or not await may_for_all(db, actor, Permission.SETTING_MANAGE):
            raise NotAllowed()
        work = (await calendar_for(db, agency)).work
    return work.nth_working_day(local(now()).date(), NOTICE) + timedelta(days=1)


def _moment(answers: Mapping[str, Any], key: str) -> datetime:
    found = _CLOCK.fullmatch(answers[f'{key}_at'].strip())
    if found is None:
        raise Invalid({f'{key}_at': Problem('downtime.wrong_clock')})
    day = answers[key] if isinstance(answers[key], date) else date.fromisoformat(answers[key])
    return datetime.combine(day, time(int(found[1]), int(found[2])), VIETNAM)
