"""A group of questions answered several times: each entry is a card that can be removed, and more can be added."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from nicegui import ui

from app.errors import Problem
from app.i18n import Words
from components.buttons import Button
from components.fields import FieldView, anchor
from components.handlers import Callback, call
from components.markup import NOTHING, markup, show

Keep = Callable[[str], Callback]
"""From the id of an inner question to its ``on_change``."""
DrawEntry = Callable[[str, dict[str, Any], Keep], Mapping[str, FieldView]]
"""``draw_entry(prefix, entry, keep)``: draws the questions with ids ``f'{prefix}.{inner}'`` and returns them by inner id."""


class RepeatView:
    """A drawn group. Make it with ``draw_repeat``."""

    def __init__(
        self,
        *,
        id: str,
        label: str,
        entry_name: str,
        t: Words,
        draw_entry: DrawEntry,
        value: list[dict[str, Any]],
        on_change: Callback | None,
        least: int,
        most: int,
    ) -> None:
        self.id_of_question = id
        self.anchor = anchor(id)
        self.fields: dict[str, FieldView] = {}
        """The inner questions by full id, ``child[0].name``: for ``ErrorSummary.show``."""
        self._label, self._name, self._t = label, entry_name, t
        self._draw_entry, self._on_change = draw_entry, on_change
        self._least, self._most = least, most
        self._value = deepcopy(value) + [{} for _ in range(least - len(value))]
        self._build()

    @property
    def value(self) -> list[dict[str, Any]]:
        """The raw entries as the server last knew them."""
        return deepcopy(self._value)

    def set_problem(self, problem: Problem | None) -> None:
        """Say what is wrong with the group as a whole."""
        self._root.classes(**{'add' if problem else 'remove': 'is-bad'})
        said = NOTHING
        if problem:
            said = markup(
                '<p class="mc-error"><span class="mc-sr">{prefix} </span>{text}</p>',
                prefix=self._t('common.error_prefix'),
                text=self._t.error(problem),
            )
        self._problem.set(said)

    def focus(self) -> None:
        """Move the focus to the button that adds."""
        self._add.focus()

    def _build(self) -> None:
        with ui.element('fieldset').classes('mc-fieldset') as self._root:
            show(markup('{label}', label=self._label), tag='legend', classes='mc-legend')
            self._problem = show(NOTHING)
            self._entries = ui.element('div')
            self._add = Button(self._t('ui.entry_add'), self._append, t=self._t, kind='secondary', icon='plus')
            self._add.props(f'id={self.anchor}')
        self._draw()

    def _draw(self) -> None:
        self.fields.clear()
        self._removers: list[Button] = []
        self._entries.clear()
        with self._entries:
            for index, entry in enumerate(self._value):
                self._draw_one(index, entry)
        self._allow()

    def _draw_one(self, index: int, entry: dict[str, Any]) -> None:
        prefix = f'{self.id_of_question}[{index}]'
        title = self._t('ui.entry', name=self._name, number=index + 1)
        with ui.element('fieldset').classes('mc-card mc-entry'):
            show(markup('{title}', title=title), tag='legend', classes='mc-legend')
            views = self._draw_entry(prefix, entry, lambda inner, at=entry: self._keeper(at, inner))  # type: ignore[misc]
            self.fields.update({f'{prefix}.{inner}': view for inner, view in views.items()})
            words = self._t('ui.entry_remove')
            remove = Button(words, lambda: self._remove(entry), t=self._t, kind='quiet', icon='trash', about=title)
            self._removers.append(remove)

    def _allow(self) -> None:
        """Offer adding and removing only within the limits."""
        self._add.set_visibility(len(self._value) < self._most)
        for remove in self._removers:
            remove.set_visibility(len(self._value) > self._least)

    def _keeper(self, entry: dict[str, Any], inner: str) -> Callback:
        async def keep(raw: Any) -> None:
            entry[inner] = raw
            await self._tell()

        return keep

    async def _append(self) -> None:
        if len(self._value) >= self._most:
            return
        self._value.append({})
        with self._entries:
            self._draw_one(len(self._value) - 1, self._value[-1])
        self._allow()
        prefix = f'{self.id_of_question}[{len(self._value) - 1}].'
        first = next((view for name, view in self.fields.items() if name.startswith(prefix)), None)
        if first:
            first.focus()
        await self._tell()

    async def _remove(self, entry: dict[str, Any]) -> None:
        self._value = [other for other in self._value if other is not entry]
        self._draw()
        self.focus()
        await self._tell()

    async def _tell(self) -> None:
        await call(self._on_change, self.value)


def draw_repeat(
    *,
    id: str,
    label: str,
    t: Words,
    draw_entry: DrawEntry,
    value: Any = None,
    entry_name: str | None = None,
    on_change: Callback | None = None,
    least: int = 1,
    most: int = 100,
    problem: Problem | None = None,
) -> RepeatView:
    """Draw a repeating group. ``on_change(entries)`` gets all raw entries whenever one of them changes.

    ``entry_name`` titles each card: "Con" -> "Con thứ 2". A stored value that is no list of mappings counts as none.
    """
    entries = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    view = RepeatView(
        id=id,
        label=label,
        entry_name=entry_name or label,
        t=t,
        draw_entry=draw_entry,
        value=entries,
        on_change=on_change,
        least=least,
        most=most,
    )
    if problem:
        view.set_problem(problem)
    return view
