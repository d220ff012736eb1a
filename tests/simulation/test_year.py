"""Every date of a simulated year equals what an independent, slow oracle says; so does every preview of the calendar."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import pretend
from app.db import read
from app.deadlines import counting, store
from app.deadlines.seeding import seed_calendar
from models import Dossier, DueDate, Event, EventText, StepRun
from tests.simulation import town
from tests.simulation.conftest import DOSSIERS, SEED
from tests.simulation.walk import PASSED_ON, Live
from tests.simulation.year import BEGIN, THERE, Year, wall


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


@pytest.fixture
def dialect() -> str:
    """One database is enough: what is counted does not depend on it."""
    return 'sqlite'


@pytest.fixture
async def year(database: None, tmp_path: Path) -> AsyncIterator[Year]:
    """A year that has not begun."""
    with pretend(BEGIN.replace(tzinfo=THERE)):
        await seed_calendar()
        store.forget()
        yield Year(await town.build(tmp_path), Random(SEED), DOSSIERS)
    counting.use_mode('hours')


@pytest.mark.timeout(4 * 3600)
async def test_every_date_of_a_year_is_what_a_slow_count_says(year: Year) -> None:
    began = perf_counter()
    await year.run()
    found = Compared()
    for one in year.live:
        await _compare(one, found)
    seconds = perf_counter() - began
    print(
        f'\n{len(year.live)} dossiers, {found.dates} dates compared, {len(found.differences)} differences, {seconds:.0f} s'
    )
    print(f'{year.previews} moves previewed in calendar changes, {len(year.wrong_previews)} wrong')
    print(', '.join(f'{path} {n}' for path, n in sorted(year.paths.items())))
    assert not found.differences, '\n'.join(found.differences[:20])
    assert not year.wrong_previews, '\n'.join(year.wrong_previews[:20])
    assert found.dates > 5 * len(year.live)
    assert year.previews > 0, 'no change of the calendar moved anything'
    assert year.paths[PASSED_ON] > 0, 'nothing was filed for another unit'


async def _compare(one: Live, found: Compared) -> None:
    async with read() as db:
        dues = (await db.execute(select(DueDate).where(DueDate.dossier_id == one.id))).scalars().all()
        steps = (await db.execute(select(StepRun).where(StepRun.dossier_id == one.id))).scalars().all()
        row = await db.get_one(Dossier, one.id)
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
    found.same(one, 'verdict', (said or {}).get('on_time'), ledger.verdict)


def _wall(moment: datetime | None) -> datetime | None:
    return wall(moment) if moment else None
