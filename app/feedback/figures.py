"""How feedback was dealt with in a period, in figures: for the public page, and for the index of QĐ 766 (its part on petitions)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import VIETNAM, now
from app.db import read
from models import Feedback
from models.feedback import FeedbackAbout
from models.feedback import FeedbackState as S


@dataclass(frozen=True)
class FeedbackFigures:
    """Counts of a period, both days included. ``in_time`` and ``late`` are of what was answered in it."""

    received: int
    answered: int
    in_time: int
    published: int
    refused: int
    helpful: int
    unhelpful: int
    open: int
    """Of what was received in the period, not ended yet."""
    open_late: int

    @property
    def late(self) -> int:
        """Answered after the limit."""
        return self.answered - self.in_time

    @property
    def in_time_percent(self) -> int | None:
        """Share of answers that kept the limit; None while there is none."""
        return round(100 * self.in_time / self.answered) if self.answered else None

    @property
    def helpful_percent(self) -> int | None:
        """Share of visitors' votes that say helpful; None while there is none."""
        votes = self.helpful + self.unhelpful
        return round(100 * self.helpful / votes) if votes else None


async def feedback_figures(
    first: date, last: date, units: frozenset[str] | None = None, *, questions: bool = False
) -> FeedbackFigures:
    """Return the figures of a period, of all units or of some; petitions, or questions before filing."""
    async with read() as db:
        return await figures_in(db, first, last, units, questions=questions)


async def figures_in(
    db: AsyncSession, first: date, last: date, units: frozenset[str] | None = None, *, questions: bool = False
) -> FeedbackFigures:
    """Return the same within a session: two questions, each by the index of its moment."""
    start = datetime.combine(first, time(), VIETNAM)
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    kind = Feedback.about == FeedbackAbout.QUESTION if questions else Feedback.about != FeedbackAbout.QUESTION
    where = [kind] if units is None else [kind, Feedback.unit_id.in_(units)]
    is_open = Feedback.state.in_((S.RECEIVED, S.SORTED, S.FORWARDED, S.ASKED))
    is_late = is_open & (Feedback.state != S.ASKED) & (Feedback.answer_due_at <= now())
    sent = select(func.count(), _sum(Feedback.state == S.REFUSED), _sum(is_open), _sum(is_late)).where(
        *where, Feedback.sent_at >= start, Feedback.sent_at < end
    )
    answered = select(
        func.count(),
        _sum(Feedback.in_time.is_(True)),
        _sum(Feedback.state == S.PUBLISHED),
        func.coalesce(func.sum(Feedback.helpful), 0),
        func.coalesce(func.sum(Feedback.unhelpful), 0),
    ).where(*where, Feedback.answered_at >= start, Feedback.answered_at < end)
    received, refused, left, late = (int(n) for n in (await db.execute(sent)).one())
    done, in_time, public, yes, no = (int(n) for n in (await db.execute(answered)).one())
    return FeedbackFigures(received, done, in_time, public, refused, yes, no, left, late)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
