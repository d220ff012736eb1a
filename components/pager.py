"""Paging through a long list that the server cuts: back, where one is, forward."""

from nicegui import ui

from app.i18n import Words
from components.buttons import Button
from components.handlers import Callback, call
from components.markup import markup, show


class Pager(ui.element):
    """Draws nothing while there is only one page. ``on_page(number)`` gets a number between 1 and ``pages``.

    ``label`` tells two pagers of one screen apart.
    """

    def __init__(
        self, t: Words, on_page: Callback, *, page: int = 1, total: int = 0, size: int = 20, label: str | None = None
    ) -> None:
        super().__init__('nav')
        self.classes('mc-pages mc-pager')
        self._props['aria-label'] = label or t('common.pages_label')
        self._t, self._on_page, self._size = t, on_page, size
        self.set(page, total)

    def set(self, page: int, total: int, *, more: bool = False) -> None:
        """Say which page of how many entries is shown now; ``more``: there are others that are not listed."""
        self.page, self.pages = page, max(1, -(-total // self._size))
        self.clear()
        if self.pages == 1:
            return
        with self:
            self._button('common.page_previous', -1)
            show(markup('{words}', words=where(self._t, page, self.pages, total, more=more)), tag='p')
            self._button('common.page_next', 1)

    def _button(self, key: str, step: int) -> None:
        button = Button(self._t(key), lambda: self._go(step), t=self._t, kind='secondary')
        button.set_enabled(1 <= self.page + step <= self.pages)

    async def _go(self, step: int) -> None:
        await call(self._on_page, self.page + step)


def where(t: Words, page: int, pages: int, total: int, *, more: bool = False) -> str:
    """Say ``Trang 2 trên 9 · 172 mục``."""
    return t('ui.where_more' if more else 'ui.where', page=page, pages=pages, total=total)
