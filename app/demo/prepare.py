"""Prepare the demonstration in an empty installation: units, people, calendar, dossiers."""

from sqlalchemy import func, select

from app.db import read
from app.demo.dossiers import prepare_dossiers
from app.demo.duty import prepare_duty
from app.demo.feedback import prepare_feedback
from app.demo.guard import require_demo
from app.demo.people import prepare_people
from app.demo.signing import prepare_keys
from app.demo.units import prepare_units
from app.limits import forget_all
from app.log import log
from app.settings import Settings
from models import Dossier


async def prepare(settings: Settings) -> None:
    """Fill an installation that has no dossiers yet. Refuses outside the demonstration."""
    require_demo(settings)
    await prepare_units(settings)
    await prepare_duty(settings)
    await prepare_people(settings)
    await prepare_keys(settings)
    async with read() as db:
        known = (await db.execute(select(func.count()).select_from(Dossier))).scalar_one()
    if known == 0:
        await prepare_feedback(settings)
        made = await prepare_dossiers(settings)
        await forget_all()
        log.info('demonstration prepared', extra={'dossiers': made})
