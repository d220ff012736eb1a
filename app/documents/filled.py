"""The declaration of a dossier as it was sent: the form of its procedure with the frozen answers, and each later correction.

It is drawn anew each time from the sealed answers, so that personal numbers lie in one place only; the same answers give
the same bytes. Nobody can write on it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.audit.record import note_read
from app.clock import local
from app.db import read, write
from app.documents import render
from app.documents.declaration import form_for, is_official, paper, title_of
from app.documents.letterhead import written_out
from app.documents.paper import may_open
from app.documents.queries import OpenedPaper, file_name
from app.dossiers import answers as stored
from app.dossiers.loading import load_for
from app.dossiers.seeing import has_only_the_slip
from app.errors import NotAllowed, NotFound
from app.i18n import Words, words
from app.limits import hit
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from models import AnswerSheet, Dossier, Unit
from models.enums import Edition

_SENT = AnswerSheet.edition.in_((Edition.HISTORY, Edition.MAIN))
_ORDER = (AnswerSheet.edition == Edition.MAIN, AnswerSheet.number)
"""What stood before each supplement, then what stands."""


@dataclass(frozen=True)
class Declared:
    """One edition of a declaration: 1 as it was filed, then one for each supplement that changed answers."""

    number: int
    title: str
    sent_at: datetime


async def declarations_for(
    db: AsyncSession, actor: Actor, dossier: Dossier, spec: ProcedureSpec
) -> tuple[Declared, ...]:
    """Return the editions of a dossier's declaration that the actor may open, the first one first."""
    if not _may_open(actor, dossier):
        return ()
    title = title_of(spec, words('vi'))
    query = select(AnswerSheet.saved_at).where(AnswerSheet.dossier_id == dossier.id, _SENT)
    moments = (await db.execute(query.order_by(*_ORDER))).scalars()
    return tuple(Declared(n, title, moment) for n, moment in enumerate(moments, 1))


async def open_declaration(actor: Actor, dossier_id: str, number: int | None = None) -> OpenedPaper:
    """Return an edition of a dossier's declaration as PDF, the newest by default, and note that it was opened.

    It holds whole personal numbers: number and secret alone do not open it.

    Raises:
        NotFound: no such dossier or edition, or somebody else's.  NotAllowed: only the slip, or staff who read no papers.
    """
    await hit('paper', actor.account_id or actor.address or 'unknown', times=300, minutes=10)
    async with read() as db:
        one = await load_for(db, actor, dossier_id)
        if not _may_open(actor, one):
            raise NotAllowed('documents.declared_closed' if has_only_the_slip(actor, one) else None)
        spec = await spec_of(db, one.version_id)
        sheets = await _sheets(db, one.id)
        edition = len(sheets) if number is None else number
        if not 1 <= edition <= len(sheets):
            raise NotFound()
        unit = await db.get_one(Unit, one.receiving_unit_id)
    t = words('vi')
    form = form_for(spec, t)
    data = _data(one, spec, sheets[edition - 1], edition, written_out(unit.name), t)
    content = await render.pdf(form, data)
    async with write() as db:
        await note_read(db, actor, one.id, None, 'declaration')
    return OpenedPaper(f'{file_name(f"{form.title} {one.official_code or one.filing_number}")}-{edition}.pdf', content)


def _may_open(actor: Actor, dossier: Dossier) -> bool:
    """Whoever sees the dossier with its numbers: its applicant, but not the slip alone; staff who read papers."""
    return may_open(actor, dossier) and not has_only_the_slip(actor, dossier)


async def _sheets(db: AsyncSession, dossier_id: str) -> list[AnswerSheet]:
    """Return what was sent, in order."""
    query = select(AnswerSheet).where(AnswerSheet.dossier_id == dossier_id, _SENT).order_by(*_ORDER)
    return list((await db.execute(query)).scalars())


def _data(one: Dossier, spec: ProcedureSpec, sheet: AnswerSheet, edition: int, unit: str, t: Words) -> dict[str, Any]:
    answers = stored.values(stored.unpack(sheet.answers, f'dossier:{one.id}'))
    day = local(sheet.saved_at)
    source = ', '.join(filter(None, (spec.form_code, spec.form_source)))
    how = 'sent_again' if edition > 1 else f'sent_{one.channel}'
    return paper(spec, answers, t, unit, local(one.submitted_at).date()) | {
        'day': f'{day:%Y-%m-%dT%H:%M}',
        'day-of': f'{day:%Y-%m-%d}',
        'code': one.official_code or one.filing_number,
        'made_from': t('documents.declared_by', form=form_for(spec, t).title, source=source)
        if is_official(spec)
        else t('documents.declared_here'),
        'sent': t(f'documents.{how}', moment=t.short_moment(sheet.saved_at), number=one.filing_number),
    }
