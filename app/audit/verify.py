"""Check the chain of events: any row that was altered, removed, added or moved is found, and where."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.audit.record import FIRST, chain_value, payload_hash
from app.db import read
from models import Event, EventText

BATCH = 1000
MOST = 50
"""Faults named before the check stops counting."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong: at which number, and what (``gap``, ``chain``, ``words``)."""

    sequence: int
    what: str


@dataclass(frozen=True)
class Verdict:
    """How many events were read, what is wrong, and the head: the last number with its chain value.

    The chain alone cannot show that its end was cut off: keep the head outside and compare.
    """

    events: int
    faults: tuple[Fault, ...]
    head_sequence: int
    head: str


async def verify() -> Verdict:
    """Read every event in order and compute its chain value again. Words erased by law are no fault; altered ones are."""
    faults: list[Fault] = []
    previous, last, count = FIRST, 0, 0
    while batch := await _batch(last):
        for event, words in batch:
            sequence = event.sequence or 0
            if sequence != last + 1:
                faults.append(Fault(last + 1, 'gap'))
            if chain_value(previous, event) != event.chain:
                faults.append(Fault(sequence, 'chain'))
            if words is not None and payload_hash(words) != event.payload_hash:
                faults.append(Fault(sequence, 'words'))
            previous, last, count = event.chain, sequence, count + 1
        if len(faults) >= MOST:
            break
    return Verdict(count, tuple(faults[:MOST]), last, previous)


async def _batch(after: int) -> list[tuple[Event, EventText | None]]:
    query = select(Event, EventText).join(EventText, EventText.event_id == Event.id, isouter=True)
    async with read() as db:
        rows = (await db.execute(query.where(Event.sequence > after).order_by(Event.sequence).limit(BATCH))).all()
    return [(row.Event, row.EventText) for row in rows]


async def head() -> tuple[int, str]:
    """Return the last number and its chain value, to be kept outside."""
    async with read() as db:
        last = select(Event.sequence, Event.chain).where(
            Event.sequence == select(func.max(Event.sequence)).scalar_subquery()
        )
        row = (await db.execute(last)).first()
    return (row.sequence or 0, row.chain) if row else (0, FIRST)
