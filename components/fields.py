"""A question on a NiceGUI page, drawn from ``app.fields.base.Control`` with native controls.

One element a question: the browser holds what is typed, the server hears of it on blur or change. The value that
arrives is raw and hostile; the caller parses it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from app.errors import Problem
from app.fields.base import Control
from app.i18n import Words
from components.buffer import buffer_of
from components.handlers import Callback, call, pair

Options = Sequence[tuple[str, str]]
Communes = Callable[[str], Options]
"""From the code of a province to its communes."""

_KINDS = ('text', 'textarea', 'number', 'date', 'radio', 'select', 'checkbox', 'checkboxes', 'address')
_PARTS = ('province', 'commune', 'detail')
_ISO = re.compile(r'(\d{4})-(\d{2})-(\d{2})')


def anchor(id: str) -> str:
    """Return the HTML id of a question's first control: ``child[2].name`` -> ``q-child-2-name``."""
    return 'q-' + re.sub(r'[^A-Za-z0-9_]+', '-', id).strip('-')


class FieldView(ui.element, component='static/js/field.js', dependencies=['static/js/motcua.js']):
    """A drawn question. Make it with ``draw``."""

    def __init__(
        self, control: Control, id: str, value: Any, t: Words, on_change: Callback | None, communes: Communes | None
    ) -> None:
        super().__init__()
        self._kind = control.kind
        self.id_of_question = id
        self.anchor = anchor(id)
        self._t = t
        self._on_change = on_change
        self._communes = communes
        self._buffer = buffer_of(self)
        with self._props.suspend_updates():
            self._props.update(_props(control, t), name=id, cid=self.anchor, value=_shown(control.kind, value))
            self._offer_communes(value)
        self.on('change', self._changed)

    @property
    def value(self) -> Any:
        """The raw answer as the server last knew it."""
        return self._props['value']

    def set_value(self, value: Any) -> None:
        """Show another answer, unless the person is just typing one."""
        with self._props.suspend_updates():
            self._props['value'] = _shown(self._kind, value)
            self._offer_communes(value)
        self.update()

    def set_problem(self, problem: Problem | None) -> None:
        """Say what is wrong with the answer, or that nothing is."""
        self._props.set_optional('error', self._t.error(problem) if problem else None)

    def set_hint(self, hint: str) -> None:
        """Say something else below the question."""
        self._props['hint'] = hint

    def set_required(self, required: bool) -> None:
        """Say whether an answer is needed: it may depend on another one."""
        if bool(self._props.get('required')) == required:
            return
        with self._props.suspend_updates():
            self._props.set_bool('required', required)
            self._props.set_optional('optional', None if required else self._t('common.optional'))
        self.update()

    def set_options(self, options: Options) -> None:
        """Offer other choices."""
        self._props['options'] = [list(option) for option in options]

    def focus(self) -> None:
        """Put the cursor into the question."""
        self.run_method('focus')

    async def _changed(self, event: GenericEventArguments) -> None:
        value, number = pair(event.args)
        with self._props.suspend_updates():
            self._props['value'] = value
        if self._offer_communes(value):
            self.update()
        if self._buffer:
            await self._buffer.take(self.id_of_question, value, number, self._on_change)
        else:
            await call(self._on_change, value)

    def _offer_communes(self, value: Any) -> bool:
        if not self._communes:
            return False
        province = value.get('province') if isinstance(value, dict) else None
        offered = (
            [list(option) for option in self._communes(province)] if isinstance(province, str) and province else []
        )
        if offered == self._props.get('communes'):
            return False
        with self._props.suspend_updates():
            self._props['communes'] = offered
        return True


def draw(
    control: Control,
    *,
    id: str,
    label: str,
    t: Words,
    hint: str | None = None,
    required: bool = False,
    value: Any = None,
    problem: Problem | None = None,
    on_change: Callback | None = None,
    communes: Communes | None = None,
    parts: Sequence[str] = _PARTS,
    countries: Options = (),
    hide_label: bool = False,
    nothing: str | None = None,
    looks: Sequence[str] = (),
) -> FieldView:
    """Draw one question. ``on_change(raw)`` is called on blur or change, with whatever the browser sent.

    An address answers a dictionary of its ``parts``: province (a code), commune, detail, and country (a code of
    ``countries``) where asked; ``communes`` makes the commune a choice. A stored ISO day is shown as dd/mm/yyyy.
    ``nothing`` names the empty line of a list to choose from; ``looks`` are addresses, one a choice, where each can be
    looked at before.
    Repeating groups are drawn by ``components.repeat.draw_repeat``, papers by ``components.upload.Upload``.
    Raises: ValueError for a kind that is no single question.
    """
    if control.kind not in _KINDS:
        raise ValueError(f'{control.kind} is not drawn as a question')
    view = FieldView(control, id, value, t, on_change, communes)
    with view._props.suspend_updates():
        view._props['label'] = label
        view._props.set_bool('required', required)
        view._props.set_bool('hide-label', hide_label)
        view._props.set_optional('hint', hint or (t(control.hint_key) if control.hint_key else None))
        view._props.set_optional('optional', None if required else t('common.optional'))
        if nothing:
            view._props['texts'] = {**view._props['texts'], 'choose': nothing}
        if looks:
            view._props.update(looks=list(looks), texts={**view._props['texts'], 'look': t('ui.look')})
        if control.kind == 'address':
            view._props.update(_address(parts, countries, t))
        view.set_problem(problem)
    return view


def _props(control: Control, t: Words) -> dict[str, Any]:
    props: dict[str, Any] = {
        'kind': control.kind,
        'options': [list(option) for option in control.options] or None,
        'inputmode': control.inputmode or {'number': 'decimal', 'date': 'numeric'}.get(control.kind),
        'autocomplete': control.autocomplete,
        'mask': control.mask or ('##/##/####' if control.kind == 'date' else None),
        'suffix': control.suffix,
        'short': control.width != 'full' or None,
        'texts': {'error': t('common.error_prefix'), 'choose': t('ui.choose')},
    }
    return {name: value for name, value in props.items() if value is not None}


def _address(parts: Sequence[str], countries: Options, t: Words) -> dict[str, Any]:
    return {
        'parts': [[part, t(f'fields.part_{part}')] for part in parts],
        'countries': [list(country) for country in countries],
    }


def _shown(kind: str, value: Any) -> Any:
    """Write a stored day the way people write it; everything else is shown as it is."""
    day = _ISO.fullmatch(value) if kind == 'date' and isinstance(value, str) else None
    return f'{day[3]}/{day[2]}/{day[1]}' if day else value
