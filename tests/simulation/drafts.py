"""Whether an apology is drafted when it must be, not before, and with a day that a clerk would let through."""

from datetime import date
from typing import TYPE_CHECKING

from app.clock import VIETNAM
from app.db import read
from app.timers.alerts import raise_alerts
from app.timers.apologies import draft_apologies
from models import ApologyDraft
from tests.simulation.oracle import MINUTE

if TYPE_CHECKING:
    from tests.simulation.walk import Live
    from tests.simulation.year import Year


async def drafted(year: 'Year', one: 'Live') -> date | None:
    """Let the timers draft what is due; return the day that the draft of a dossier proposes, None where there is none."""
    await raise_alerts()
    await draft_apologies()
    promised, clerk = one.ledger.promised, one.ledger.clerk
    async with read() as db:
        draft = await db.get(ApologyDraft, one.id)
    assert promised is not None
    if draft is None or draft.limit_at != promised.replace(tzinfo=VIETNAM):
        if year.at >= promised:
            year.wrong_drafts.append(f'{one.id} is due at {promised}, and at {year.at} nothing is drafted')
        return None
    if one.ledger.kind != 'd' and year.at < promised and clerk.days_later(year.at, 1) + MINUTE < promised:
        year.wrong_drafts.append(f'{one.id} is due at {promised}, and at {year.at} it is drafted already')
    if not clerk.works(draft.day) or draft.day <= max(promised.date(), year.at.date()):
        year.wrong_drafts.append(f'{one.id} of {promised} is to be put off to {draft.day}')
        return None
    year.paths['apology drafted'] += 1
    return draft.day
