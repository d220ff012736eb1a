"""When a public posting is over, the clock of its dossier goes on."""

from datetime import timedelta

from sqlalchemy import select

from app.access import SYSTEM
from app.clock import now
from app.db import read, write
from app.errors import Stale, WrongState
from app.jobs import loop
from app.procedures.queries import spec_of
from app.workflow.apply import apply_transition
from app.workflow.transitions import Action
from models import Dossier

AT_ONCE = 200


@loop(every=timedelta(minutes=1), name='postings')
async def end_postings() -> int:
    """End each posting whose last moment has passed; the clock counts from that moment, not from now. Returns how many."""
    is_over = Dossier.posting_until <= now()
    over = select(Dossier.id).where(Dossier.closed_at.is_(None), is_over).limit(AT_ONCE)  # by ``ix_dossier_open``
    async with read() as db:
        ids = (await db.execute(over)).scalars().all()
    return sum([await _end(one) for one in ids])


async def _end(dossier_id: str) -> bool:
    try:
        async with write() as db:
            one = await db.get_one(Dossier, dossier_id)
            spec = await spec_of(db, one.version_id)
            await apply_transition(db, SYSTEM, one, spec, Action.END_POSTING, seen_version=None)
    except (WrongState, Stale):  # an officer, or another pass, was faster
        return False
    return True
