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
from app.statistics.measures import MEASURES, OPINIONS, RATED
from app.statistics.queries import Counts
from app.statistics.satisfaction import PARTS, Opinion

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
        'satisfaction': _opinions(board),
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
    yield from _opinion_lines(board)


def _opinion_lines(board: Board) -> Iterator[tuple[str, str, str, Any]]:
    found = board.opinion
    for month in found.found.months:
        yield 'satisfaction', f'{month:%Y-%m}', 'month', ''
    parts: list[tuple[str, list[tuple[str, Opinion]]]] = [
        ('satisfaction', [('', found.found.whole)]),
        ('satisfaction by month', [(f'{month:%Y-%m}', one) for month, one in found.found.by_month]),
        ('satisfaction by unit', [(unit.code, one) for unit, one in found.by_unit]),
        ('satisfaction by field', [(key, one) for key, _, one in found.by_field]),
        ('satisfaction by procedure', [(entry.slug, one) for entry, one in found.by_procedure]),
    ]
    for part, rows in parts:
        for key, one in rows:
            yield from ((part, key, name, '' if value is None else value) for name, value in _opinion(one).items())


def _opinions(board: Board) -> dict[str, Any]:
    found = board.opinion
    return {
        'months': [f'{month:%Y-%m}' for month in found.found.months],
        **_opinion(found.found.whole),
        'series': [{'month': f'{month:%Y-%m}', **_opinion(one)} for month, one in found.found.by_month],
        'units': [{'unit': unit.code, **_opinion(one)} for unit, one in found.by_unit],
        'fields': [{'field': key, **_opinion(one)} for key, _, one in found.by_field],
        'procedures': [{'procedure': entry.slug, **_opinion(one)} for entry, one in found.by_procedure],
    }


def _opinion(one: Opinion) -> dict[str, int | None]:
    """Return the ratings of something told, with the share of the satisfied; nothing else is ever told of ratings."""
    levels = {name: one.counts[name] for name in RATED}
    return {'rated': one.rated, **levels, 'percent': one.percent, **{f'{p}_percent': one.part(p) for p in PARTS}}


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
