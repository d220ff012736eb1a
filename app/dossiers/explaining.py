"""Why a date is what it is, from the rule that was kept when it was promised."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.deadlines import clock
from app.deadlines.calendar import WorkCalendar
from app.deadlines.explain import explain
from app.deadlines.facts import Due, Start
from app.deadlines.store import calendar_for
from app.i18n import words
from app.procedures.schema import Term
from app.workflow.clocks import RECEPTION_HOURS, mode_of, pauses
from models import Dossier, DueDate
from models.enums import Channel, DueKind


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
    work = (await calendar_for(db, one.resolving_unit_id if one.accepted_at else one.receiving_unit_id)).work
    again = _again(work, kind, row)
    due = again if again and again.at == row.at else Due(row.at, uncertain=again.uncertain if again else False)
    return explain(due, words(lang))


def _again(work: WorkCalendar, kind: DueKind, row: DueDate) -> Due | None:
    rule = row.rule
    if 'from' not in rule:
        return None
    if 'reappointed' in rule:
        return None
    begin = datetime.fromisoformat(rule['from'])
    if kind is DueKind.RECEPTION:
        online = rule.get('channel') == Channel.ONLINE
        return clock.reception_due(work, begin, RECEPTION_HOURS) if online else clock.counter_reception_due(work, begin)
    term = Term.model_validate(rule['term'])
    if 'paused' in rule:
        return clock.recount(work, begin, term, pauses(rule['paused']), mode_of(rule))
    return clock.due(
        work, begin, term, mode_of(rule), start=Start.COMPLETED if row.reason == 'supplement' else Start.ACCEPTED
    )
