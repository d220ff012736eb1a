"""The work of each unit as datasets: day by day of all procedures, month by month of each, told as ``/thong-ke`` tells it.

Days and months are told once they are over. By procedure the rule of ``app.statistics.published`` holds; the remainder of
a month has no procedure.
"""

from datetime import date, timedelta

from sqlalchemy import func, select

from app.clock import today
from app.db import read
from app.open_data.datasets import Column, Dataset, Row, register
from app.statistics.periods import months_on
from app.statistics.published import by_piece
from app.statistics.queries import Counts
from app.statistics.register import private_ids
from app.statistics.register import register as procedures_of
from app.units.queries import tree
from models import Tally
from models.statistics import ALL, DAY, MONTH

MEASURES = (
    'received_online', 'received_counter', 'received_post', 'reused', 'accepted', 'refused', 'withdrawn', 'stopped',
    'kept', 'missed', 'asked', 'apologies', 'early', 'on_time', 'late', 'unlimited', 'electronic', 'returned', 'minutes',
)  # fmt: skip
"""Counts that are given; their meaning: ``app.statistics.measures``. A new one goes to the end."""
_COUNTS = tuple(Column(name, 'integer', f'open_data.count_{name}', required=True) for name in MEASURES)
_UNIT = (
    Column('unit', 'string', 'open_data.unit', required=True),
    Column('unit_name', 'string', 'open_data.unit_name', required=True),
)


async def _first(grain: int) -> date | None:
    async with read() as db:
        query = select(func.min(Tally.start)).where(
            Tally.grain == grain, Tally.unit_id == ALL, Tally.procedure_id == ALL
        )
        found: date | None = await db.scalar(query)
        return found


async def _months() -> list[str]:
    """Return the months of which at least one day is over."""
    first, found = await _first(MONTH), []
    while first is not None and first < today():
        found.append(f'{first:%Y-%m}')
        first = months_on(first, 1)
    return found


async def _days(part: str) -> list[Row]:
    first = date.fromisoformat(f'{part}-01')
    last = min(months_on(first, 1), today()) - timedelta(days=1)
    columns = [Tally.start, Tally.unit_id, *(getattr(Tally, name) for name in MEASURES)]
    query = select(*columns).where(
        Tally.grain == DAY, Tally.unit_id != ALL, Tally.procedure_id == ALL, Tally.start >= first, Tally.start <= last
    )
    async with read() as db:
        units = (await tree(db)).units
        rows = (await db.execute(query)).all()
    named: list[Row] = [
        (row[0].isoformat(), units[row[1]].code, units[row[1]].name, *row[2:]) for row in rows if row[1] in units
    ]
    return sorted(named, key=lambda row: (str(row[0]), str(row[1])))


async def _years() -> list[str]:
    """Return the years of which at least one month is over."""
    first, last = await _first(MONTH), months_on(today(), -1)
    return [str(year) for year in range(first.year, last.year + 1)] if first is not None and first <= last else []


async def _by_procedure(part: str) -> list[Row]:
    starts = [date(int(part), month, 1) for month in range(1, 13)]
    over = [month for month in starts if months_on(month, 1) <= today()]
    async with read() as db:
        units, known = (await tree(db)).units, await procedures_of(db)
        pieces = await by_piece(db, None, over, private_ids(known))
    rows: list[tuple[str | int | None, ...]] = []
    for (unit_id, month), (told, rest) in pieces.items():
        if unit_id not in units:
            continue
        head = (f'{month:%Y-%m}', units[unit_id].code, units[unit_id].name)
        rows += [(*head, known[one].slug, known[one].name.vi, *_values(counts)) for one, counts in told.items()]
        if any(_values(rest)):
            rows.append((*head, None, None, *_values(rest)))
    return sorted(rows, key=lambda row: (row[0], row[1], row[3] is None, row[3] or ''))


def _values(counts: Counts) -> tuple[int, ...]:
    return tuple(counts[name] for name in MEASURES)


DAILY = register(
    Dataset(
        key='giai-quyet-theo-ngay',
        words='open_data.daily',
        columns=(Column('day', 'date', 'open_data.day', required=True), *_UNIT, *_COUNTS),
        primary=('day', 'unit'),
        rows=_days,
        parts=_months,
    )
)
MONTHLY = register(
    Dataset(
        key='giai-quyet-theo-thu-tuc',
        words='open_data.monthly',
        columns=(
            Column('month', 'string', 'open_data.month', required=True),
            *_UNIT,
            Column('procedure', 'string', 'open_data.procedure_key'),
            Column('procedure_name', 'string', 'open_data.procedure_name_of'),
            *_COUNTS,
        ),
        primary=(),
        rows=_by_procedure,
        parts=_years,
    )
)
