"""The drafted apology on the desk: what was typed comes back, what was saved stands in the act that sends it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nicegui import Client

from app.access import Actor
from app.clock import pretend
from app.dossiers import commands, desk
from app.i18n import words
from app.timers.alerts import raise_alerts
from app.timers.apologies import draft_apologies
from components.buttons import Button
from components.dialogs import Dialog
from components.fields import FieldView
from pages.officer import acting, apologising, handling, pausing
from pages.officer.acting import Acting
from tests.support.moments import at, with_calendar
from tests.support.world import World, filed

Act = Callable[[Acting], Awaitable[None]]
NOW = '2026-11-18T09:00'
REASON = ' Chờ Công an xã trả lời.\nĐã gửi văn bản ngày 17/11/2026. '


@pytest.fixture
def dialect() -> str:
    """A screen does not know its database."""
    return 'sqlite'


class Desk:
    """One officer who has a dossier open, on a page without a browser."""

    def __init__(self, page: Client, who: Actor, view: desk.DeskDossier) -> None:
        async def actor(*, used: bool = True) -> Actor:
            return who

        self.page, self.who = page, who
        self.acting = Acting(
            cast(Any, SimpleNamespace(t=words('vi'), actor=actor)), view, reload=self.again, stale=self.again
        )
        with page:
            self.box = apologising.ApologyBox(self.acting)

    async def again(self) -> None:
        self.acting.view = await desk.desk_dossier(self.who, self.acting.view.dossier_id)
        self.box.refresh(self.acting.view)

    def buttons(self) -> list[str]:
        """Return what can be pressed in the box."""
        return [one.props['label'] for one in self.box.box.descendants() if isinstance(one, Button)]

    async def asked(self, act: Act, *, sure: bool = False, **typed: str) -> dict[str, Any]:
        """Open a dialog and type; return what stood in it at first. ``sure``: confirm, else leave it."""

        async def run() -> None:
            with self.page:
                await act(self.acting)

        task = asyncio.create_task(run())
        while not (dialogs := [one for one in self.page.elements.values() if isinstance(one, Dialog)]):
            await asyncio.sleep(0)
        fields = {
            one.id_of_question.partition('.')[2]: one for one in dialogs[0].descendants() if isinstance(one, FieldView)
        }
        stood = {name: field.value for name, field in fields.items()}
        for name, raw in typed.items():
            await fields[name]._changed(cast(Any, SimpleNamespace(args=[raw, 1])))
        with self.page:
            await dialogs[0]._confirm() if sure else dialogs[0]._dismiss()
        await task
        return stood


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A municipality whose procedure knows time for verification."""
    yield await with_calendar(tmp_path, term={'kind': 'working_days', 'value': 3, 'extended': 3})


async def test_words_are_kept_and_stand_in_the_act_that_sends_them(
    world: World, live_page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (apologising, acting):  # a word that goes by itself needs a browser
        monkeypatch.setattr(module, 'toast', lambda *_words: None)
    with pretend(at('2026-11-16T09:00')):
        one = (await filed(world)).dossier_id
        done = await commands.accept(world.binh, one, 1)
        await commands.forward(world.binh, one, done.version, account_id=world.chi.account_id)
    with pretend(at(NOW)):
        await raise_alerts()
        await draft_apologies()
        chi = Desk(live_page, world.chi, await desk.desk_dossier(world.chi, one))
        assert chi.buttons() == ['Sửa dự thảo']
        stood = await chi.asked(apologising.edit, reason=REASON)
        assert stood['day'] == '20/11/2026' and stood['reason'].startswith('Bước “Thẩm tra”')
        stood = await chi.asked(apologising.edit, sure=True, day='25/11/2026')
        assert stood == {'day': '20/11/2026', 'delayed_by': 'UBND xã Tân Phú', 'reason': REASON}, 'left, and come back'
        assert (await chi.asked(pausing.extend))['note'] == REASON
        dung = Desk(live_page, world.dung, await desk.desk_dossier(world.dung, one))
        assert dung.buttons() == ['Xin lỗi và hẹn lại', 'Sửa dự thảo']
        wanted = {'day': '25/11/2026', 'delayed_by': 'UBND xã Tân Phú', 'reason': REASON}
        assert await dung.asked(handling.reappoint, delayed_by='Công an xã') == wanted
        assert await chi.asked(apologising.edit, sure=True, reason='Khác') == wanted
        await dung.again()
        wanted |= {'delayed_by': 'Công an xã', 'reason': 'Khác'}
        assert await dung.asked(handling.reappoint, sure=True) == wanted, (
            'what the leader typed, and what is drafted now'
        )
        assert dung.buttons() == []
