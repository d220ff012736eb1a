"""My dossiers: the list of an account, what needs the applicant first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.access import Actor
from app.db import read
from app.dossiers.queries import timeliness_of
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.verification.results import taken_back
from app.workflow.transitions import TERMINAL
from models import Dossier
from models.enums import Delivery, Status


@dataclass(frozen=True)
class MyDossier:
    """One line of "my dossiers". ``group``: to_do, running or done."""

    dossier_id: str
    number: str
    procedure_name: Text
    status: Status
    awaiting_supplement: bool
    group: str
    submitted_at: datetime
    due_at: datetime | None
    timeliness: str | None
    waits_for: str | None
    """What the applicant has to do: supplement, pay, check the draft, collect."""
    is_taken_back: bool
    """The result was revoked and not issued again: nothing is collected."""


async def my_dossiers(actor: Actor) -> tuple[MyDossier, ...]:
    """Return the dossiers of the actor's account, what needs the applicant first, then the newest."""
    if actor.account_id is None:
        return ()
    query = (
        select(Dossier).where(Dossier.account_id == actor.account_id).order_by(Dossier.submitted_at.desc()).limit(200)
    )
    async with read() as db:
        rows = (await db.execute(query)).scalars().all()
        specs = [await spec_of(db, one.version_id) for one in rows]
        revoked = await taken_back(db, [one.id for one in rows])
    names = [spec.short_name or spec.name for spec in specs]
    found = [_my(one, name, one.id in revoked) for one, name in zip(rows, names, strict=True)]
    return tuple(sorted(found, key=lambda one: ('to_do', 'running', 'done').index(one.group)))


def _my(one: Dossier, name: Text, is_taken_back: bool) -> MyDossier:
    waits = None if is_taken_back else waits_for(one)
    is_over = one.status in TERMINAL or one.status is Status.RESOLVED
    return MyDossier(
        one.id,
        one.official_code or one.filing_number,
        name,
        one.status,
        one.awaiting_supplement,
        'to_do' if waits else 'done' if is_over and not is_taken_back else 'running',
        one.submitted_at,
        one.due_at,
        timeliness_of(one),
        waits,
        is_taken_back,
    )


def waits_for(one: Dossier) -> str | None:
    """Return what the applicant has to do now, None when nothing is asked of them."""
    if one.awaiting_supplement or one.status is Status.SUPPLEMENT:
        return 'supplement'
    if one.status is Status.PAYMENT:
        return 'pay'
    if one.status is Status.PROCESSING and one.draft_confirmation == 'shown':
        return 'check'
    return 'collect' if one.status is Status.RESOLVED and one.delivery is Delivery.COUNTER else None
