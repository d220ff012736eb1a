"""Shares that the service counts: what is good of what there is, and which dossiers are not.

Every share over dossiers is two conditions, so that the figure and the list of what it cost come from the same place.
Source: domain rules 2.6 (formulas of QĐ 766/QĐ-TTg as the national portal describes them).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.reports.cases import LIMIT, Stretch, held_since, limit_then, of_period
from app.statistics.each import day_of
from models import Attachment, Dossier, Event, Feedback, SupplementRequest
from models import Fee as OwedFee
from models.enums import PRESENT, AttachmentKind, Authentication, Channel, Delivery
from models.feedback import FeedbackAbout, FeedbackState

MOST_LISTED = 200
Conditions = tuple[tuple[ColumnElement[bool], ...], ColumnElement[bool]]
"""Of which dossiers, and which of them are good."""


@dataclass(frozen=True)
class Ratio:
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.part / self.whole if self.whole else None


def in_time(db: AsyncSession, stretch: Stretch) -> ColumnElement[bool]:
    """Tell whether a dossier is in time by 766: at its end, or when the period ended; a second supplement request is late."""
    ended = func.coalesce(Dossier.resolved_at, Dossier.closed_at, type_=LIMIT.type)
    held = held_since(stretch)
    asked = exists().where(SupplementRequest.dossier_id == Dossier.id, SupplementRequest.number > 1)
    again = asked.where(SupplementRequest.requested_at < stretch.end).correlate(Dossier)
    return case(
        (and_(ended < stretch.end, LIMIT.is_(None)), True),
        (and_(ended < stretch.end, Dossier.supplement_count > 1), False),
        (again, False),
        (ended < stretch.end, day_of(db, ended) <= day_of(db, LIMIT)),
        (limit_then(stretch).is_(None), True),
        (held.is_not(None), day_of(db, held) <= day_of(db, limit_then(stretch))),
        else_=limit_then(stretch) >= stretch.judged,
    )


def _resolved(stretch: Stretch) -> ColumnElement[bool]:
    return and_(Dossier.resolved_at >= stretch.begin, Dossier.resolved_at < stretch.end)


def _filed(stretch: Stretch) -> ColumnElement[bool]:
    return and_(Dossier.queued_at >= stretch.begin, Dossier.queued_at < stretch.end)


def _has(kind: AttachmentKind) -> ColumnElement[bool]:
    file = exists().where(Attachment.dossier_id == Dossier.id, Attachment.kind == kind, Attachment.state.in_(PRESENT))
    return file.correlate(Dossier)


def _owes() -> ColumnElement[bool]:
    owed = exists().where(OwedFee.dossier_id == Dossier.id, OwedFee.amount > 0)
    return owed.correlate(Dossier)


def petition() -> ColumnElement[bool]:
    """Tell whether there is feedback about a dossier that was not refused: anybody may write some."""
    about = exists().where(
        Feedback.dossier_id == Dossier.id,
        Feedback.about != FeedbackAbout.QUESTION,
        Feedback.state != FeedbackState.REFUSED,
    )
    return about.correlate(Dossier)


def _authenticated() -> ColumnElement[bool]:
    act = exists().where(
        Event.dossier_id == Dossier.id, Event.action == 'submit', Event.authentication != Authentication.NONE
    )
    return act.correlate(Dossier)


Measure = Callable[[AsyncSession, Stretch], Conditions]
MEASURES: dict[str, Measure] = {
    'in_time': lambda db, s: ((), in_time(db, s)),
    'undisputed': lambda db, s: ((), and_(in_time(db, s), ~petition())),
    'online_electronic': lambda db, s: (
        (_resolved(s),), and_(Dossier.channel == Channel.ONLINE, Dossier.delivery == Delivery.ELECTRONIC),
    ),
    'paid_online': lambda db, s: ((_resolved(s), _owes()), Dossier.online_payment.in_((1, 2))),
    'electronic_result': lambda db, s: ((_resolved(s),), _has(AttachmentKind.RESULT)),
    'digitised': lambda db, s: (
        (_resolved(s),), and_(_has(AttachmentKind.RESULT), or_(_has(AttachmentKind.EVIDENCE), Dossier.channel == Channel.ONLINE)),
    ),
    'reused': lambda db, s: ((_filed(s),), Dossier.reused.is_(True)),
    'population_data': lambda db, s: ((_filed(s),), Dossier.verified_by_vneid.is_(True)),
    'online_filed': lambda db, s: ((_filed(s),), Dossier.channel == Channel.ONLINE),
    'online_resolved': lambda db, s: ((_resolved(s),), Dossier.channel == Channel.ONLINE),
    'authenticated': lambda db, s: ((_filed(s), Dossier.channel == Channel.ONLINE), _authenticated()),
}  # fmt: skip
"""Shares over dossiers, by key."""


async def ratios(
    db: AsyncSession, keys: Collection[str], units: Collection[str], first: date, last: date
) -> dict[str, Ratio]:
    """Return shares over the dossiers of some units in a period, both days included, each dossier looked at once."""
    stretch, wanted = Stretch.of(first, last), list(keys)
    columns: list[Any] = []
    for where, good in (MEASURES[key](db, stretch) for key in wanted):
        is_meant = and_(true(), *where)
        columns += [_number(is_meant), _number(and_(is_meant, good))]
    if not columns:
        return {}
    row = (await db.execute(select(*columns).select_from(Dossier).where(*of_period(units, stretch)))).one()
    numbers = [int(number) for number in row]
    return {key: Ratio(numbers[2 * n + 1], numbers[2 * n]) for n, key in enumerate(wanted)}


def _number(holds: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((holds, 1), else_=0)), 0)


@dataclass(frozen=True)
class Cost:
    """A dossier that cost points, by its code."""

    dossier_id: str
    code: str
    unit_id: str


async def costing(db: AsyncSession, key: str, units: Collection[str], first: date, last: date) -> tuple[Cost, ...]:
    """Return the dossiers that are not good by a share, the newest first, at most ``MOST_LISTED``."""
    stretch = Stretch.of(first, last)
    where, good = MEASURES[key](db, stretch)
    columns: tuple[Any, ...] = (
        Dossier.id, func.coalesce(Dossier.official_code, Dossier.filing_number), Dossier.resolving_unit_id,
    )  # fmt: skip
    query = select(*columns).where(*of_period(units, stretch), *where, case((good, False), else_=True))
    rows = await db.execute(query.order_by(Dossier.queued_at.desc(), Dossier.id).limit(MOST_LISTED))
    return tuple(Cost(*row) for row in rows)


async def petitions(db: AsyncSession, units: Collection[str], stretch: Stretch) -> tuple[Ratio, Ratio]:
    """Return petitions answered in time, and those neither late nor found more unhelpful than helpful."""
    answered = and_(Feedback.answered_at >= stretch.begin, Feedback.answered_at < stretch.end)
    overdue = and_(
        Feedback.answered_at.is_(None),
        Feedback.due_at.is_not(None),
        Feedback.answer_due_at >= stretch.begin,
        Feedback.answer_due_at < stretch.judged,
    )
    on_time = and_(answered, Feedback.in_time.is_(True))
    liked = and_(on_time, Feedback.unhelpful <= Feedback.helpful)
    sums = [func.coalesce(func.sum(case((good, 1), else_=0)), 0) for good in (on_time, liked)]
    columns: tuple[Any, ...] = (func.count(), *sums)
    query = (
        select(*columns)
        .select_from(Feedback)
        .where(Feedback.unit_id.in_(sorted(units)), Feedback.about != FeedbackAbout.QUESTION, or_(answered, overdue))
    )
    whole, kept, found_good = (int(number) for number in (await db.execute(query)).one())
    return Ratio(kept, whole), Ratio(found_good, whole)
