"""The control sheet (Mẫu số 06): made from the rows of hand-overs each time it is asked for, so that nobody can write on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.access import Actor
from app.clock import local, now
from app.db import read
from app.deadlines.judge import Timeliness, on_time
from app.documents import render
from app.documents.facts import wall_clock
from app.documents.forms import form_on
from app.documents.letterhead import letterhead, written_out
from app.documents.queries import OpenedPaper, file_name
from app.dossiers.loading import load_for
from app.dossiers.seeing import is_at_work
from app.errors import NotFound
from app.i18n import words
from app.notifications.links import address
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from app.workflow.transitions import Action
from models import Account, Dossier, Event, EventText, StepRun, Unit


async def control_sheet(actor: Actor, dossier_id: str) -> OpenedPaper:
    """Return the control sheet of a dossier as PDF, for staff who may read it. Raises NotFound for everyone else."""
    form = form_on('control_sheet', local(now()).date())
    async with read() as db:
        one = await load_for(db, actor, dossier_id)
        if not is_at_work(actor, one):
            raise NotFound()  # its applicant sees the progress, not who had it when
        data = await _data(db, one)
    return OpenedPaper(f'{file_name(form.title + " " + data["code"])}.pdf', await render.pdf(form, data))


async def _data(db: AsyncSession, one: Dossier) -> dict[str, Any]:
    spec = await spec_of(db, one.version_id)
    resolving = await db.get_one(Unit, one.resolving_unit_id)
    code = one.official_code or one.filing_number
    steps = await _steps(db, one, spec)
    return {
        'unit': await letterhead(db, one.receiving_unit_id),
        'day': wall_clock(now()),
        'code': code,
        'track': address('/tra-cuu', ma=code),
        'subject': spec.name.vi,
        'resolving': written_out(resolving.name),
        'partners': sorted({step['unit'] for step in steps} - {written_out(resolving.name)}),
        'accepted_at': wall_clock(one.accepted_at),
        'due_at': wall_clock(one.promised_at),
        'resolved_at': wall_clock(one.resolved_at),
        'verdict': _whole(one),
        'steps': steps,
        'after': await _after(db, one),
    }


def _whole(one: Dossier) -> str | None:
    """Judge a dossier that has its result as reports do: by date, late after a second supplement. None: there is no limit."""
    if one.resolved_at is None or one.lawful_at is None:
        return None
    return Timeliness.LATE if one.supplement_count > 1 else on_time(one.resolved_at, one.lawful_at)


async def _steps(db: AsyncSession, one: Dossier, spec: ProcedureSpec) -> list[dict[str, Any]]:
    giver, taker = aliased(Account), aliased(Account)
    query = (
        select(StepRun, giver.full_name.label('giver'), taker.full_name.label('taker'), Unit.name.label('unit'))
        .join(giver, giver.id == StepRun.given_by_id, isouter=True)
        .join(taker, taker.id == StepRun.account_id, isouter=True)
        .join(Unit, Unit.id == StepRun.unit_id)
        .where(StepRun.dossier_id == one.id)
        .order_by(StepRun.number)
    )
    titles = {step.key: step.title.vi for step in spec.steps}
    return [
        _step(row.StepRun, titles.get(row.StepRun.step_key, row.StepRun.step_key), row.giver, row.taker, row.unit)
        for row in (await db.execute(query)).all()
    ]


async def _after(db: AsyncSession, one: Dossier) -> list[dict[str, Any]]:
    """Return what was done to the result after it was issued, from the log of events."""
    query = (
        select(Event.happened_at, Event.action, EventText.note, Account.full_name)
        .join(EventText, EventText.event_id == Event.id)
        .join(Account, Account.id == Event.actor_id, isouter=True)
        .where(Event.dossier_id == one.id, Event.action.in_((Action.REVOKE_RESULT, Action.REISSUE_RESULT)))
        .order_by(Event.sequence)
    )
    t = words('vi')
    return [
        {
            'at': wall_clock(row.happened_at),
            'what': t(f'common.event_{row.action}'),
            'who': row.full_name,
            'note': row.note,
        }
        for row in await db.execute(query)
    ]


def _step(run: StepRun, title: str, giver: str | None, taker: str | None, unit: str) -> dict[str, Any]:
    return {
        'number': run.number,
        'title': title,
        'unit': written_out(unit),
        'giver': giver,
        'taker': taker,
        'given_at': wall_clock(run.given_at),
        'taken_at': wall_clock(run.taken_at),
        'ended_at': wall_clock(run.ended_at),
        'due_at': wall_clock(run.due_at),
        'verdict': verdict(run.ended_at, run.due_at),
        'note': words('vi')(f'documents.step_{run.outcome}') if run.outcome else '',
    }


def verdict(ended: datetime | None, due: datetime | None) -> str | None:
    """Judge a hand-over to the minute: late after its limit, early on a day before it; a running one only when it is late."""
    if due is None:
        return None
    if (ended or now()) > due:
        return 'late'
    if ended is None:
        return None
    return 'early' if local(ended).date() < local(due).date() else 'on_time'
