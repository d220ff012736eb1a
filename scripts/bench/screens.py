"""Whole submissions by screen: the live form of one procedure, each answer saved as it is typed, the paper, the review, sent."""

import json
import re
import time
from collections.abc import Awaitable
from itertools import count

import httpx

from app.i18n import words
from scripts.bench.filing import SLUG, Filer
from scripts.bench.load import Rate, press
from scripts.bench.servers import Running
from scripts.bench.tab import Tab

NUMBER = re.compile(r'\bN\d{2}\.\d{3}-\d{6}-\d{4,}')
"""A filing number, as the confirmation shows it."""
_made = count()
"""Filings of this run."""
LAST = 'cam-doan'
"""The tick before sending."""


class ScreenFiler:
    """People who fill the form stop by stop, as fast as the server says that an answer is kept."""

    def __init__(self, server: Running) -> None:
        self.server, self.filer = server, Filer(server)
        t = words('vi')
        self.onward, self.send = t('apply.next'), t('apply.send')
        self.steps: dict[str, list[float]] = {}
        """Seconds by what was waited for."""

    async def __call__(self, _number: int) -> None:
        """File one dossier. A new address every few, since one address may not file without end."""
        made = next(_made)
        tab = Tab(self.server, f'10.{made // 5_000 + 40}.{made // 20 % 250}.7')
        async with tab.http() as http:
            started = await http.post('/api/v1/drafts', json={'procedure': SLUG})
        try:
            await self._timed('form opened', self._opened(tab, started.raise_for_status().json()['token']))
            while (tick := tab.find('change', name=LAST)) is None:
                await self._stop(tab)
            await tab.emit(tick, 'change', True, 1)
            await self._timed('sent and confirmed', self._sent(tab))
        finally:
            await tab.close()

    async def _opened(self, tab: Tab, token: str) -> None:
        await tab.open(f'/nop/{SLUG}/{token}')
        await tab.until(lambda: self._is_drawn(tab))

    async def _stop(self, tab: Tab) -> None:
        """Answer what is asked at one stop, and go on."""
        done: set[str] = set()
        while waiting := [name for name in self._asked(tab) if name not in done]:
            await self._timed('answer kept', tab.answer(waiting[0], self.filer.answers[waiting[0]]))
            done.add(waiting[0])
        for document in (*self.filer.documents, *self.filer.others):
            await self._paper(tab, document)
        button = tab.find('press', label=self.onward)
        if button is None:
            raise RuntimeError('no way on')
        await tab.emit(button, 'press')
        await self._timed('next stop drawn', tab.until(lambda: button not in tab.elements and self._is_drawn(tab)))

    def _asked(self, tab: Tab) -> list[str]:
        props = [each.get('props', {}) for each in tab.elements.values()]
        return [each['name'] for each in props if each.get('name') in self.filer.answers]

    def _is_drawn(self, tab: Tab) -> bool:
        return (tab.find('press', label=self.onward) or tab.find('press', label=self.send)) is not None

    async def _paper(self, tab: Tab, document: str) -> None:
        """Send a paper from the form, where it is asked for at this stop."""
        found = [
            n for n, each in tab.elements.items() if str(each.get('props', {}).get('url')).endswith(f'/{document}')
        ]
        if not found:
            return
        props = tab.elements[found[0]]['props']
        async with tab.http() as http:
            sent = {'file': ('anh.jpg', self.filer.paper, 'image/jpeg')}
            secret = {'X-CSRF-Token': props['csrf'], 'Origin': self.server.url}
            answer = await self._post(http, props['url'], sent, props['csrf'], secret)
        await tab.emit(found[0], 'done', answer)
        await self._timed('paper kept', tab.until(lambda: tab.elements[found[0]]['props'].get('files')))

    async def _post(self, http: httpx.AsyncClient, url: str, files: object, csrf: str, headers: dict[str, str]) -> str:
        start = time.perf_counter()
        answer = await http.post(url, files=files, data={'csrf': csrf}, headers=headers)  # type: ignore[arg-type]
        self.steps.setdefault('paper checked', []).append(time.perf_counter() - start)
        return str(answer.raise_for_status().json()['id'])

    async def _sent(self, tab: Tab) -> None:
        button = tab.find('press', label=self.send)
        if button is None:
            raise RuntimeError('nothing to send with')
        await tab.emit(button, 'press')
        await tab.until(lambda: NUMBER.search(json.dumps(list(tab.elements.values()))))

    async def _timed(self, what: str, waited: Awaitable[object]) -> None:
        start = time.perf_counter()
        await waited
        self.steps.setdefault(what, []).append(time.perf_counter() - start)


async def by_screen(server: Running, clients: int, seconds: float) -> tuple[Rate, dict[str, list[float]]]:
    """File by so many people for some seconds; returns also what each part took."""
    filer = ScreenFiler(server)
    await filer(0)
    filer.steps.clear()
    try:
        return await press(server, clients, seconds, filer), filer.steps
    finally:
        await filer.filer.http.aclose()
