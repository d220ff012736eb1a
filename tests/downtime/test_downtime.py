"""When the portal does not work: announced in time, said on every page, and named where a dossier became late."""

from datetime import datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.clock import VIETNAM, pretend
from app.db import read
from app.downtime import commands
from app.downtime.queries import announced, coming, stretches
from app.errors import Invalid, NotAllowed, NotFound, WrongState
from app.statistics.each import _was_down
from models import Downtime, Event
from tests.accounts.house import House, actor

MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)
NIGHT = {
    'first': '15/10/2026', 'first_at': '22:00', 'last': '16/10/2026', 'last_at': '05g00', 'reason': 'Bảo trì <máy chủ>',
    'instead': 'xin nộp tại quầy',
}  # fmt: skip


async def test_planned_work_is_announced_seven_working_days_before_and_said_on_every_page(
    house: House, visitor: AsyncClient
) -> None:
    khanh = await actor(house.khanh)
    with pretend(MONDAY):
        with pytest.raises(Invalid) as refused:
            await commands.announce(khanh, NIGHT | {'first': '14/10/2026'})
        assert refused.value.problems['first'].values == {'days': 7, 'day': '15/10/2026'}
        made = await commands.announce(khanh, NIGHT)
        for lang, words in (('vi', 'Cổng tạm ngừng từ'), ('en', 'The portal will not work from')):
            page = (await visitor.get('/thu-tuc', headers={'Cookie': f'lang={lang}'})).text
            assert words in page and '15/10/2026' in page and 'Bảo trì &lt;máy chủ&gt;' in page
    with pretend(MONDAY.replace(day=15, hour=23)):
        assert 'Cổng đang gián đoạn' in (await visitor.get('/tro-giup')).text
        assert [one.is_planned for one in await announced(khanh)] == [True]
        await commands.end(khanh, made)
        assert await coming() == () and 'gián đoạn' not in (await visitor.get('/tro-giup')).text
        with pytest.raises(WrongState):
            await commands.end(khanh, made)
    async with read() as db:
        acts = (
            await db.execute(select(Event.action).where(Event.subject == 'downtime').order_by(Event.sequence))
        ).scalars()
    assert list(acts) == ['announce', 'end']


async def test_what_is_urgent_or_over_is_written_down_as_not_announced(house: House) -> None:
    khanh = await actor(house.khanh)
    with pretend(MONDAY.replace(day=14)):
        urgent = await commands.announce(khanh, NIGHT | {'urgent': 'yes'})
        await commands.announce(khanh, NIGHT | {'first': '12/10/2026', 'last': '13/10/2026'})
        await commands.end(khanh, urgent)
        assert [(one.is_planned, one.is_cancelled) for one in await announced(khanh)] == [(False, True), (False, False)]
        async with read() as db:
            ((begins, ends),) = await stretches(db)
    assert ends - begins == timedelta(hours=7)
    for limit, was in ((begins, False), (begins + timedelta(minutes=1), True), (ends + timedelta(days=9), True)):
        assert _was_down([(begins, ends)], MONDAY, limit) is was
    assert not _was_down([(begins, ends)], ends, ends + timedelta(days=1)), 'accepted when it worked again'


async def test_what_is_wrong_is_said_and_only_the_portals_own_administrators_announce(house: House) -> None:
    khanh, lan, binh = [await actor(one) for one in (house.khanh, house.lan, house.binh)]
    for wrong, key in (
        ({'last': '15/10/2026'}, 'last'),
        ({'last': '20/12/2026'}, 'last'),
        ({'first_at': '25:00'}, 'first_at'),
        ({'reason': ''}, 'reason'),
    ):
        with pretend(MONDAY), pytest.raises(Invalid) as refused:
            await commands.announce(khanh, NIGHT | wrong)
        assert set(refused.value.problems) == {key}
    for stranger in (lan, binh):
        with pretend(MONDAY), pytest.raises(NotAllowed):
            await commands.announce(stranger, NIGHT)
        with pytest.raises(NotAllowed):
            await commands.end(stranger, 'x' * 22)
    with pytest.raises(NotAllowed):
        await announced(binh)
    with pytest.raises(NotFound):
        await commands.end(khanh, 'x' * 22)
    async with read() as db:
        assert (await db.execute(select(Downtime))).all() == []
