"""Enter an issued result into the public register of its procedure, in the transaction of issuing it."""

from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import VIETNAM, local
from app.dossiers import answers as stored
from app.i18n import words
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import summary
from app.public_registers.definitions import PublicRegister, may_be_told, register_of, registers
from app.statistics.periods import months_on
from app.text import fold
from models import AnswerSheet, Document, Dossier, PublicEntry
from models.enums import Edition


async def enter(db: AsyncSession, dossier: Dossier, spec: ProcedureSpec, issued: Document) -> None:
    """Make the line of a result; a procedure that no law makes public gets none. A corrected result has a line of its own."""
    key = register_of(spec)
    if key is None:
        return
    register = registers()[key]
    facts = _facts(register, spec, await _said(db, dossier.id, spec))
    number = issued.number or dossier.official_code or dossier.filing_number
    day = issued.dated or local(issued.issued_at).date()
    db.add(
        PublicEntry(
            book=key,
            document_id=issued.id,
            unit_id=dossier.resolving_unit_id,
            procedure_id=dossier.procedure_id,
            number=number,
            issued_at=datetime.combine(day, time(), VIETNAM) if issued.dated else issued.issued_at,
            until=shown_until(day, register.months),
            facts=facts,
            search_text=fold(' '.join([number, *facts.values()])),
        )
    )


def shown_until(day: date, months: int) -> date:
    """Return the same day so many months later, or the first day of the month after where there is no such day."""
    month = months_on(day, months)
    try:
        return month.replace(day=day.day)
    except ValueError:
        return months_on(month, 1)


async def _said(db: AsyncSession, dossier_id: str, spec: ProcedureSpec) -> dict[str, str]:
    """Return what the answers that stand say, as text by the id of the question."""
    query = select(AnswerSheet).where(AnswerSheet.dossier_id == dossier_id, AnswerSheet.edition == Edition.MAIN)
    sheet = (await db.execute(query)).scalar_one_or_none()
    values = stored.values(stored.unpack(sheet.answers, f'dossier:{dossier_id}')) if sheet else {}
    return {path: text for _, lines in summary(spec, values, words('vi')) for _, text, path in lines}


def _facts(register: PublicRegister, spec: ProcedureSpec, said: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for told in register.fields:
        for name in told.sources:
            field = spec.field(name)
            if field is not None and may_be_told(field) and said.get(name):
                found[told.key] = said[name]
                break
    return found
