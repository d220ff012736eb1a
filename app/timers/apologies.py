"""When the timer has warned that a date will not be kept, the apology is drawn up, for whoever signs to look at."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from app import live
from app.access import SYSTEM
from app.audit.record import record
from app.clock import now
from app.db import after_commit, read, write
from app.jobs import loop
from app.procedures.queries import spec_of
from app.workflow import apologies
from models import ApologyDraft, CalendarVersion, Dossier

AT_ONCE = 200
"""Drafts in one pass: the rest comes with the next."""
DRAFTED = 'apology_drafted'
"""The event that says so."""


@loop(every=timedelta(minutes=1), name='apologies')
async def draft_apologies() -> int:
    """Draw up each apology whose time has come, or whose date has moved. Returns how many; called again it draws none twice.

    It looks at what is stored, not at what has just happened: neither a restart nor a jump of the clock loses one.
    """
    moment = now()
    async with read() as db:
        number = (await db.execute(select(func.max(CalendarVersion.number)))).scalar_one_or_none() or 0
        query = select(Dossier.id).join(ApologyDraft, ApologyDraft.dossier_id == Dossier.id, isouter=True)
        query = query.where(apologies.wanted(moment, number)).order_by(Dossier.promised_at)
        ids = (await db.execute(query.limit(AT_ONCE))).scalars().all()
    return sum([await _draft(one, moment) for one in ids])


async def _draft(dossier_id: str, moment: datetime) -> bool:
    """Draw up one apology; a dossier that an officer has finished meanwhile gets none. An event says it once for each date."""
    async with write() as db:
        one = await db.get_one(Dossier, dossier_id, with_for_update=True)
        kept = await db.get(ApologyDraft, one.id)
        before = (kept.limit_at, kept.version) if kept else None
        draft = await apologies.draw(db, one, await spec_of(db, one.version_id), moment)
        if draft is None or before == (draft.limit_at, draft.version):
            return False
        if before is None or before[0] != draft.limit_at:
            data = {'limit': draft.limit_at.isoformat(), 'day': draft.day.isoformat()}
            await record(
                db, SYSTEM, 'dossier', one.id, DRAFTED, dossier_id=one.id, unit_id=one.resolving_unit_id,
                version_id=one.version_id, happened_at=moment, data=data,
            )  # fmt: skip
        after_commit(db, partial(live.signal, f'dossier:{one.id}', f'alerts:{one.resolving_unit_id}'))
    return True
