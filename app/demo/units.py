"""The demonstration's agencies: a commune, its one-stop centre and sections, and a neighbour."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlmodel import col

from app.access import SYSTEM
from app.db import write
from app.demo.guard import require_demo
from app.questions import read_answers
from app.settings import Settings
from app.units.commands import QUESTIONS, add_unit
from models import Unit

DATA = Path(__file__).parent / 'data'
SINCE = date(2025, 7, 1)
"""The two-tier country began on this day."""


@cache
def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file of the demonstration."""
    return list(yaml.safe_load((DATA / f'{name}.yaml').read_text('utf-8')))


async def prepare_units(settings: Settings) -> None:
    """Write the units that are missing. Refuses outside the demonstration."""
    require_demo(settings)
    async with write() as db:
        ids: dict[str, str] = {row.code: row.id for row in await db.execute(select(col(Unit.code), col(Unit.id)))}
        for row in rows('units'):
            if row['code'] in ids:
                continue
            raw = {**row['letterhead'], **row, 'is_one_stop': row.get('is_one_stop', False)}
            parent_id = ids[row['parent']] if 'parent' in row else None
            answers = read_answers(QUESTIONS, raw)
            ids[row['code']] = await add_unit(db, SYSTEM, answers, parent_id=parent_id, valid_from=SINCE)
