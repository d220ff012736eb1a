"""The place of an act in the chain, as a receipt carries it, and the proof of such a receipt years later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.chain import FIRST, chain_value
from app.db import read
from models import Anchor, Document, Dossier, Event, EventText

SHOWN = 16
"""Signs of a chain value that a receipt carries: 64 bits of a keyed hash."""


@dataclass(frozen=True)
class Place:
    """Number of an event and the beginning of its chain value."""

    number: int
    hash: str
    data_sha256: str = ''
    """What the data of the paper hashed to that the act issued."""

    @property
    def grouped(self) -> str:
        """The hash in groups of four, to be read and typed."""
        return ' '.join(self.hash[i : i + 4] for i in range(0, len(self.hash), 4))


@dataclass(frozen=True)
class Proof:
    """What stands at the place that a receipt names.

    ``fault``: None: the act is exactly as it was when the receipt was made; ``missing``: nothing stands there;
    ``differs``: the receipt's hash is another one; ``altered``: the row does not fit its own chain value any more.
    """

    number: int
    fault: str | None
    action: str | None = None
    recorded_at: datetime | None = None
    dossier: str | None = None
    anchor: int | None = None
    """The first anchor that covers it."""
    anchored_at: datetime | None = None
    stamped_at: datetime | None = None


async def place_of(db: AsyncSession, dossier_id: str, action: str) -> Place | None:
    """Return the place of the first act of a kind on a dossier."""
    query = select(Event.sequence, Event.chain).where(Event.dossier_id == dossier_id, Event.action == action)
    row = (await db.execute(query.order_by(Event.sequence).limit(1))).first()
    return Place(row.sequence, row.chain[:SHOWN]) if row else None


def place_at(event: Event) -> Place:
    """Return the place of an act that was just written down."""
    return Place(event.sequence or 0, event.chain[:SHOWN])


async def place_of_paper(db: AsyncSession, paper: Document) -> Place | None:
    """Return the place of the act that issued a paper: it holds the hash of the paper's data."""
    query = (
        select(Event.sequence, Event.chain, EventText.data)
        .join(EventText, EventText.event_id == Event.id)
        .where(Event.dossier_id == paper.dossier_id)
        .order_by(Event.sequence)
    )
    for row in await db.execute(query):
        told = row.data.get('paper', {})
        if told.get('id') == paper.id:
            return Place(row.sequence, row.chain[:SHOWN], told.get('data_sha256', ''))
    return None


async def prove(number: int, short: str) -> Proof:
    """Check a receipt's place against the chain.

    The hash on the receipt was made with our key over the row and, through the value before it, over all that came
    before: a row that gives it again is the row of that day.
    """
    wanted = ''.join(short.split()).lower()
    async with read() as db:
        before = (await db.execute(select(Event.chain).where(Event.sequence == number - 1))).scalar_one_or_none()
        event = (await db.execute(select(Event).where(Event.sequence == number))).scalar_one_or_none()
        if event is None:
            return Proof(number, 'missing')
        dossier = await db.get(Dossier, event.dossier_id) if event.dossier_id else None
        covering = select(Anchor).where(Anchor.events >= number).order_by(Anchor.number).limit(1)
        anchor = (await db.execute(covering)).scalar_one_or_none()
    fault = None
    if len(wanted) < SHOWN or not event.chain.startswith(wanted):
        fault = 'differs'
    elif chain_value(before or FIRST, event) != event.chain:
        fault = 'altered'
    return Proof(
        number,
        fault,
        event.action,
        event.recorded_at,
        dossier.filing_number if dossier else None,
        anchor.number if anchor else None,
        anchor.made_at if anchor else None,
        anchor.stamped_at if anchor else None,
    )
