"""Rows written as CSV and JSON, and their description for programs (Frictionless Data Package and Table Schema 1)."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from app.i18n import words
from app.open_data.datasets import Dataset, Row, Value

FORMATS = {'csv': 'text/csv', 'json': 'application/json'}
LICENCE = {
    'name': 'CC-BY-4.0',
    'path': 'https://creativecommons.org/licenses/by/4.0/deed.vi',
    'title': 'Creative Commons Attribution 4.0',
}
"""Anybody may use it for anything and has to name the source."""


def as_csv(dataset: Dataset, rows: Sequence[Row]) -> bytes:
    """Return rows as CSV with a line of names (RFC 4180)."""
    out = StringIO()
    lines = csv.writer(out, lineterminator='\r\n')
    lines.writerow([column.name for column in dataset.columns])
    lines.writerows([_cell(value) for value in row] for row in rows)
    return b'\xef\xbb\xbf' + out.getvalue().encode()  # spreadsheet programs know UTF-8 by this mark


def as_json(dataset: Dataset, rows: Sequence[Row]) -> bytes:
    """Return rows as a list of objects, one a line."""
    names = [column.name for column in dataset.columns]
    lines = (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows)
    return ('[\n' + ',\n'.join(lines) + '\n]\n').encode()


WRITERS = {'csv': as_csv, 'json': as_json}


def schema(dataset: Dataset) -> dict[str, Any]:
    """Return what every column means."""
    vi, en = words('vi'), words('en')
    fields = [
        {
            'name': column.name,
            'type': column.kind,
            'title': vi(column.words),
            'description': en(column.words),
            **({'constraints': {'required': True}} if column.required else {}),
        }
        for column in dataset.columns
    ]
    key = {'primaryKey': list(dataset.primary)} if dataset.primary else {}
    return {'fields': fields, **key, 'missingValues': ['']}


def package(name: str, home: str, resources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the description of everything that is given away. ``home``: address of the page."""
    t = words('vi')
    return {
        'profile': 'data-package',
        'name': 'motcua',
        'title': t('open_data.package', unit=name),
        'homepage': home,
        'licenses': [LICENCE],
        'contributors': [{'title': name, 'role': 'publisher'}],
        'resources': list(resources),
    }


def _cell(value: Value) -> Any:
    """Write a value for CSV: nothing as an empty cell, a list as JSON, yes and no as programs do."""
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value[:1] in '=+-@\t\r' and value:
        return "'" + value  # a spreadsheet must not take it for a formula
    return value
