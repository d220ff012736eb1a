"""The checklist shows what stands in the database, and a point is done when it was done."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from nicegui import Client
from nicegui.element import Element
from sqlalchemy import select, update
from sqlmodel import col

from app import crypto, notifications
from app.access import Actor
from app.audit import anchoring
from app.clock import now, today
from app.db import read, write
from app.errors import NotAllowed, TooMany
from app.i18n import words
from app.limits import forget_all
from app.notifications.channels.base import channels
from app.notifications.worker import run_once
from app.operations import copies, first_day
from app.operations.first_day import Point
from app.procedures.commands import load_into_database
from app.procedures.schema import ProcedureSpec
from app.settings import Settings
from models import Anchor, CalendarDay, Grant, Message, Unit
from models.enums import DayKind, DayState, MessageState, Role
from pages.admin import first_day as page
from pages.visitor import Visitor
from tests.accounts.house import House, account, build
from tests.accounts.house import actor as actor_of
from tests.support.smtp import SmtpServer
from tests.support.world import SPEC


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path, backup_dir=str(tmp_path / 'copies'))


@pytest.fixture
async def house(database: None, settings: Settings) -> AsyncIterator[House]:
    await forget_all()
    notifications.use_settings(settings)
    yield await build()
    notifications.use_settings(Settings())


async def point(actor: Actor, key: str) -> Point:
    return next(one for one in await first_day.points(actor) if one.key == key)


async def test_a_fresh_installation_has_everything_to_do(house: House) -> None:
    khanh = await actor_of(house.khanh)
    assert [one.key for one in await first_day.points(khanh) if one.done] == ['administrators', 'fees']
    assert await first_day.open_count(khanh) == 11


async def test_only_who_looks_after_settings_may_look(house: House) -> None:
    binh = await actor_of(house.binh)
    assert await first_day.open_count(binh) == 0
    for forbidden in (first_day.points, first_day.send_test_mail, first_day.confirm_key):
        with pytest.raises(NotAllowed):
            await forbidden(binh)


async def test_units_hours_and_telephones_are_read_from_the_units(house: House) -> None:
    khanh = await actor_of(house.khanh)
    head = {'phone': '02073123456', 'address': 'Thôn 1', 'hours_text': '7 giờ đến 17 giờ'}
    for key in ('unit', 'hours', 'phone'):
        assert not (await point(khanh, key)).done, key
    async with write() as db:
        await db.execute(update(Unit).where(Unit.id == house.commune).values(letterhead=head, version=2))
        await db.execute(update(Unit).where(Unit.id == house.desk).values(is_one_stop=True, version=2))
    for key in ('unit', 'hours', 'phone'):
        assert (await point(khanh, key)).done, key
    assert (await point(khanh, 'unit')).values['codes'] == 'H55.242'


async def test_a_day_off_that_nobody_confirmed_is_counted(house: House) -> None:
    khanh = await actor_of(house.khanh)
    async with write() as db:
        for number, state in enumerate((DayState.DRAFT, DayState.CONFIRMED)):
            day = today() + timedelta(days=number + 1)
            db.add(CalendarDay(day=day, kind=DayKind.OFF, state=state, reason='Tết', changed_at=now()))
    assert (await point(khanh, 'calendar')).values == {'count': 1}
    async with write() as db:
        await db.execute(update(CalendarDay).values(state=DayState.CONFIRMED))
    assert (await point(khanh, 'calendar')).done


async def test_roles_that_nobody_holds_are_named(house: House) -> None:
    khanh = await actor_of(house.khanh)
    assert (await point(khanh, 'people')).missing == ('case_officer', 'leader', 'clerk')
    for role in (Role.CASE_OFFICER, Role.LEADER, Role.CLERK):
        await account(f'{role.value}@xa.example', (role, house.commune))
    assert (await point(khanh, 'people')).done
    assert (await point(khanh, 'administrators')).done  # Khánh of the commune, Lan of the section below it
    async with write() as db:
        await db.execute(
            update(Grant).where(Grant.account_id == house.lan).values(valid_to=today() - timedelta(days=1))
        )
    assert (await point(khanh, 'administrators')).values == {'count': 1}


async def test_fees_of_the_council_are_missing_until_they_are_entered(house: House) -> None:
    khanh = await actor_of(house.khanh)

    async def load(number: int, fee: dict[str, Any]) -> None:
        spec = ProcedureSpec.model_validate({**SPEC, 'version': number, 'fee': fee})
        await load_into_database(khanh, [spec], ())

    await load(1, {'kind': 'council'})
    assert (await point(khanh, 'fees')).missing == ('Cấp giấy thử',)
    await load(2, {'kind': 'fixed', 'amount': 8000})
    assert (await point(khanh, 'fees')).done


async def test_a_test_mail_counts_when_a_server_took_it(house: House, settings: Settings) -> None:
    khanh = await actor_of(house.khanh)
    await first_day.send_test_mail(khanh)
    await run_once()
    assert not (await point(khanh, 'mail')).done
    with SmtpServer() as smtp:
        mail = settings.model_copy(update={'smtp_host': '127.0.0.1', 'smtp_port': smtp.port, 'smtp_tls': 'none'})
        notifications.use_settings(mail)
        await run_once()
        assert smtp.wait(1)[0].recipient == khanh.email
        assert (await point(khanh, 'mail')).done
    await channels['email'].close()
    for _ in range(4):
        await first_day.send_test_mail(khanh)
    with pytest.raises(TooMany):
        await first_day.send_test_mail(khanh)
    async with read() as db:
        assert len((await db.execute(select(Message))).all()) == 5


async def test_an_anchor_counts_when_it_left_and_for_three_days(house: House, settings: Settings) -> None:
    khanh = await actor_of(house.khanh)
    await anchoring.run_once()
    assert not (await point(khanh, 'anchor')).done, 'the table alone is not elsewhere'
    notifications.use_settings(settings.model_copy(update={'auditor': 'kiem-toan@tinh.example'}))
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        await anchoring.run_once()
        assert not (await point(khanh, 'anchor')).done, 'written, but no server took it'
        async with write() as db:
            of_auditor = update(Message).where(col(Message.recipient) == 'kiem-toan@tinh.example')
            await db.execute(of_auditor.values(state=MessageState.SENT, sent_at=now()))
        assert (await point(khanh, 'anchor')).done
    with time_machine.travel(now() + timedelta(days=5), tick=False):
        assert not (await point(khanh, 'anchor')).done
        async with write() as db:
            await db.execute(update(Anchor).values(stamp='x', stamped_at=now()))
        assert (await point(khanh, 'anchor')).done


async def test_the_backup_and_the_key(house: House, master_key: bytes) -> None:
    khanh = await actor_of(house.khanh)
    await copies.run_once()
    assert (await point(khanh, 'backup')).done
    await first_day.confirm_key(khanh)
    assert (await point(khanh, 'key')).done
    crypto.use_master_key(master_key, '2')
    try:
        assert not (await point(khanh, 'key')).done
    finally:
        crypto.use_master_key(master_key)


async def test_the_page_shows_each_point_with_the_way_to_mend_it(
    house: House, live_page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    khanh = await actor_of(house.khanh)

    async def actor(_self: Visitor, *, used: bool = True) -> Actor:
        return khanh

    monkeypatch.setattr(Visitor, 'actor', actor)
    with live_page:
        shown = page.FirstDay(Visitor())
        await shown.show()
    text = ' '.join(str(one.props.get('innerHTML', '')) for one in _inside(shown.box))
    for one in await first_day.points(khanh):
        assert words('vi')(f'first_day.{one.key}_title') in text
        assert not one.link or one.done or f'href="{one.link}"' in text
    assert 'Thụ lý hồ sơ' in text
    for lang in ('vi', 'en'):
        for one in await first_day.points(khanh):
            assert '{' not in page.said(words(lang), one)


def _inside(box: Element) -> list[Element]:
    return list(box.descendants(include_self=True))
