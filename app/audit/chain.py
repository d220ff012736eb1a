"""Chains of rows: each row carries a keyed hash over itself and the row before. The key is not in the database."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.rows import put
from models import Event, PaperRead

Link = Event | PaperRead
FIRST = '0' * 64


@dataclass(frozen=True)
class Chain:
    """One chain. ``lock`` is its advisory lock on PostgreSQL, taken last of all locks; SQLite has one writer anyway."""

    name: str
    table: type[Event] | type[PaperRead]
    purpose: str
    lock: int


EVENTS = Chain('events', Event, 'audit-chain', 0x6D6F7463)
READS = Chain('reads', PaperRead, 'read-chain', 0x6D6F7472)
"""Who opened which paper: apart, so that the history of acts stays readable."""


async def append(db: AsyncSession, chain: Chain, row: Link) -> None:
    """Give a row its number and its chain value, and write it. The number is part of what is chained."""
    await db.flush()  # what it tells of comes first
    if db.get_bind().dialect.name == 'postgresql':
        await db.execute(text('SELECT pg_advisory_xact_lock(:key)'), {'key': chain.lock})
    sequence, value = await head(db, chain)
    row.sequence = sequence + 1
    row.chain = chain_value(value, row)
    await put(db, row)


async def head(db: AsyncSession, chain: Chain) -> tuple[int, str]:
    """Return the last number with its chain value; 0 while the chain is empty."""
    last = (await db.execute(_last(chain.table))).first()
    return (last.sequence, last.chain) if last else (0, FIRST)


@cache
def _last(table: type[Event] | type[PaperRead]) -> Select[int | None, str]:
    return select(table.sequence, table.chain).order_by(table.sequence.desc()).limit(1)


def chain_value(previous: str, row: Link) -> str:
    """Return the keyed hash over the previous chain value and every column of this row."""
    columns = row.model_dump(mode='json', exclude={'chain'})
    text_ = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    key = crypto.key((EVENTS if isinstance(row, Event) else READS).purpose)
    return hmac.new(key, f'{previous}\n{text_}'.encode(), hashlib.sha256).hexdigest()
