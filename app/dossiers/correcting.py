"""What an applicant who corrects a dossier in place sees: the items asked for, and nothing else, as they stand now."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.db import read
from app.dossiers import answers as stored
from app.dossiers.answers import Answer
from app.dossiers.applicant import open_request, sheet
from app.dossiers.files import File, as_file
from app.dossiers.loading import load_for
from app.dossiers.seeing import has_only_the_slip
from app.errors import NotAllowed, Problem, WrongState
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import masked, sensitive_ids, without_numbers
from app.workflow.apply import is_applicant
from models import AnswerSheet, Attachment, Dossier, SupplementRequest
from models.enums import PRESENT, Edition


@dataclass(frozen=True)
class Correction:
    """An open request with what was sent for it so far. ``version`` goes back with the sending."""

    dossier_id: str
    version: int
    spec: ProcedureSpec
    items: tuple[dict[str, str], ...]
    answers: dict[str, Answer]
    """Of the questions asked for: as corrected, else as they were. Number and secret alone do not bring personal numbers back,
    neither those that were filed nor those that somebody has typed since."""
    veiled: dict[str, str]
    """Personal numbers that were typed since, masked, where ``answers`` leaves them out."""
    values: dict[str, Any]
    """All answers as they would stand: conditions and computed values look at them."""
    corrected: frozenset[str]
    problems: dict[str, Problem]
    files: tuple[File, ...]
    """New papers, not yet sent."""
    note: str
    """The word to the officer, as far as it is written."""


async def correction(actor: Actor, dossier_id: str) -> Correction:
    """Return the open request of a dossier that is corrected in place.

    Raises:
        NotFound: not theirs.  WrongState: nothing is asked.
    """
    async with read() as db:
        one = await load_for(db, actor, dossier_id)
        if not is_applicant(actor, one):
            raise NotAllowed()
        request = await open_request(db, one)
        if request is None:
            raise WrongState('workflow.nothing_asked')
        spec = await spec_of(db, one.version_id)
        main = _unpacked(await sheet(db, one.id, Edition.MAIN), one)
        mine = _unpacked(await _buffer(db, one.id, request.number), one)
        files = await _new_files(db, request)
    asked = [item['id'] for item in request.items if item['kind'] == 'field']
    hidden = sensitive_ids(spec) if has_only_the_slip(actor, one) else set()
    veiled = {k: masked(a.value) for k, a in mine.items() if k in hidden and isinstance(a.value, str)}
    typed = {k: _without_numbers(spec, k, a) if k in hidden else a for k, a in mine.items() if k not in veiled}
    known = {k: a for k, a in main.items() if k not in hidden} | typed
    return Correction(
        dossier_id=one.id,
        version=one.version,
        spec=spec,
        items=tuple(request.items),
        answers={k: known[k] for k in asked if k in known},
        veiled=veiled,
        values=stored.values(main | mine),
        corrected=frozenset(mine),
        problems=stored.unreadable(spec, mine),
        files=files,
        note=request.completion_note or '',
    )


def _without_numbers(spec: ProcedureSpec, key: str, answer: Answer) -> Answer:
    field = spec.field(key)
    return replace(answer, value=without_numbers(field, answer.value)) if field else answer


def _unpacked(one: AnswerSheet | None, dossier: Dossier) -> dict[str, Answer]:
    return stored.unpack(one.answers, f'dossier:{dossier.id}') if one else {}


async def _buffer(db: AsyncSession, dossier_id: str, number: int) -> AnswerSheet | None:
    query = select(AnswerSheet).where(
        AnswerSheet.dossier_id == dossier_id, AnswerSheet.edition == Edition.CORRECTION, AnswerSheet.number == number
    )
    return (await db.execute(query)).scalar_one_or_none()


async def _new_files(db: AsyncSession, request: SupplementRequest) -> tuple[File, ...]:
    query = select(Attachment).where(
        Attachment.supplement_id == request.id, or_(Attachment.state.in_(PRESENT), Attachment.infected)
    )
    return tuple(as_file(one) for one in (await db.execute(query.order_by(Attachment.uploaded_at))).scalars())
