"""Which events of a browser reach our handlers: those of things a person could see and use, in their own shape.

This is the outer fence. What an event may *do* is decided by the command, from the account in the database.
"""

import math
from collections.abc import Callable
from typing import Any

from nicegui import Client, json, ui
from nicegui.element import Element

from pages.hardening import private

LARGEST = 100_000
"""Characters of JSON in one event."""
DEEPEST = 8
NAVIGATION = {'sub_pages_open', 'sub_pages_navigate'}


def accepted(client: Client, message: object) -> bool:
    """Tell whether an event is well-formed, for a listener that exists, of an element that can be used now."""
    if not isinstance(message, dict):
        return False
    element_id = message.get('id')
    if isinstance(element_id, bool) or not isinstance(element_id, int):
        return False
    element = client.elements.get(element_id)
    if element is None:
        return False
    kind = private.listener_type(element, message.get('listener_id'))
    if kind is None or not usable(element):
        return False
    found, values = parsed(message.get('args', []))
    return found and _fits(element, kind, values)


def usable(element: Element) -> bool:
    """Tell whether a person could use the element: neither it nor anything around it is hidden, disabled or closed."""
    return not any(_shut(each) for each in private.ancestors(element)) and not any(
        _closed(each) for each in private.ancestors(element) if each is not element
    )


def _shut(element: Element) -> bool:
    if getattr(element, 'is_ignoring_events', False):
        return True
    if 'hidden' in element.classes and element.visible:  # hidden by class only
        return True
    return any(_is_on(element.props.get(name)) for name in ('disable', 'disabled', 'inert'))


def _is_on(prop: object) -> bool:
    return prop is not None and prop is not False and str(prop).lower() != 'false'


def _closed(element: Element) -> bool:
    return isinstance(element, ui.dialog | ui.menu) and not element.value


def parsed(args: object) -> tuple[bool, list[Any]]:
    """Read the arguments of an event: a list of JSON texts of limited size and depth."""
    if not isinstance(args, list) or len(args) > 20:
        return False, []
    if not all(arg is None or isinstance(arg, str) for arg in args) or sum(len(arg or '') for arg in args) > LARGEST:
        return False, []
    try:
        values = [None if arg is None else json.loads(arg) for arg in args]
    except (ValueError, RecursionError):
        return False, []
    return all(_flat(value) for value in values), values


def _flat(value: object, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(_flat(each, depth + 1) for each in value.values())
    if isinstance(value, list):
        return all(_flat(each, depth + 1) for each in value)
    return not isinstance(value, float) or math.isfinite(value)


def _fits(element: Element, kind: str, values: list[Any]) -> bool:
    if kind in NAVIGATION:
        return len(values) == 1 and is_address(values[0])
    if kind != private.value_event(element):
        return True
    if _is_on(element.props.get('readonly')) or len(values) != 1:
        return False
    for types, fits in _SHAPES:
        if isinstance(element, types):
            return fits(element, values[0])
    return True


def is_address(value: object) -> bool:
    """Tell whether a value is an address on this site: it starts with one slash and holds nothing strange."""
    return (
        isinstance(value, str)
        and value.startswith('/')
        and not value.startswith('//')
        and len(value) <= 2000
        and value.isprintable()
        and '\\' not in value
    )


def _text(_element: Element, value: object) -> bool:
    return value is None or isinstance(value, str)


def _yes_or_no(_element: Element, value: object) -> bool:
    return value is None or isinstance(value, bool)


def _number(element: Element, value: object) -> bool:
    if value is None or value == '':
        return True
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return False
    low, high = element.props.get('min'), element.props.get('max')
    if not math.isfinite(number) or abs(number) > 1e15:
        return False
    # a field may be out of range while it is typed (its own check says so), a slider may not
    return not isinstance(element, ui.slider) or _within(number, low, high)


def _within(number: float, low: Any, high: Any) -> bool:
    return (low is None or number >= float(low)) and (high is None or number <= float(high))


def _choice(element: Element, value: object) -> bool:
    return value is None or _index(element, value)


def _index(element: Element, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < private.choices(element)


def _option(element: Element, value: object) -> bool:
    """A select sends ``{'value': index, 'label': text}``, a text where new values may be typed, or a list of these."""
    if value is None:
        return True
    if isinstance(element, ui.select) and element.multiple:
        return isinstance(value, list) and all(_one_option(element, each) for each in value)
    return _one_option(element, value)


def _one_option(element: Element, value: object) -> bool:
    if isinstance(value, dict):
        return _index(element, value.get('value'))
    return isinstance(value, str) and bool(element.props.get('new-value-mode'))


_SHAPES: tuple[tuple[Any, Callable[[Element, object], bool]], ...] = (
    (ui.number | ui.slider | ui.rating, _number),
    (ui.select, _option),
    (ui.radio | ui.toggle, _choice),
    (ui.checkbox | ui.switch | ui.dialog | ui.menu | ui.expansion, _yes_or_no),
    (ui.input | ui.textarea | ui.editor | ui.time, _text),
)
