"""What counts each dossier leaves readers to everybody else, and a screen that waits for it says so."""

import asyncio

from nicegui import Client, ElementFilter

from app.db import read
from app.i18n import words
from app.statistics.heavy import AT_ONCE, read_much
from components.markup import Shown
from pages.officer import waiting
from tests.stories.conftest import live_page

__all__ = ['live_page']
T = words('vi')


async def test_two_read_much_and_others_read_meanwhile(database: None) -> None:
    inside, go_on = [], asyncio.Event()

    async def count() -> None:
        async with read_much():
            inside.append(1)
            await go_on.wait()

    tasks = [asyncio.create_task(count()) for _ in range(AT_ONCE + 3)]
    async with asyncio.timeout(5):
        while len(inside) < AT_ONCE:
            await asyncio.sleep(0)
        async with read():
            assert len(inside) == AT_ONCE
        go_on.set()
        await asyncio.gather(*tasks)
    assert len(inside) == AT_ONCE + 3


async def test_a_screen_says_that_it_counts_and_takes_it_back(live_page: Client, monkeypatch: object) -> None:
    monkeypatch.setattr(waiting, 'PATIENCE', 0)  # type: ignore[attr-defined]
    done = asyncio.Event()

    async def work() -> int:
        await done.wait()
        return 7

    async def screen() -> int:
        with live_page:
            return await waiting.counted(work(), T)

    with live_page:
        task = asyncio.create_task(screen())
        async with asyncio.timeout(5):
            while not (shown := list(ElementFilter(kind=Shown))):
                await asyncio.sleep(0)
        assert 'Đang đếm từng hồ sơ' in shown[0].content
        done.set()
        assert await task == 7 and not list(ElementFilter(kind=Shown))
