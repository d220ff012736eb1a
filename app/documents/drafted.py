"""The apology as it would look, before it is issued: without number, marked as a draft, drawn anew each time."""

from app.access import SYSTEM, Actor, Permission
from app.audit.record import note_read
from app.clock import local, now
from app.db import read, write
from app.deadlines.store import calendar_for
from app.documents import facts, render
from app.documents.forms import form_on
from app.documents.paper import may_open
from app.documents.queries import OpenedPaper, file_name
from app.dossiers.loading import load_on_desk
from app.errors import NotAllowed, NotFound
from app.limits import hit
from app.procedures.queries import spec_of
from app.workflow import transitions
from app.workflow.apologies import standing
from app.workflow.move import Move
from app.workflow.transitions import Action


async def drafted_apology(actor: Actor, dossier_id: str) -> OpenedPaper:
    """Return the drafted apology of a dossier as PDF, and note that it was opened. Whoever may sign it stands below it.

    Raises:
        NotFound: no such dossier for them, or nothing is drafted.  NotAllowed: staff who may read no papers.
    """
    await hit('paper', actor.account_id or actor.address or 'unknown', times=300, minutes=10)
    moment = now()
    async with read() as db:
        one = await load_on_desk(db, actor, dossier_id)
        if not may_open(actor, one):
            raise NotAllowed()
        draft, line = await standing(db, one), transitions.find(Action.REAPPOINT, one.status)
        if draft is None or line is None:
            raise NotFound()
        signs = actor.may(Permission.DOSSIER_REAPPOINT, one.resolving_unit_id)
        work = (await calendar_for(db, one.resolving_unit_id)).work
        move = Move(
            db, actor if signs else SYSTEM, one, await spec_of(db, one.version_id), line, moment, draft.reason,
            data={'delayed_by': draft.delayed_by},
            told={'due_before': draft.limit_at.isoformat(), 'due_at': work.closing(draft.day).isoformat()},
        )  # fmt: skip
        form = form_on('apology', local(moment).date())
        marks = {'number': f'……/{form.symbol}', 'is_draft': True}
        data = await facts.common(move) | await facts.apology(move) | marks
    content = await render.pdf(form, data)
    async with write() as db:
        await note_read(db, actor, one.id, None, 'apology_draft')
    return OpenedPaper(f'{file_name(f"du thao {form.title} {one.official_code}")}.pdf', content)
