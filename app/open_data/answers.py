"""Published answers to feedback and to questions as a dataset: as everybody reads them, nothing of who asked."""

from sqlalchemy import func, select

from app.clock import local
from app.db import read
from app.open_data.datasets import Column, Dataset, Row, register
from app.units.queries import tree
from models import Feedback, Procedure
from models.feedback import FeedbackState

_PUBLISHED = Feedback.state == FeedbackState.PUBLISHED


async def _years() -> list[str]:
    query = select(func.min(Feedback.published_at), func.max(Feedback.published_at)).where(_PUBLISHED)
    async with read() as db:
        first, last = (await db.execute(query)).one()
    return [str(year) for year in range(local(first).year, local(last).year + 1)] if first and last else []


async def _answers(part: str) -> list[Row]:
    query = select(Feedback, Procedure.slug).join(Procedure, Procedure.id == Feedback.procedure_id, isouter=True)
    async with read() as db:
        units = (await tree(db)).units
        rows = (await db.execute(query.where(_PUBLISHED).order_by(Feedback.published_at, Feedback.id))).all()
    dated = [(one, slug, local(one.published_at).date()) for one, slug in rows if one.published_at]
    return [
        (
            one.id, day.isoformat(), str(one.about), units[one.unit_id].code, units[one.unit_id].name, slug,
            one.public_subject or '', one.public_text or '', one.public_answer or '', one.helpful, one.unhelpful,
        )
        for one, slug, day in dated
        if str(day.year) == part
    ]  # fmt: skip


ANSWERS = register(
    Dataset(
        key='hoi-dap-phan-anh',
        words='open_data.answers',
        columns=(
            Column('id', 'string', 'open_data.answer_id', required=True),
            Column('published', 'date', 'open_data.answer_published', required=True),
            Column('about', 'string', 'open_data.answer_about', required=True),
            Column('unit', 'string', 'open_data.unit', required=True),
            Column('unit_name', 'string', 'open_data.unit_name', required=True),
            Column('procedure', 'string', 'open_data.answer_procedure'),
            Column('subject', 'string', 'open_data.answer_subject', required=True),
            Column('text', 'string', 'open_data.answer_text', required=True),
            Column('answer', 'string', 'open_data.answer_answer', required=True),
            Column('helpful', 'integer', 'open_data.answer_helpful', required=True),
            Column('unhelpful', 'integer', 'open_data.answer_unhelpful', required=True),
        ),
        primary=('id',),
        rows=_answers,
        parts=_years,
    )
)
