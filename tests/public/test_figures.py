"""The month's figures on the front page: as they were counted, never of too few, never rounded up."""

from datetime import timedelta

import time_machine
from httpx import AsyncClient

from app import clock
from app.db import write
from app.dossiers import commands
from app.remembered import forget
from app.statistics.counting import count
from app.statistics.month import Month, this_month
from app.workflow.transitions import Action
from models import Dossier
from models.enums import Status
from tests.support.world import World, filed


async def _accepted(world: World, how_many: int) -> list[str]:
    """File and accept, one after the other."""
    found = []
    for _ in range(how_many):
        one = await filed(world, world.binh)
        await commands.accept(world.binh, one.dossier_id, 1)
        found.append(one.dossier_id)
    return found


async def test_figures_are_shown_once_there_are_enough(world: World, visitor: AsyncClient) -> None:
    with time_machine.travel('2026-11-18T02:00:00Z'):
        assert await this_month(world.unit.id) is None
        assert 'Kết quả giải quyết tháng' not in (await visitor.get('/')).text
        dossiers = await _accepted(world, 6)
        month = await this_month(world.unit.id)
        assert month is not None and (month.accepted, month.resolved, month.in_time_percent) == (6, 0, None)
        await _resolve(dossiers, late=1)
        counted = await this_month(world.unit.id)
        assert counted is not None and (counted.resolved, counted.in_time) == (6, 5)
        forget()
        text = (await visitor.get('/')).text
        assert 'Kết quả giải quyết tháng 11/2026' in text and '83%' in text and 'href="/thong-ke"' in text
        assert await this_month(world.other_unit.id) is None
    with time_machine.travel('2026-12-02T02:00:00Z'):
        assert await this_month(world.unit.id) is None


async def _resolve(dossiers: list[str], *, late: int) -> None:
    """Finish as the workflow would have; how a result comes about is tested there."""
    async with write() as db:
        for place, dossier in enumerate(dossiers):
            one = await db.get_one(Dossier, dossier)
            one.lawful_at = one.promised_at = clock.now() - timedelta(days=1 if place < late else 0)
            one.resolved_at = clock.now()
            await count(db, one, Action.FINISH, Status.PROCESSING, clock.now())


def test_a_share_is_never_rounded_up_and_never_told_of_too_few() -> None:
    first = clock.today()
    assert Month(first, 900, 300, 300, 299).in_time_percent == 99
    assert Month(first, 900, 301, 300, 300).in_time_percent == 100
    assert Month(first, 900, 4, 4, 4).in_time_percent is None


async def test_search_engines_are_kept_from_dossiers(visitor: AsyncClient) -> None:
    answer = await visitor.get('/robots.txt')
    assert (
        answer.status_code == 200 and 'Disallow: /tra-cuu\n' in answer.text and 'Disallow: /thu-tuc' not in answer.text
    )
    assert 'Disallow: /thong-ke/ho-so\n' in answer.text
