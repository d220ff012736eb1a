"""The figures as files for programs: JSON and CSV, at addresses that stay. ``SCHEMA`` goes up when a meaning changes."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO
from typing import Any

from app.clock import local
from app.statistics.board import Board
from app.statistics.indicators import standing, values
from app.statistics.measures import MEASURES, OPINIONS
from app.statistics.queries import Counts

SCHEMA = 1


def as_json(board: Board, explained: str) -> str:
    """Return the figures as JSON. ``explained``: address of the page that says how each is counted."""
    asked, found = board.asked, board.found
    months = [f'{month:%Y-%m}' for month in board.months]
    whole: dict[str, Any] = {
        'schema': SCHEMA,
        'explained': explained,
        'made_at': local(board.made_at).isoformat(timespec='seconds'),
        'period': {'from': asked.period.first.isoformat(), 'to': asked.period.last.isoformat()},
        'unit': asked.unit or None,
        'field': asked.field or None,
        'procedure': asked.procedure or None,
        'indicators': _rounded(values(found)),
        'counts': _all(found.counts),
        'in_progress': None if asked.is_narrow else {'before': found.before, 'after': found.after},
        'now': standing(board.now) if board.now else None,
        'series': [{'start': start.isoformat(), **_some(counts)} for start, counts in found.series],
        'units': [{'unit': unit.code, **_some(counts)} for unit, counts in board.by_unit],
        'procedures_in': months,
        'procedures': [{'procedure': p.slug, 'field': p.field, **_some(c)} for p, c in board.by_procedure],
    }
    if not asked.is_narrow and months:
        whole['other_procedures'] = _some(board.rest)
    return json.dumps(whole, ensure_ascii=False, indent=1) + '\n'


def as_csv(board: Board) -> str:
    """Return the figures as CSV, one number a line: part, key, name of the number, value."""
    out = StringIO()
    lines = csv.writer(out, lineterminator='\r\n')
    lines.writerow(('part', 'key', 'measure', 'value'))
    lines.writerows(_lines(board))
    return '\ufeff' + out.getvalue()  # spreadsheet programs know UTF-8 by this mark


def _lines(board: Board) -> Iterator[tuple[str, str, str, Any]]:
    asked = board.asked
    yield 'period', '', 'from', asked.period.first
    yield 'period', '', 'to', asked.period.last
    yield 'unit', asked.unit, '', ''
    for name, value in {**_rounded(values(board.found)), **_all(board.found.counts)}.items():
        yield 'whole', '', name, '' if value is None else value
    if board.now:
        yield from (('now', '', name, value) for name, value in standing(board.now).items())
    parts: list[tuple[str, list[tuple[str, Counts]]]] = [
        ('series', [(_start(start), counts) for start, counts in board.found.series]),
        ('unit', [(unit.code, counts) for unit, counts in board.by_unit]),
        ('procedure', [(one.slug, counts) for one, counts in board.by_procedure]),
    ]
    if not asked.is_narrow and board.months:
        parts.append(('other procedures', [('', board.rest)]))
    for part, rows in parts:
        yield from ((part, key, name, value) for key, counts in rows for name, value in _some(counts).items())


def _start(day: date) -> str:
    return day.isoformat()


def _all(counts: Counts) -> dict[str, int]:
    return {name: counts[name] for name in MEASURES if name not in OPINIONS}


def _some(counts: Counts) -> dict[str, int]:
    return {
        'received': counts.received, 'resolved': counts.resolved, 'early': counts['early'],
        'on_time': counts['on_time'], 'late': counts['late'], 'unlimited': counts['unlimited'],
    }  # fmt: skip


def _rounded(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value) if isinstance(value, float) else value for name, value in found.items()}
