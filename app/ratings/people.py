"""Who dealt with a dossier: a rating is linked to them, and none of them answers it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.workflow.transitions import Action
from models import Dossier, Event, StepRun
from models.enums import Role

_ACTS = (Action.ACCEPT, Action.REFUSE, Action.HAND_OVER)


@dataclass(frozen=True)
class Hands:
    """Accounts of those who received it, handled it and gave the result back."""

    received_by_id: str | None
    handled_by_id: str | None
    returned_by_id: str | None


async def hands_of(db: AsyncSession, one: Dossier) -> Hands:
    """Return who dealt with a dossier, the last one of each part."""
    acts = select(Event.action, Event.actor_id).where(Event.dossier_id == one.id, Event.action.in_(_ACTS))
    by_act = {action: actor for action, actor in (await db.execute(acts.order_by(Event.sequence))).all()}  # noqa: C416
    run = select(StepRun.account_id).where(
        StepRun.dossier_id == one.id, StepRun.role == Role.CASE_OFFICER, StepRun.account_id.is_not(None)
    )
    handler = (await db.execute(run.order_by(StepRun.number.desc()).limit(1))).scalar_one_or_none()
    return Hands(by_act.get(Action.ACCEPT) or by_act.get(Action.REFUSE), handler, by_act.get(Action.HAND_OVER))


def by_others(account_id: str | None) -> tuple[ColumnElement[bool], ...]:
    """Return the condition on dossiers that somebody neither received nor handled nor returned, at any time."""
    run = select(StepRun.id).where(
        StepRun.dossier_id == Dossier.id, StepRun.account_id == account_id, StepRun.role == Role.CASE_OFFICER
    )
    act = select(Event.id).where(Event.dossier_id == Dossier.id, Event.actor_id == account_id, Event.action.in_(_ACTS))
    return ~run.exists(), ~act.exists()
