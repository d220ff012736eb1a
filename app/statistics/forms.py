"""Forms counted when they end: sent, or run out unsent, with the page on which they were left; how much had to be typed.

Nobody is followed while filling in. A draft that ran out is erased, so unlike the other figures these cannot be counted
again: what they rest on is gone on purpose (data minimisation).
Source: domain rules 2.7 (nine indicators: reuse) and 2.6 (index 766: information used again).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import local, now, today
from app.db import read
from app.statistics import published
from app.statistics.periods import months_on
from app.statistics.published import FEWEST
from app.statistics.queries import Counts
from app.statistics.register import Entry, private_ids, register
from models import Attachment, Dossier, FormTally
from models.enums import AttachmentState
from models.form_tally import WHOLE

KNOWN = frozenset({'profile', 'database', 'earlier'})
"""Sources of answers that nobody had to type."""
NOT_ASKED = frozenset({'computed', 'default'})
MONTHS = 12
"""Months that are told: the last that are over."""
COUNTS = ('sent', 'left', 'answers', 'known', 'papers', 'papers_known')


async def count_sent(
    db: AsyncSession, dossier: Dossier, sources: Iterable[str], attached: Iterable[Attachment]
) -> None:
    """Count a form that was just sent. ``sources``: of its answers; ``attached``: its papers, in place."""
    asked = [one for one in sources if one not in NOT_ASKED]
    papers = [one.reused or one.from_database for one in attached if one.state is AttachmentState.STORED]
    known = {'known': sum(one in KNOWN for one in asked), 'papers_known': sum(papers)}
    counts = {'sent': 1, 'answers': len(asked), 'papers': len(papers), **known}
    await _add(db, [_key(dossier.submitted_at, dossier.procedure_id, WHOLE) | counts])


async def count_left(db: AsyncSession, drafts: Iterable[tuple[str, str | None]]) -> None:
    """Count drafts that ran out unsent: (procedure, page)."""
    left: dict[tuple[str, str], int] = defaultdict(int)
    for procedure_id, page in drafts:
        left[procedure_id, WHOLE] += 1
        if page:
            left[procedure_id, page] += 1
    await _add(db, [_key(now(), one, page) | {'left': number} for (one, page), number in sorted(left.items())])


@dataclass(frozen=True)
class Form:
    """What is told of the form of one procedure."""

    procedure: Entry
    counts: Mapping[str, int]
    pages: tuple[tuple[str, int], ...]
    """Page and how many were left there, the most first."""
    work: Counts
    """What is told of the dossiers in the same months."""

    @property
    def ended(self) -> int:
        """Forms that were sent or ran out."""
        return self.counts['sent'] + self.counts['left']


async def told_forms() -> tuple[date, date, tuple[Form, ...]]:
    """Return the first and the last month, and every form of which enough was sent in a month, by name; private ones never."""
    last, first = months_on(today(), -1), months_on(today(), -MONTHS)
    async with read() as db:
        known = await register(db)
        rows, private = await _sums(db, first, last), private_ids(known)
        told = await published.told(db, None, [months_on(first, n) for n in range(MONTHS)], private)
    found = [
        Form(known[one], pages[WHOLE], _pages(pages), told.whole([one]))
        for one, pages in rows.items()
        if one in known and one not in private and WHOLE in pages
    ]
    return first, last, tuple(sorted(found, key=lambda one: one.procedure.name.vi))


def _pages(pages: Mapping[str, Mapping[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return the pages that enough people left to be told."""
    left = [(page, counts['left']) for page, counts in pages.items() if page != WHOLE and counts['left'] >= FEWEST]
    return tuple(sorted(left, key=lambda one: (-one[1], one[0])))


async def _sums(db: AsyncSession, first: date, last: date) -> dict[str, dict[str, dict[str, int]]]:
    """Return the sums of the months in which enough was sent: no difference of two sums tells of a smaller one."""
    columns = [func.sum(getattr(FormTally, name)) for name in COUNTS]
    enough = select(FormTally.procedure_id, FormTally.month).where(
        FormTally.page == WHOLE, FormTally.sent >= FEWEST, FormTally.month >= first, FormTally.month <= last
    )
    query = select(FormTally.procedure_id, FormTally.page, *columns)
    query = query.where(tuple_(FormTally.procedure_id, FormTally.month).in_(enough))
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    for procedure_id, page, *values in await db.execute(query.group_by(FormTally.procedure_id, FormTally.page)):
        found[procedure_id][page] = {name: int(value) for name, value in zip(COUNTS, values, strict=True)}
    return found


def _key(at: datetime, procedure_id: str, page: str) -> dict[str, Any]:
    return {'month': local(at).date().replace(day=1), 'procedure_id': procedure_id, 'page': page[:80]}


async def _add(db: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Add to what stands."""
    if not rows:
        return
    table: Any = FormTally.__table__  # type: ignore[attr-defined]
    filled = [dict.fromkeys(COUNTS, 0) | row for row in rows]
    insert = (postgresql if db.get_bind().dialect.name == 'postgresql' else sqlite).insert(table)
    added = {name: table.c[name] + insert.excluded[name] for name in COUNTS}
    await db.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=added), filled)
