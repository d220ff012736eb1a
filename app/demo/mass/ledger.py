"""Rows by the thousand: gathered by table, chained as the audit does, written at once by the one writer."""

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from os import urandom
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import text
from sqlmodel import SQLModel

from app import crypto
from app.audit.chain import EVENTS, head
from app.db import dialect, read, write
from models import (
    AnswerSheet,
    ClockSegment,
    Counter,
    Document,
    Dossier,
    DueDate,
    Event,
    EventText,
    Fee,
    Party,
    StepRun,
    SupplementRequest,
)

TABLES: tuple[type[SQLModel], ...] = (
    Dossier, Party, AnswerSheet, Fee, StepRun, ClockSegment, DueDate, SupplementRequest, Document, Event, EventText,
)  # fmt: skip
"""In the order in which they name each other."""
Batch = dict[type[SQLModel], list[tuple[Any, ...]]]
_CHAINED = sorted(set(Event.model_fields) - {'chain'})
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(',', ':')).encode
_IDS = 4096


def packed(value: Any) -> str:
    """Return a value as JSON text, the same text whenever it is the same value."""
    return _encode(value)


class Ledger:
    """All rows that wait to be written, and what goes on from row to row: ids, numbers, the chain."""

    def __init__(self, sequence: int, chain: str, numbers: dict[str, int], moment: Callable[[datetime], Any]) -> None:
        self.sequence, self.chain, self.numbers = sequence, chain, numbers
        self.given: dict[str, int] = {}
        """The numbers that changed since the last batch."""
        self.batch: Batch = defaultdict(list)
        self._columns = {table: _columns(table) for table in TABLES}
        self._defaults = {table: _defaults(table) for table in TABLES}
        self._chain_key, self._text_key = crypto.key(EVENTS.purpose), crypto.key('audit-payload')
        self._of_text = lru_cache(100_000)(lambda iso: moment(datetime.fromisoformat(iso)))
        self._forms: dict[type, Callable[[Any], Any]] = {datetime: moment, dict: packed, list: packed}
        self._ids: list[str] = []
        self._salts: list[str] = []
        self._blocks = 0

    @classmethod
    async def open(cls) -> 'Ledger':
        """Go on where the database stands."""
        async with read() as db:
            sequence, chain = await head(db, EVENTS)
            rows = await db.execute(text('SELECT series, value FROM counter'))
            numbers = {row.series: row.value for row in rows}
        return cls(sequence, chain, numbers, _text_of if dialect() == 'sqlite' else lambda moment: moment)

    def id(self) -> str:
        """Return an id whose first letters grow slowly: 96 bits are random, and the indexes grow at their end."""
        if not self._ids:
            start = urlsafe_b64encode(self._blocks.to_bytes(3, 'big')).decode()
            random = urlsafe_b64encode(urandom(_IDS * 15)).decode()
            self._ids = [f'{start}{random[i : i + 18]}' for i in range(0, _IDS * 20, 20)]
            self._blocks += 1
        return self._ids.pop()

    def salt(self) -> str:
        """Return the salt of an event's words."""
        if not self._salts:
            random = urandom(_IDS * 32)
            self._salts = [b64encode(random[i : i + 32]).decode() for i in range(0, len(random), 32)]
        return self._salts.pop()

    def next_in(self, series: str) -> int:
        """Return the next number of a series."""
        value = self.given[series] = self.numbers[series] = self.numbers.get(series, 0) + 1
        return value

    def add(self, table: type[SQLModel], row: tuple[Any, ...]) -> None:
        """Keep a row to be written."""
        self.batch[table].append(row)

    def row(self, table: type[SQLModel], row: dict[str, Any]) -> tuple[Any, ...]:
        """Return a row as the database keeps it; what it does not say is as the model says."""
        forms = self._forms
        whole = self._defaults[table] | row
        values = map(whole.get, self._columns[table])
        return tuple([forms[type(value)](value) if type(value) in forms else value for value in values])

    def event(self, columns: dict[str, Any], note: str | None, data: str, public: bool) -> None:
        """Chain an event to the last one. ``columns``: as the chain writes them; ``data``: packed."""
        self.sequence += 1
        event_id, salt = self.id(), self.salt()
        body = f'{salt}[{packed(note) if note else "null"},{data},{"true" if public else "false"}]'
        columns['sequence'], columns['id'] = self.sequence, event_id
        columns['payload_hash'] = hmac.digest(self._text_key, body.encode(), 'sha256').hex()
        line = ','.join([f'"{name}":{_fragment(columns[name])}' for name in _CHAINED])
        self.chain = hmac.digest(self._chain_key, f'{self.chain}\n{{{line}}}'.encode(), 'sha256').hex()
        columns['chain'] = self.chain
        moment = columns['happened_at']
        stored = self._of_text(moment)
        values = [stored if value is moment else value for value in map(columns.get, self._columns[Event])]
        self.batch[Event].append(tuple(values))
        words = {'event_id': event_id, 'salt': salt, 'note': note, 'data': data, 'public': public}
        self.batch[EventText].append(tuple(map(words.get, self._columns[EventText])))

    def take(self) -> Batch:
        """Return what has gathered, and begin anew."""
        batch, self.batch = dict(self.batch), defaultdict(list)
        return batch

    async def write(self, batch: Batch) -> None:
        """Write a batch in one transaction, each table in one go."""
        async with write() as db:
            raw: Any = (await (await db.connection()).get_raw_connection()).driver_connection
            for table in TABLES:
                names, rows = self._columns[table], batch.get(table, [])
                if rows and dialect() == 'sqlite':
                    marks = ','.join('?' * len(names))
                    await raw.executemany(f'INSERT INTO {table.__tablename__} ({",".join(names)}) VALUES ({marks})', rows)  # noqa: S608 names of ours  # fmt: skip
                elif rows:
                    await raw.copy_records_to_table(table.__tablename__, records=rows, columns=names)

    async def close(self) -> None:
        """Write down the numbers that were given, so that the next one goes on from there."""
        async with write() as db:
            for series, value in self.numbers.items():
                await db.merge(Counter(series=series, value=value))


def _fragment(value: Any) -> str:
    """Return an id, a word, a number or nothing as JSON."""
    return 'null' if value is None else str(value) if isinstance(value, int) else f'"{value}"'


def _columns(table: type[SQLModel]) -> tuple[str, ...]:
    """Return the columns that are written; what the database gives is left to it."""
    return tuple(each.name for each in table.__table__.columns if each.server_default is None)  # type: ignore[attr-defined]


def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    found = {
        name: field.default_factory() if field.default_factory in (list, dict) else field.default
        for name, field in table.model_fields.items()
    }
    return {name: value for name, value in found.items() if value is not PydanticUndefined}


def _text_of(moment: datetime) -> str:
    """Write a moment of whole seconds in UTC as SQLite keeps it."""
    return f'{moment.isoformat(" ")[:19]}.000000'
