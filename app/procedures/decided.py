"""What a procedure costs today where the provincial People's Council decides: the catalogue's fee with the entered figure."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.clock import today
from app.db import public_changes
from app.i18n import words
from app.procedures.schema import Fee, ProcedureSpec, Text
from models import CouncilFee, Procedure

KINDS = ('council', 'unknown')
"""Fees of the catalogue without a figure of their own."""


@dataclass
class _Kept:
    """What holds on a day, by slug, until something that public pages show is changed."""

    mark: tuple[int, date] | None = None
    rows: dict[str, CouncilFee] = field(default_factory=dict)
    specs: dict[tuple[str, int], ProcedureSpec] = field(default_factory=dict)


_kept = _Kept()


async def with_fee(db: AsyncSession, spec: ProcedureSpec) -> ProcedureSpec:
    """Return a specification with the council's figure of today, where there is one: what a dossier filed now costs."""
    if spec.fee.kind not in KINDS:
        return spec
    kept = await _of_today(db)
    one, key = kept.rows.get(spec.id), (spec.id, spec.version)
    if one is None:
        return spec
    if key not in kept.specs:
        kept.specs[key] = spec.model_copy(update={'fee': _decided(spec.fee, one)})
    return kept.specs[key]


def _decided(fee: Fee, one: CouncilFee) -> Fee:
    """Return the fee with the council's figure, by what the catalogue counts, and the resolution in its note."""
    kind = 'per_unit' if fee.quantity or fee.group else 'fixed'
    said = {lang: words(lang)('catalogue.fee_by', decision=one.decision) for lang in ('vi', 'en')}
    before = {lang: f'{text} ' if fee.note and (text := fee.note.get(lang)) else '' for lang in said}
    note = Text(vi=before['vi'] + said['vi'], en=before['en'] + said['en'])
    return fee.model_copy(update={'kind': kind, 'amount': one.amount, 'note': note})


async def _of_today(db: AsyncSession) -> _Kept:
    """Return the figures that hold today; of two that begin on one day the one entered last."""
    global _kept
    mark = (public_changes(), today())
    if _kept.mark != mark:
        query = (
            select(Procedure.slug, CouncilFee)
            .join(Procedure, col(Procedure.id) == col(CouncilFee.procedure_id))
            .where(CouncilFee.valid_from <= mark[1], col(CouncilFee.withdrawn_at).is_(None))
            .order_by(CouncilFee.valid_from, CouncilFee.entered_at)
        )
        rows = {slug: row for slug, row in (await db.execute(query)).all()}  # noqa: C416 - rows are not yet pairs
        for row in rows.values():
            db.expunge(row)
        _kept = _Kept(mark, rows)
    return _kept
