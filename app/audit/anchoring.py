"""Once a day the heads of the chains are anchored: kept in a table, written to the auditor, stamped by an authority."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.audit import stamp
from app.audit.anchor import following, kept, stamped_text
from app.audit.chain import EVENTS, READS, head
from app.clock import local, now
from app.db import read, take_turn, write
from app.log import log
from app.notifications import settings
from app.notifications.outbox import enqueue
from models import Anchor

LOOP = 'anchor'
TEMPLATE = 'audit_anchor'


@jobs.loop(every=timedelta(minutes=10), name=LOOP)
async def run_once() -> None:
    """Make the anchor of the day if there is none yet; get the stamp over the last one if it still lacks.

    What counts is the day that the last anchor was made on, not how long ago: a restart makes no second one, and a
    clock that was set right again, forward or back, starts a day of its own.
    """
    async with write() as db:
        await take_turn(db, LOOP)
        last = await last_anchor(db)
        if last is None or local(last.made_at).date() != local(now()).date():
            last = await _make(db, last)
    if last.stamp is None and settings().tsa_url:
        await _stamp(last)


async def last_anchor(db: AsyncSession) -> Anchor | None:
    """Return the newest anchor."""
    return (await db.execute(select(Anchor).order_by(Anchor.number.desc()).limit(1))).scalar_one_or_none()


async def made_last() -> Anchor | None:
    """Return the newest anchor, for those who watch over its age."""
    async with read() as db:
        return await last_anchor(db)


async def _make(db: AsyncSession, last: Anchor | None) -> Anchor:
    """Add the next anchor, with the letter to the auditor in the same transaction. The log is one more place outside."""
    row = following(last, await head(db, EVENTS), await head(db, READS))
    db.add(row)
    lines = list(kept(row).lines)
    if settings().auditor:
        await enqueue(
            db, template=TEMPLATE, recipient=settings().auditor, lang='vi', data={'number': row.number, 'lines': lines}
        )
    log.info('audit anchor', extra={'anchor': lines})
    return row


async def _stamp(row: Anchor) -> None:
    """Ask the authority outside any transaction and keep what it answered. A failure is tried again by the loop."""
    answer, at = await stamp.ask(settings(), stamped_text(kept(row)))
    async with write() as db:
        mine = update(Anchor).where(Anchor.number == row.number, Anchor.stamp.is_(None))
        await db.execute(mine.values(stamp=answer, stamped_at=at))
