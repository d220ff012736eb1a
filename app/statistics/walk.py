"""Every dossier once, in the order of filing, with what its acts add: neighbours lie side by side in the database.

Read unit by unit instead, the dossiers of one unit are a few rows of every page, and a page is fetched again for each unit.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import local
from app.statistics.counting import facts, opinion_of
from app.statistics.measures import COUNTED, Change, changes, opinion
from models import Dossier, DueDate, Event, JunkMark, Rating
from models.enums import DueKind

PART = 500
"""Places in the order of filing that are read at a time: few enough for others to have their turn between two parts."""
_OF_DOSSIER = (
    Dossier.id, Dossier.resolving_unit_id, Dossier.procedure_id, Dossier.channel, Dossier.delivery, Dossier.queued_at,
    Dossier.refused_at, Dossier.lawful_at, Dossier.promised_at, Dossier.supplement_count, Dossier.reused,
    Dossier.worked_minutes,
)  # fmt: skip
_OF_RATING = (Rating.level, Rating.reception, Rating.handling, Rating.handover, Rating.unit_id, Rating.procedure_id)
Rows = Sequence[Row[Any]]


@dataclass(frozen=True)
class Part:
    """Some dossiers that were filed one after the other, with all that is counted of them."""

    dossiers: Rows
    receptions: Rows
    events: Rows
    ratings: Rows

    def changes(self) -> Iterator[tuple[str, str, Change]]:
        """Yield unit, procedure and change of every act."""
        limits: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        for limit in self.receptions:
            limits[limit.dossier_id].append((limit.set_at, limit.at))
        known = {row.id: facts(row, row.junk is not None, tuple(limits[row.id])) for row in self.dossiers}
        for act in self.events:
            fact = known[act.dossier_id]
            for change in changes(act.action, act.from_status, act.happened_at, fact):
                yield fact.unit_id, fact.procedure_id, change
        for rating in self.ratings:
            said = opinion_of(rating)
            change = Change(local(rating.happened_at).date(), opinion(said['level'], said['parts']))
            yield rating.unit_id, rating.procedure_id, change


async def walk(db: AsyncSession) -> AsyncIterator[Part]:
    """Yield all dossiers, part by part."""
    connection = await db.connection()  # its rows are plain: nothing is kept of them
    first, last = (await connection.execute(select(func.min(Dossier.ordinal), func.max(Dossier.ordinal)))).one()
    for before in range((first or 1) - 1, last or 0, PART):
        here = {'before': before, 'last': before + PART}
        yield Part(*[(await connection.execute(query, here)).all() for query in _QUERIES])


def _queries() -> Iterator[Executable]:
    """Yield what a part is read with, in the order of its fields."""
    here = and_(Dossier.ordinal > bindparam('before'), Dossier.ordinal <= bindparam('last'))
    yield select(*_OF_DOSSIER, JunkMark.dossier_id.label('junk')).outerjoin(JunkMark).where(here)
    limits = select(DueDate.dossier_id, DueDate.set_at, DueDate.at).join_from(Dossier, DueDate).where(here)
    yield limits.where(DueDate.kind == DueKind.RECEPTION).order_by(DueDate.dossier_id, DueDate.number)
    acts = select(Event.dossier_id, Event.action, Event.from_status, Event.happened_at).join_from(Dossier, Event)
    yield acts.where(here, Event.subject == 'dossier', Event.action.in_([str(action) for action in COUNTED]))
    rated = select(*_OF_RATING, Event.happened_at).join_from(Dossier, Rating)
    yield rated.join(Event, Event.id == Rating.event_id).where(here)


_QUERIES = tuple(_queries())
