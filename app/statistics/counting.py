"""Count an act in its own transaction: both are committed, or neither."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import live
from app.clock import local
from app.db import after_commit
from app.deadlines import clock
from app.deadlines.store import calendar_for
from app.statistics.measures import COUNTED, JUNK_LIFTED, Change, Facts, changes, opinion
from app.statistics.slices import Cells, write_cells
from app.workflow.transitions import Action
from models import ClockSegment, Dossier, DueDate, JunkMark, Rating
from models.enums import DueKind

TOPIC = 'statistics'
"""Told to screens when something was counted."""
ANSWERS = (Action.ACCEPT, Action.REFUSE, Action.REQUEST_SUPPLEMENT, JUNK_LIFTED)
"""Acts that are judged by the limit of reception."""


_told = 0


def told() -> int:
    """Return a number that goes up with every act that this process commits."""
    return _told


def _tell() -> None:
    global _told
    _told += 1
    live.signal(TOPIC)


async def count(db: AsyncSession, dossier: Dossier, action: str, before: int | None, at: datetime) -> None:
    """Count one act that was just carried out. ``before``: the status it started from."""
    after_commit(db, _tell)
    if action not in COUNTED:
        return
    if action == Action.FINISH:
        dossier.worked_minutes = await _worked(db, dossier, at)
    cells = Cells()
    one = facts(dossier, *await _answering(db, dossier)) if action in ANSWERS else facts(dossier)
    cells.add(one.unit_id, one.procedure_id, changes(action, before, at, one))
    await write_cells(db, cells)


async def count_lifted(db: AsyncSession, dossier: Dossier, at: datetime) -> None:
    """Count a junk mark that was lifted: the filing was meant after all."""
    await count(db, dossier, JUNK_LIFTED, None, at)


async def count_opinion(db: AsyncSession, rating: Rating, before: Mapping[str, Any] | None = None) -> None:
    """Count a rating on the day it was given. ``before``: what it said until now, which is taken away again."""
    after_commit(db, _tell)
    counts: dict[str, int] = defaultdict(int)
    for said, sign in ((opinion_of(rating), 1), *(((before, -1),) if before else ())):
        for name, number in opinion(said['level'], said['parts'], sign).items():
            counts[name] += number
    cells = Cells()
    changed = {name: number for name, number in counts.items() if number}
    if changed:
        cells.add(rating.unit_id, rating.procedure_id, [Change(local(rating.rated_at).date(), changed)])
    await write_cells(db, cells)


def opinion_of(rating: Any) -> dict[str, Any]:
    """Return what of a rating is counted."""
    parts = {'reception': rating.reception, 'handling': rating.handling, 'handover': rating.handover}
    return {'level': rating.level, 'parts': parts}


async def _worked(db: AsyncSession, dossier: Dossier, at: datetime) -> int:
    """Return the working minutes that the running clock has used: not the citizen's waiting, not other pauses."""
    work = (await calendar_for(db, dossier.resolving_unit_id)).work
    rows = await db.execute(select(ClockSegment).where(ClockSegment.dossier_id == dossier.id))
    segments = [clock.Segment(row.kind, row.started_at, row.ended_at) for row in rows.scalars()]
    return round(clock.used(segments, work, at) / timedelta(minutes=1))


async def _answering(db: AsyncSession, one: Dossier) -> tuple[bool, tuple[tuple[datetime, datetime], ...]]:
    """Return whether it was marked as junk, and the limits of its reception."""
    query = select(DueDate.set_at, DueDate.at).where(DueDate.dossier_id == one.id, DueDate.kind == DueKind.RECEPTION)
    rows = (await db.execute(query.order_by(DueDate.number))).all()
    is_junk = one.refused_at is not None and await db.get(JunkMark, one.id) is not None
    return is_junk, tuple((row.set_at, row.at) for row in rows)


def facts(one: Any, is_junk: bool = False, receptions: tuple[tuple[datetime, datetime], ...] = ()) -> Facts:
    """Return what of a dossier, or of a row with its columns, decides how its acts count."""
    return Facts(
        one.resolving_unit_id, one.procedure_id, one.channel, one.delivery, one.queued_at, one.refused_at,
        one.lawful_at or one.promised_at, one.supplement_count, one.reused, one.worked_minutes, is_junk, receptions,
    )  # fmt: skip
