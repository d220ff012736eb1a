"""Nothing that was typed is lost: the browser keeps each answer until the server has said that it saved it.

Questions drawn inside ``with DraftBuffer(draft_id, t):`` take part by themselves. Each change carries a number; the
answer to it is sent only after ``on_change`` returned. After a dropped connection, a reload or a restart of the server
the browser puts unanswered changes back into the questions and sends them again, so ``on_change`` must bear repetition.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from json import dumps
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from app import clock
from app.i18n import Words
from components.handlers import Callback, call

RECONNECT_TIMEOUT = 300.0
"""Seconds for which a page with a draft outlives its connection; give it to ``ui.page(reconnect_timeout=...)``."""

_KEY = re.compile(r'[A-Za-z0-9_-]{1,64}')


class DraftBuffer(ui.element, component='static/js/buffer.js', dependencies=['static/js/motcua.js']):
    """A part of the page that belongs to one draft and shows "Đã lưu lúc 08:15" below its content.

    ``key``: the draft's id. ``on_orphan(name, raw)`` takes an unsaved answer whose question is not on this page.
    Raises: ValueError for a key with other signs than letters, digits, ``-`` and ``_``.
    """

    def __init__(
        self, key: str, t: Words, *, saved_at: datetime | None = None, on_orphan: Callback | None = None
    ) -> None:
        if not _KEY.fullmatch(key):
            raise ValueError('A draft key holds letters, digits, - and _ only')
        super().__init__()
        self._key = key
        self._on_orphan = on_orphan
        self._lock = asyncio.Lock()
        self._numbers: dict[str, int] = {}
        self._props['draft-key'] = key
        self._props['texts'] = {state: t(f'ui.draft_{state}') for state in ('offline', 'failed', 'saved')}
        if saved_at:
            self._props['at'] = f'{clock.local(saved_at):%H:%M}'
        if on_orphan:
            self.on('orphan', self._take_orphan)

    async def take(self, name: str, raw: Any, number: int, on_change: Callback | None) -> None:
        """Let ``on_change(raw)`` save an answer, one at a time and never an older one after a newer one."""
        async with self._lock:
            if number >= self._numbers.get(name, 0):
                await self._save(name, raw, number, on_change)
        self._tell('saved', name, number, f'{clock.local(clock.now()):%H:%M}')

    async def _save(self, name: str, raw: Any, number: int, on_change: Callback | None) -> None:
        try:
            await call(on_change, raw)
        except Exception:
            self._tell('refused', name, number)
            raise
        self._numbers[name] = number

    async def _take_orphan(self, event: GenericEventArguments) -> None:
        args = event.args
        if isinstance(args, list) and len(args) == 3 and isinstance(args[0], str) and isinstance(args[2], int):
            name, raw, number = args
            await self.take(name, raw, number, lambda value: call(self._on_orphan, name, value))

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[None]:
        """Wait until every answer that arrived before is saved; later ones wait for the block to end."""
        async with self._lock:
            yield

    def forget(self) -> None:
        """Erase what the browser keeps: after submission, and when the person leaves or discards the draft."""
        self._tell('forget')

    def _tell(self, what: str, *args: Any) -> None:
        client = self._client()
        if client is None or client.is_deleted:
            return
        arguments = ', '.join(dumps(arg) for arg in (self._key, *args))
        # straight into the outbox: run_javascript would let a navigation that follows overtake the message
        code = f'window.mcDraft?.{what}({arguments})'
        client.outbox.enqueue_message('run_javascript', {'code': code}, client.id)


def buffer_of(element: ui.element) -> DraftBuffer | None:
    """Return the draft that an element belongs to."""
    return next((a for a in element.ancestors() if isinstance(a, DraftBuffer)), None)
