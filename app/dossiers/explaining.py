"""Why a date is what it is, from the rule that was kept when it was promised."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.deadlines.calendar import WorkCalendar
from app.deadlines.explain import explain
from app.deadlines.facts import Due
from app.deadlines.store import calendar_for
from app.i18n import words
from app.workflow.clocks import reception_by, resolution_by
from app.workflow.desks import desk_of
from models import Dossier, DueDate
from models.enums import DueKind


async def explain_due(db: AsyncSession, one: Dossier, lang: str) -> str | None:
    """Return the explanation of the date that the applicant was given last, or None where there is none.

    The date is computed again from its rule; should the calendar have changed since, the promised date stands and is
    said without its way.
    """
    kind = DueKind.RESOLUTION if one.accepted_at else DueKind.RECEPTION
    query = (
        select(DueDate)
        .where(DueDate.dossier_id == one.id, DueDate.kind == kind)
        .order_by(DueDate.number.desc())
        .limit(1)
    )
    row = (await db.execute(query)).scalar_one_or_none()
    if row is None:
        return None
    work = (await calendar_for(db, one.resolving_unit_id if one.accepted_at else desk_of(one))).work
    again = _again(work, kind, row)
    due = again if again and again.at == row.at else Due(row.at, uncertain=again.uncertain if again else False)
    return explain(due, words(lang))


def _again(work: WorkCalendar, kind: DueKind, row: DueDate) -> Due | None:
    if 'from' not in row.rule or 'reappointed' in row.rule:
        return None
    return reception_by(row.rule, work) if kind is DueKind.RECEPTION else resolution_by(row.rule, work)
