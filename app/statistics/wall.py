"""What the wall screen of the hall shows: today, now, and the codes of the newest results. Made anew only when something was counted."""

import json
from datetime import datetime, time
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import VIETNAM, local, now, today
from app.db import read
from app.statistics import counting
from app.statistics.periods import Kind, Period
from app.statistics.present import present
from app.statistics.queries import Slice, totals
from app.statistics.register import private_ids, register
from app.statistics.satisfaction import satisfaction, settled
from models import Dossier
from models.enums import Delivery, Status

CODES = 8
"""Results called out at most."""
Mark = tuple[int, str]
_kept: tuple[Mark, dict[str, object]] | None = None


def forget() -> None:
    """Drop what is kept in memory: another database was opened."""
    global _kept
    _kept = None


async def wall() -> dict[str, object]:
    """Return the figures of this day and minute. What another process counts is seen with the next minute."""
    global _kept
    mark = (counting.told(), f'{local(now()):%d/%m/%Y %H:%M}')
    if _kept is None or _kept[0] != mark:
        async with read() as db:
            _kept = (mark, await _read(db) | {'at': mark[1]})
    return _kept[1]


def packed(found: dict[str, object]) -> tuple[str, str]:
    """Return the figures as JSON, with a tag that changes with them."""
    text = json.dumps(found, ensure_ascii=False)
    return text, f'"{sha256(text.encode()).hexdigest()[:16]}"'


async def _read(db: AsyncSession) -> dict[str, object]:
    day = await totals(db, Slice(), today(), today())
    standing = await present(db, None)
    months = settled(Period.around(Kind.MONTH, today(), today()))
    opinion = (await satisfaction(db, None, months, frozenset())).whole
    return {
        'received': day.received, 'accepted': day['accepted'], 'resolved': day.resolved, 'returned': day['returned'],
        'waiting': standing.waiting, 'open': standing.open, 'overdue': standing.overdue, 'codes': await _codes(db),
        'satisfied': f'{opinion.percent}%' if opinion.rated else '–', 'satisfied_in': f'{months[0]:%m/%Y}',
    }  # fmt: skip


async def _codes(db: AsyncSession) -> list[str]:
    """Return the codes of today's results that wait to be collected at the counter, the newest first; private procedures are not called out."""
    midnight = datetime.combine(today(), time(), VIETNAM)
    units = select(Dossier.resolving_unit_id).distinct()
    query = select(Dossier.official_code).where(
        Dossier.resolving_unit_id.in_((await db.execute(units)).scalars().all()),
        Dossier.status == Status.RESOLVED,
        Dossier.delivery == Delivery.COUNTER,
        Dossier.resolved_at >= midnight,
        Dossier.procedure_id.not_in(private_ids(await register(db))),
    )
    rows = await db.execute(query.order_by(Dossier.resolved_at.desc(), Dossier.id).limit(CODES))
    return [code for code in rows.scalars() if code]
