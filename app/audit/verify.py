"""Check both chains against themselves and against their anchors: what was altered, removed, added, moved or cut off.

A chain alone cannot show that its end was cut off. The anchors show it, back to the last one; those kept outside show
it even when the table of anchors was cut off as well.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.audit.anchor import Kept, kept, stamped_text
from app.audit.chain import EVENTS, FIRST, READS, Chain, Link, chain_value
from app.audit.erase import ERASED, is_blank
from app.audit.record import payload_hash
from app.audit.stamp import NotStamped, moment_of
from app.db import read
from app.notifications import settings
from models import Anchor, Event, EventText, PaperRead

BATCH = 1000
MOST = 50
"""Faults named before the check stops counting."""
ANCHORS = 'anchors'
Heads = dict[int, str]


@dataclass(frozen=True)
class Fault:
    """One thing wrong: at which number of which chain (``events``, ``reads``, ``anchors``), and what.

    ``gap``: a row is missing; ``chain``: altered or moved; ``words``: the words were altered; ``words_gone``: removed;
    ``anchor``: not what was anchored; ``cut``: the end was cut off from here on; ``forged``: an anchor without our seal;
    ``stamp``: an anchor's time stamp does not hold; ``unknown``: an anchor kept outside is not in the table.
    """

    sequence: int
    what: str
    chain: str = EVENTS.name


@dataclass(frozen=True)
class Head:
    """The last row of a chain."""

    rows: int = 0
    sequence: int = 0
    chain: str = FIRST


@dataclass(frozen=True)
class Verdict:
    """What was read and what is wrong with it."""

    faults: tuple[Fault, ...]
    events: int
    reads: int
    head: Head
    reads_head: Head
    anchors: int
    stamped: int
    """Anchors whose time stamp holds."""
    outside: int
    """Anchors from outside that were compared."""


@dataclass
class _Check:
    """A check that is going on."""

    faults: list[Fault] = field(default_factory=list)
    anchored: dict[str, Heads] = field(default_factory=lambda: defaultdict(dict))
    anchors: int = 0
    stamped: int = 0

    def find(self, sequence: int, what: str, chain: str) -> None:
        self.faults.append(Fault(sequence, what, chain))

    @property
    def is_enough(self) -> bool:
        return len(self.faults) >= MOST

    def expect(self, one: Kept) -> None:
        """Remember what an anchor says of both chains; where two say different things, one of them is named."""
        for chain, sequence, value in (
            (EVENTS.name, one.events, one.events_chain),
            (READS.name, one.reads, one.reads_chain),
        ):
            if self.anchored[chain].setdefault(sequence, value) != value:
                self.find(sequence, 'anchor', chain)


async def verify(outside: Sequence[Kept] = ()) -> Verdict:
    """Read every row of both chains in order and compute its value again; ``outside`` are anchors that were kept outside.

    Words that were erased by law, with an event that says so, are no fault.
    """
    check = _Check()
    await _check_anchors(check, outside)
    events = await _walk(check, EVENTS)
    reads = await _walk(check, READS)
    faults = tuple(check.faults[:MOST])
    return Verdict(faults, events.rows, reads.rows, events, reads, check.anchors, check.stamped, len(outside))


async def _check_anchors(check: _Check, outside: Sequence[Kept]) -> None:
    """Check the anchors of the table, each against the one before, then those from outside against the table."""
    async with read() as db:
        rows = (await db.execute(select(Anchor).order_by(Anchor.number))).scalars().all()
    known: dict[int, str] = {}
    number, previous = 0, FIRST
    for row in rows:
        one = kept(row)
        if (one.number, one.previous) != (number + 1, previous):
            check.find(number + 1, 'gap', ANCHORS)
        _check_anchor(check, row, one)
        number, previous = one.number, one.seal
        known[number] = previous
    check.anchors = len(known)
    for one in outside:
        if not one.is_ours:
            check.find(one.number, 'forged', ANCHORS)
            continue
        if known.get(one.number) != one.seal:
            check.find(one.number, 'unknown', ANCHORS)
        check.expect(one)


def _check_anchor(check: _Check, row: Anchor, one: Kept) -> None:
    if not one.is_ours:
        check.find(one.number, 'forged', ANCHORS)
        return
    check.expect(one)
    if row.stamp is None or not settings().tsa_ca:
        return
    try:
        at = moment_of(settings(), row.stamp, stamped_text(one))
    except NotStamped:
        at = None
    if at is None or at != row.stamped_at:
        check.find(one.number, 'stamp', ANCHORS)
    else:
        check.stamped += 1


async def _walk(check: _Check, chain: Chain) -> Head:
    """Read one chain from its beginning. Each row is compared with the stored value before it, so faults stay where they are."""
    anchored = check.anchored[chain.name]
    words = _Words(check)
    head = Head()
    while not check.is_enough and (batch := await _batch(chain, head.sequence)):
        for row, text in batch:
            sequence = row.sequence or 0
            if sequence != head.sequence + 1:
                check.find(head.sequence + 1, 'gap', chain.name)
            if chain_value(head.chain, row) != row.chain:
                check.find(sequence, 'chain', chain.name)
            if anchored.get(sequence, row.chain) != row.chain:
                check.find(sequence, 'anchor', chain.name)
            if isinstance(row, Event):
                words.look(row, text)
            head = Head(head.rows + 1, sequence, row.chain)
    if not check.is_enough:
        words.close()
        if max(anchored, default=0) > head.sequence:
            check.find(head.sequence + 1, 'cut', chain.name)
    return head


class _Words:
    """Looks after the words of events: altered, or gone without an event that says so."""

    def __init__(self, check: _Check) -> None:
        self._check = check
        self._gone: dict[str, int] = {}

    def look(self, event: Event, text: EventText | None) -> None:
        if (event.subject, event.action) == ERASED:
            self._gone.pop(event.subject_id, None)
        if text is not None and payload_hash(text) == event.payload_hash:
            return
        if text is None or is_blank(text):
            self._gone[event.id] = event.sequence or 0
        else:
            self._check.find(event.sequence or 0, 'words', EVENTS.name)

    def close(self) -> None:
        for sequence in self._gone.values():
            self._check.find(sequence, 'words_gone', EVENTS.name)


async def _batch(chain: Chain, after: int) -> list[tuple[Link, EventText | None]]:
    async with read() as db:
        if chain is READS:
            reads = select(PaperRead).where(PaperRead.sequence > after).order_by(PaperRead.sequence).limit(BATCH)
            return [(row, None) for row in (await db.execute(reads)).scalars()]
        query = select(Event, EventText).join(EventText, EventText.event_id == Event.id, isouter=True)
        rows = (await db.execute(query.where(Event.sequence > after).order_by(Event.sequence).limit(BATCH))).all()
    return [(row.Event, row.EventText) for row in rows]
