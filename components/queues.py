"""An officer's inbox: chips with counts, a search line, rows to open, and list and detail side by side on wide screens."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nicegui import ui
from nicegui.events import GenericEventArguments

from app.i18n import Words
from components.handlers import Callback, call
from components.icons import icon
from components.tags import Tone


@dataclass(frozen=True)
class Chip:
    """One queue; a ``hot`` count asks for attention."""

    key: str
    label: str
    count: int | None = None
    hot: bool = False


@dataclass(frozen=True)
class InboxRow:
    """One dossier: who, a tag with its term, and a line of facts. ``href`` opens it in a tab of its own."""

    id: str
    title: str
    note: str
    href: str
    tag: str | None = None
    tone: Tone = 'neutral'
    fresh: bool = False
    code: str | None = None
    """A number at the end of the line of facts, never broken."""


class Chips(ui.element, component='static/js/chips.js'):
    """One of several queues is chosen: ``on_pick(key)``, a known key."""

    def __init__(self, chips: Sequence[Chip], label: str, *, selected: str, on_pick: Callback) -> None:
        super().__init__()
        self._on_pick = on_pick
        self._props.update(label=label, selected=selected)
        self.set_chips(chips)
        self.on('pick', self._picked)

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Show other counts."""
        self._keys = {chip.key for chip in chips}
        self._props['chips'] = [asdict(chip) for chip in chips]

    async def _picked(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, str) and event.args in self._keys:
            with self._props.suspend_updates():
                self._props['selected'] = event.args
            await call(self._on_pick, event.args)


class RowList(ui.element, component='static/js/rows.js'):
    """Rows to open: ``on_open(id)``, the id of a row that is shown; without it they are plain links."""

    def __init__(self, label: str, t: Words, *, rows: Sequence[InboxRow] = (), on_open: Callback | None = None) -> None:
        super().__init__()
        self._on_open = on_open
        self._props.update(label=label, texts={'fresh': t('ui.row_fresh')}, listens=on_open is not None)
        self.set_rows(rows)
        self.on('open', self._opened)

    def set_rows(self, rows: Sequence[InboxRow], current: str | None = None) -> None:
        """Show these rows; ``current`` is the id of the opened one."""
        self._ids = {row.id for row in rows}
        with self._props.suspend_updates():
            self._props['rows'] = [asdict(row) for row in rows]
            self._props.set_optional('current', current)
        self.update()

    def set_current(self, id: str | None) -> None:
        """Mark the opened row."""
        self._props.set_optional('current', id)

    async def _opened(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, str) and event.args in self._ids:
            await call(self._on_open, event.args)


class SearchLine(ui.element, component='static/js/find.js'):
    """A line to search with: ``on_search(text)`` on Enter or the button, at most 200 signs."""

    def __init__(
        self, label: str, t: Words, *, on_search: Callback, value: str = '', placeholder: str | None = None
    ) -> None:
        super().__init__()
        self._on_search = on_search
        self._props.update(label=label, value=value, button=t('ui.search'), icon=str(icon('search', 22)))
        self._props['placeholder'] = placeholder or label
        self.on('find', self._found)

    def clear_text(self) -> None:
        """Empty the line for the next search."""
        self._props['value'] = ''
        self.run_method('clear')

    async def _found(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, str):
            text = event.args.strip()[:200]
            with self._props.suspend_updates():
                self._props['value'] = text
            await call(self._on_search, text)


class Split(ui.element, component='static/js/split.js'):
    """List and detail: beside each other from 1000 px, one at a time below that.

    ``with split.list: ...``, ``with split.detail: ...``. ``on_left()`` is called when the browser's "back" leaves what
    is open; where addresses are given, it needs no other care.
    """

    def __init__(self, *, is_open: bool = False, on_left: Callback | None = None) -> None:
        super().__init__()
        self._props['open'] = is_open
        with self:
            self.list = ui.element('div').classes('mc-split-list')
            self.detail = ui.element('div').classes('mc-split-detail')
        self.on('left', lambda: call(on_left), args=[])

    def open(self, is_open: bool, address: str | None = None) -> None:
        """Say which of the two a small screen shows, and under which address it is found again."""
        with self._props.suspend_updates():
            self._props['open'] = is_open
            self._props.set_optional('address', address)
        self.update()


def action_bar() -> ui.element:
    """Open the bar of acts that stays at the bottom of a dossier: ``with action_bar(): primary(...)``."""
    return ui.element('div').classes('mc-actionbar')
