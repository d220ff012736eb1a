"""A table whose rows come page by page: sorting, choosing and paging are asked of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from app.i18n import Words
from components.handlers import Callback, call
from components.pager import where
from components.tags import Tone


@dataclass(frozen=True)
class Column:
    """One column; ``number`` aligns right."""

    key: str
    label: str
    sortable: bool = False
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: words, perhaps as a link or a tag."""

    text: str
    href: str | None = None
    tone: Tone | None = None


@dataclass(frozen=True)
class TableRow:
    """One row: a cell or plain text for each column, in their order. The first one names the row."""

    id: str
    cells: Sequence[Cell | str]


@dataclass(frozen=True)
class Wanted:
    """What the person wants to see."""

    page: int = 1
    sort: str | None = None
    down: bool = False


@dataclass
class _State:
    wanted: Wanted
    total: int = 0
    ids: frozenset[str] = field(default_factory=frozenset)


class DataTable(ui.element, component='static/js/grid.js'):
    """``on_wanted(Wanted)`` loads the rows and calls ``set_rows``; ``on_choose(ids)`` gets ids of shown rows only."""

    def __init__(
        self,
        columns: Sequence[Column],
        caption: str,
        t: Words,
        *,
        on_wanted: Callback | None = None,
        on_choose: Callback | None = None,
        wanted: Wanted | None = None,
        page_size: int = 20,
        hide_caption: bool = False,
    ) -> None:
        super().__init__()
        self._t, self._on_wanted, self._on_choose, self._size = t, on_wanted, on_choose, page_size
        self._sortable = {column.key for column in columns if column.sortable}
        self._state = _State(wanted or Wanted())
        with self._props.suspend_updates():
            self._props['columns'] = [vars(column) for column in columns]
            self._props.update(caption=caption, choosing=on_choose is not None)
            self._props['hide-caption'] = hide_caption
            self._props['texts'] = {
                'all': t('ui.table_all'),
                'choose': t('ui.table_choose'),
                'none': t('ui.table_none'),
                'pages': t('common.pages_label'),
                'previous': t('common.page_previous'),
                'next': t('common.page_next'),
            }
        self.on('sort', self._sort)
        self.on('page', self._page)
        if on_choose:
            self.on('choose', self._choose)

    @property
    def wanted(self) -> Wanted:
        """What is shown now."""
        return self._state.wanted

    def set_rows(self, rows: Sequence[TableRow], total: int) -> None:
        """Show the rows of the wanted page; ``total`` counts those of all pages."""
        wanted = self._state.wanted
        self._state = _State(wanted, total, frozenset(row.id for row in rows))
        pages = self._pages
        with self._props.suspend_updates():
            self._props['rows'] = [_row(row) for row in rows]
            self._props.update(page=wanted.page, pages=pages, down=wanted.down)
            self._props.set_optional('sort', wanted.sort)
            self._props['where'] = where(self._t, wanted.page, pages, total)
        self.update()

    @property
    def _pages(self) -> int:
        return max(1, -(-self._state.total // self._size))

    async def _sort(self, event: GenericEventArguments) -> None:
        key, before = event.args, self._state.wanted
        if isinstance(key, str) and key in self._sortable:
            await self._want(Wanted(1, key, before.sort == key and not before.down))

    async def _page(self, event: GenericEventArguments) -> None:
        page = event.args
        if isinstance(page, int) and not isinstance(page, bool) and 1 <= page <= self._pages:
            await self._want(replace(self._state.wanted, page=page))

    async def _want(self, wanted: Wanted) -> None:
        self._state.wanted = wanted
        await call(self._on_wanted, wanted)

    async def _choose(self, event: GenericEventArguments) -> None:
        ids = event.args if isinstance(event.args, list) else []
        await call(self._on_choose, [id for id in ids if isinstance(id, str) and id in self._state.ids])


def _row(row: TableRow) -> dict[str, Any]:
    cells = [Cell(cell) if isinstance(cell, str) else cell for cell in row.cells]
    return {'id': row.id, 'name': cells[0].text, 'cells': [vars(cell) for cell in cells]}
