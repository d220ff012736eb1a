"""What guards and effects know about the act that is being carried out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.procedures.schema import ProcedureSpec, Step, StepRole
from app.workflow.transitions import Transition
from models import Dossier, StepRun


@dataclass
class Move:
    """One act on one dossier, inside its transaction."""

    db: AsyncSession
    actor: Actor
    dossier: Dossier
    spec: ProcedureSpec
    line: Transition
    at: datetime
    note: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    step: StepRun | None = None
    """The open hand-over, if there is one."""
    told: dict[str, Any] = field(default_factory=dict)
    """What the effect wants the event and the messages to say."""

    @property
    def internal_steps(self) -> tuple[Step, ...]:
        """The steps up to the result; giving the result back comes after."""
        return tuple(s for s in self.spec.steps if s.role is not StepRole.RETURN)

    @property
    def position(self) -> int:
        """Place of the open step among the internal steps; -1 without one."""
        keys = [s.key for s in self.internal_steps]
        return keys.index(self.step.step_key) if self.step and self.step.step_key in keys else -1

    @property
    def next_steps(self) -> tuple[Step, ...]:
        """The steps that the open one may go on to: each optional one that follows, and the first that is not optional."""
        following = self.internal_steps[self.position + 1 :]
        ends = (place for place, step in enumerate(following, 1) if not step.optional)
        return following[: next(ends, len(following))]

    @property
    def step_spec(self) -> Step | None:
        """The open step as the procedure describes it."""
        return self.internal_steps[self.position] if self.position >= 0 else None


async def open_step(db: AsyncSession, dossier_id: str) -> StepRun | None:
    """Return the hand-over that is not ended."""
    query = (
        select(StepRun)
        .where(StepRun.dossier_id == dossier_id, StepRun.ended_at.is_(None))
        .order_by(StepRun.number.desc())
    )
    return (await db.execute(query.limit(1))).scalar_one_or_none()
