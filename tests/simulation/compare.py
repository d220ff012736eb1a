"""Compare what is kept of each dossier with what its ledger says."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import read
from models import ApologyDraft, Dossier, DueDate, Event, EventText, StepRun
from tests.simulation.walk import Live
from tests.simulation.year import wall


@dataclass
class Compared:
    """How many dates were compared, and which differ."""

    dates: int = 0
    differences: list[str] = field(default_factory=list)

    def same(self, one: Live, what: str, kept: Any, told: Any) -> None:
        """Compare one thing that is kept with what the oracle says."""
        self.dates += 1
        if kept != told:
            self.differences.append(f'{one.case.slug} {one.id} {what}: {kept} is kept, the oracle says {told}')


async def compare(one: Live, found: Compared) -> None:
    """Compare every date of a dossier: as given, as it stood before, of its steps, as it runs, and the verdict."""
    async with read() as db:
        dues = (await db.execute(select(DueDate).where(DueDate.dossier_id == one.id))).scalars().all()
        steps = (await db.execute(select(StepRun).where(StepRun.dossier_id == one.id))).scalars().all()
        row = await db.get_one(Dossier, one.id)
        draft = await db.get(ApologyDraft, one.id)
        finished = select(EventText.data).join(Event, Event.id == EventText.event_id)
        said = (
            (await db.execute(finished.where(Event.dossier_id == one.id, Event.action == 'finish'))).scalars().first()
        )
    ledger = one.ledger
    for kind in {str(due.kind) for due in dues} | {line.kind for line in ledger.lines}:
        kept = sorted((due for due in dues if due.kind == kind), key=lambda due: due.number)
        told = [line for line in ledger.lines if line.kind == kind]
        found.same(one, f'number of dates of {kind}', len(kept), len(told))
        for due, line in zip(kept, told, strict=False):
            found.same(one, f'{kind} {due.number}', (wall(due.at), due.reason), (line.at, line.why))
            found.same(one, f'{kind} {due.number} before', _wall(due.previous_at), line.before)
    runs = sorted(steps, key=lambda run: run.number)
    found.same(one, 'number of steps', len(runs), len(ledger.steps))
    for run, step in zip(runs, ledger.steps, strict=False):
        found.same(one, f'step {run.number} {run.step_key}', _wall(run.due_at), step.due)
    found.same(one, 'limit that runs', _wall(row.due_at), ledger.running)
    found.same(one, 'promised', _wall(row.promised_at), ledger.promised)
    found.same(one, 'lawful', _wall(row.lawful_at), ledger.lawful)
    is_settled = ledger.is_over or ledger.verdict or any(line.why == 'reappointment' for line in ledger.lines)
    found.same(one, 'drafted apology', bool(draft and is_settled), False)
    found.same(one, 'verdict', (said or {}).get('on_time'), ledger.verdict)


def _wall(moment: datetime | None) -> datetime | None:
    return wall(moment) if moment else None
