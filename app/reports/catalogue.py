"""II.07b: how many procedures an agency's portal offers, by level, through the one-stop, with a timed internal process."""

from collections import Counter
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from models import Procedure, ProcedureVersion

LEVELS = {'province': 'province', 'commune': 'commune', 'commune_province': 'commune'}
"""Column by authority. Those of the police and of ministries are no procedures of a People's Committee's level."""


async def offered(db: AsyncSession, day: date) -> dict[str, int]:
    """Return the figures of the form on a day. All agencies of a portal offer its whole catalogue."""
    version = ProcedureVersion
    query = select(version.procedure_id, version.id).join(Procedure, Procedure.id == version.procedure_id)
    query = query.where(Procedure.is_enabled.is_(True), version.valid_from <= day)
    query = query.where(or_(version.valid_to.is_(None), version.valid_to >= day)).order_by(version.number)
    newest: dict[str, str] = {row[0]: row[1] for row in (await db.execute(query)).all()}
    found: Counter[str] = Counter()
    for version_id in newest.values():
        spec = await spec_of(db, version_id)
        if spec.authority in LEVELS:
            _count(found, spec, LEVELS[spec.authority])
    whole = {f'{what}{level}': 0 for what in WHAT for level in ('', '_province', '_district', '_commune')}
    return whole | found


WHAT = ('procedures', 'one_stop', 'processes')


def _count(found: Counter[str], spec: ProcedureSpec, level: str) -> None:
    is_received = spec.level != 'information'
    is_timed = bool(spec.steps) and all(step.hours is not None or step.off_clock for step in spec.steps)
    for what, holds in zip(WHAT, (True, is_received, is_timed), strict=True):
        if holds:
            found[what] += 1
            found[f'{what}_{level}'] += 1
