"""What the acts of all dossiers add, sorted out by slice in a file that nobody else sees: memory stays small, however many there are.

The slices are made by the sums themselves and not by ``app.statistics.slices``, which counts act by act: each proves the other.
"""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Self

from app.statistics.buckets import bucket_of
from app.statistics.measures import MEASURES, Change
from app.statistics.slices import Cells
from models.statistics import ALL, DAY, MONTH

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -16000;
CREATE TABLE added (unit INTEGER, procedure INTEGER, day INTEGER, name INTEGER, number INTEGER);
CREATE TABLE sums (
    unit INTEGER, procedure INTEGER, grain INTEGER, start INTEGER, name INTEGER, number INTEGER,
    PRIMARY KEY (unit, procedure, grain, start, name)
) WITHOUT ROWID;
BEGIN;
"""
_SLICES = f"""
INSERT INTO sums SELECT unit, procedure, {DAY}, day, name, sum(number) FROM added GROUP BY 1, 2, 3, 4, 5;
DROP TABLE added;
INSERT INTO sums SELECT unit, 0, grain, start, name, sum(number) FROM sums GROUP BY 1, 2, 3, 4, 5;
INSERT INTO sums SELECT 0, procedure, grain, start, name, sum(number) FROM sums GROUP BY 1, 2, 3, 4, 5;
INSERT INTO sums SELECT unit, procedure, {MONTH}, start - start % 100 + 1, name, sum(number) FROM sums GROUP BY 1, 2, 3, 4, 5;
"""  # noqa: S608 names and numbers of ours
_NAMES = {name: number for number, name in enumerate(MEASURES)}
_BUCKETS = len(MEASURES)
"""What stands for the first bucket of working minutes; the others follow it."""
Line = tuple[str, str]
"""Unit and procedure, or all: the days and months of a line are read together."""


class Sums:
    """Numbers by unit, procedure, day (as 20261231) and measure. Its work is done in a thread of its own, one piece after the other."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {ALL: 0}
        """What stands for the id of a unit or a procedure."""
        self._lines: list[Line] = []

    async def __aenter__(self) -> Self:
        self._file = sqlite3.connect('', isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(self._file.executescript, _TABLES)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await asyncio.to_thread(self._file.close)

    async def add(self, changes: Iterable[tuple[str, str, Change]]) -> None:
        """Add what acts of a unit and a procedure change."""
        await asyncio.to_thread(self._file.executemany, 'INSERT INTO added VALUES (?, ?, ?, ?, ?)', self._rows(changes))

    async def sort(self) -> list[Line]:
        """Add everything up, once nothing more is added. Returns the lines that there are."""
        await asyncio.to_thread(self._file.executescript, _SLICES)
        ids = {number: one for one, number in self._numbers.items()}
        found = self._file.execute('SELECT DISTINCT unit, procedure FROM sums')
        return [(ids[unit], ids[procedure]) for unit, procedure in await asyncio.to_thread(found.fetchall)]

    async def of(self, *lines: Line) -> Cells:
        """Return the days and months of lines."""
        cells = Cells()
        for line in lines:
            await asyncio.to_thread(self._read, cells, *line)
        return cells

    def _rows(self, changes: Iterable[tuple[str, str, Change]]) -> Iterator[tuple[int, int, int, int, int]]:
        for unit, procedure, change in changes:
            of, to, day = self._number(unit), self._number(procedure), change.day
            start = day.year * 10_000 + day.month * 100 + day.day
            for name, number in change.counts.items():
                yield of, to, start, _NAMES[name], number
            if change.minutes is not None:
                yield of, to, start, _BUCKETS + bucket_of(change.minutes), 1

    def _number(self, one: str) -> int:
        return self._numbers.setdefault(one, len(self._numbers))

    def _read(self, cells: Cells, unit: str, procedure: str) -> None:
        where = self._numbers.get(unit, -1), self._numbers.get(procedure, -1)
        query = 'SELECT grain, start, name, number FROM sums WHERE unit = ? AND procedure = ?'
        for grain, start, name, number in self._file.execute(query, where):
            cell = grain, unit, procedure, date(start // 10_000, start // 100 % 100, start % 100)
            if name < _BUCKETS:
                cells.counts[cell][MEASURES[name]] = number
            else:
                cells.minutes[cell, name - _BUCKETS] = number
