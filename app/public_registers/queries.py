"""Read the public registers: search, page by page, or the whole as a table."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from sqlalchemy import func, select

from app.clock import local, today
from app.db import read
from app.errors import NotFound
from app.i18n import Words
from app.public_registers.definitions import PublicRegister, registers
from app.text import fold, like
from app.units.queries import tree
from models import Document, Procedure, PublicEntry

PAGE = 20


@dataclass(frozen=True)
class Line:
    """One result. ``state``: stands, revoked or replaced (a corrected one took its place)."""

    number: str
    issued_at: datetime
    unit: str
    procedure: str
    """Slug."""
    facts: dict[str, str]
    state: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Found:
    """One page of a register."""

    key: str
    register: PublicRegister
    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


async def counts() -> dict[str, int]:
    """Return how many lines each register shows."""
    query = select(PublicEntry.book, func.count()).where(PublicEntry.until >= today()).group_by(PublicEntry.book)
    async with read() as db:
        found = {key: int(number) for key, number in await db.execute(query)}
    return {key: found.get(key, 0) for key in registers()}


async def search(key: str, text: str = '', page: int = 1) -> Found:
    """Find lines, the newest first: every word of ``text`` must occur, accents do not matter. Raises NotFound."""
    register = _register(key)
    query = _shown(key)
    for word in fold(text).split()[:8]:
        query = query.where(PublicEntry.search_text.like(like(word), escape='\\'))
    async with read() as db:
        total = int(await db.scalar(select(func.count()).select_from(query.subquery())) or 0)
        pages = max(1, -(-total // PAGE))
        at = min(max(1, page), pages)
        rows = (await db.execute(_newest(query).limit(PAGE).offset((at - 1) * PAGE))).all()
        units = {one.id: one.name for one in (await tree(db)).units.values()}
    return Found(key, register, tuple(_line(row, units) for row in rows), total, at, pages)


async def everything(key: str) -> tuple[PublicRegister, tuple[Line, ...]]:
    """Return the whole register, the newest first. Raises NotFound."""
    register = _register(key)
    async with read() as db:
        rows = (await db.execute(_newest(_shown(key)))).all()
        units = {one.id: one.name for one in (await tree(db)).units.values()}
    return register, tuple(_line(row, units) for row in rows)


def as_csv(register: PublicRegister, lines: Sequence[Line], t: Words) -> str:
    """Write a register as CSV for spreadsheet programs."""
    out = StringIO()
    table = csv.writer(out, lineterminator='\r\n')
    table.writerow([_safe(cell) for cell in _head(register, t)])
    table.writerows([_safe(cell) for cell in _cells(register, one, t)] for one in lines)
    return '\ufeff' + out.getvalue()


def _head(register: PublicRegister, t: Words) -> Iterator[str]:
    yield from (t(f'public_registers.{name}') for name in ('number', 'day', 'unit', 'state', 'ended'))
    yield from (t.pick(told.label) for told in register.fields)


def _cells(register: PublicRegister, one: Line, t: Words) -> Iterator[str]:
    yield one.number
    yield f'{local(one.issued_at):%d/%m/%Y}'
    yield one.unit
    yield t(f'public_registers.state_{one.state}')
    yield f'{local(one.ended_at):%d/%m/%Y}' if one.ended_at else ''
    yield from (one.facts.get(told.key, '') for told in register.fields)


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking what somebody wrote for a formula."""
    return f"'{text}" if text[:1] in tuple('=+-@\t\r') else text


def _register(key: str) -> PublicRegister:
    if key not in registers():
        raise NotFound()
    return registers()[key]


def _shown(key: str) -> Any:
    query = select(PublicEntry, Document.revoked_at, Document.replaced_by_id, Procedure.slug)
    query = query.join(Document, Document.id == PublicEntry.document_id)
    query = query.join(Procedure, Procedure.id == PublicEntry.procedure_id)
    return query.where(PublicEntry.book == key, PublicEntry.until >= today())


def _newest(query: Any) -> Any:
    return query.order_by(PublicEntry.issued_at.desc(), PublicEntry.id)


def _line(row: Any, units: dict[str, str]) -> Line:
    entry, ended_at, replaced_by, slug = row
    state = 'stands' if ended_at is None else 'replaced' if replaced_by else 'revoked'
    return Line(entry.number, entry.issued_at, units.get(entry.unit_id, ''), slug, entry.facts, state, ended_at)
