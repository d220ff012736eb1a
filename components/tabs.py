"""Tabs: one panel at a time, built when it is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.handlers import call


@dataclass(frozen=True)
class Tab:
    """One tab: its key (letters, digits, -), its words, and what fills its panel."""

    key: str
    label: str
    build: Callable[[], object]


class Tabs(ui.element, component='static/js/tabset.js'):
    """A row of tabs with the panel of the chosen one. ``label`` names the row for screen readers."""

    def __init__(self, tabs: Sequence[Tab], label: str, *, selected: str | None = None) -> None:
        super().__init__()
        self._tabs = {tab.key: tab for tab in tabs}
        first = selected if selected in self._tabs else tabs[0].key
        self._props.update(tabs=[[tab.key, tab.label] for tab in tabs], label=label, selected=first)
        self.on('pick', self._picked)
        with self:
            tab = self._tabs[first]
            built = tab.build()
            if hasattr(built, '__await__'):
                raise TypeError('The first tab is built at once: open(...) builds a coroutine')

    async def open(self, key: str) -> None:
        """Show a tab. Unknown keys are ignored."""
        if key not in self._tabs:
            return
        self.clear()
        self._props['selected'] = key
        with self:
            await call(self._tabs[key].build)

    async def _picked(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, str):
            await self.open(event.args)
