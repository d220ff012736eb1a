"""Fees that the provincial People's Council sets: entered here with their resolution, for dossiers filed from their day on.

The catalogue says that a fee is the council's; the figure is the installation's own and stays when the catalogue is
loaded anew. What a dossier owes was written down when it was filed and never changes by this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.access import Actor, Permission
from app.audit.record import record
from app.clock import now, today
from app.db import read, write
from app.errors import NotAllowed, NotFound
from app.procedures.commands import may_change
from app.procedures.decided import KINDS
from app.procedures.schema import ProcedureSpec, Text
from app.questions import question, read_answers
from models import CouncilFee, Procedure, ProcedureVersion

QUESTIONS = (
    question('amount', 'money', required=True, min=0, max=1_000_000_000, integer=True),
    question('decision', 'text', required=True, max_length=200),
    question('valid_from', 'date', required=True),
)


@dataclass(frozen=True)
class Decided:
    """One figure of the council. ``state``: ahead, in_force, past or withdrawn."""

    id: str
    amount: int
    decision: str
    valid_from: date
    entered_at: datetime
    state: str


@dataclass(frozen=True)
class FeeRow:
    """One procedure whose fee is the council's, with everything that was entered, the newest first."""

    slug: str
    name: Text
    unit: Text | None
    is_enabled: bool
    decided: tuple[Decided, ...]

    @property
    def current(self) -> Decided | None:
        """What holds today."""
        return next((one for one in self.decided if one.state == 'in_force'), None)


async def council_fees(actor: Actor) -> tuple[FeeRow, ...]:
    """Return every procedure whose fee is the council's, those without a figure first. Raises NotAllowed."""
    if not actor.may(Permission.PROCEDURE_MANAGE):
        raise NotAllowed()
    newest = (
        select(func.max(ProcedureVersion.number))
        .where(ProcedureVersion.procedure_id == Procedure.id)
        .correlate(Procedure)
        .scalar_subquery()
    )
    query = select(Procedure, ProcedureVersion.spec).join(
        ProcedureVersion, col(ProcedureVersion.procedure_id) == col(Procedure.id)
    )
    async with read() as db:
        found = (await db.execute(query.where(ProcedureVersion.number == newest))).all()
        entered = select(CouncilFee).order_by(col(CouncilFee.valid_from).desc(), col(CouncilFee.entered_at).desc())
        fees = (await db.execute(entered)).scalars().all()
    rows = []
    for procedure, stored in found:
        spec = ProcedureSpec.model_validate(stored)
        if spec.fee.kind in KINDS and spec.fee.amount is None:
            decided = _states([one for one in fees if one.procedure_id == procedure.id])
            rows.append(FeeRow(procedure.slug, spec.name, spec.fee.unit, procedure.is_enabled, decided))
    return tuple(sorted(rows, key=lambda row: (row.current is not None, str(row.name))))


def _states(rows: list[CouncilFee]) -> tuple[Decided, ...]:
    found, holds = [], False
    for one in rows:
        state = 'withdrawn' if one.withdrawn_at else 'ahead' if one.valid_from > today() else 'past'
        if state == 'past' and not holds:
            state, holds = 'in_force', True
        found.append(Decided(one.id, one.amount, one.decision, one.valid_from, one.entered_at, state))
    return tuple(found)


async def enter_fee(actor: Actor, slug: str, raw: Mapping[str, Any]) -> str:
    """Enter what the council decided and return its id: it holds for dossiers filed from its day on, until the next one.

    Raises:
        NotAllowed: not this actor's work.  NotFound: no such procedure.  Invalid: by question.
    """
    async with write() as db:
        await may_change(db, actor)
        answers = read_answers(QUESTIONS, raw)
        procedure = (await db.execute(select(Procedure).where(Procedure.slug == slug))).scalar_one_or_none()
        if procedure is None:
            raise NotFound()
        row = CouncilFee(
            procedure_id=procedure.id,
            amount=int(answers['amount']),
            decision=answers['decision'],
            valid_from=date.fromisoformat(answers['valid_from']),
            entered_at=now(),
            entered_by_id=actor.account_id,
        )
        db.add(row)
        await db.flush()
        data = {'amount': row.amount, 'decision': row.decision, 'valid_from': row.valid_from.isoformat()}
        await record(db, actor, 'procedure', procedure.id, 'enter_fee', data=data)
        return row.id


async def withdraw_fee(actor: Actor, fee_id: str) -> None:
    """Take back a figure that was entered by mistake; dossiers filed meanwhile keep what was written on them.

    Raises:
        NotAllowed: not this actor's work.  NotFound: no such figure, or it was taken back already.
    """
    async with write() as db:
        await may_change(db, actor)
        row = await db.get(CouncilFee, fee_id) if isinstance(fee_id, str) else None
        if row is None or row.withdrawn_at is not None:
            raise NotFound()
        row.withdrawn_at, row.withdrawn_by_id = now(), actor.account_id
        data = {'amount': row.amount, 'decision': row.decision}
        await record(db, actor, 'procedure', row.procedure_id, 'withdraw_fee', data=data)
