"""The only file that touches private names of NiceGUI, so that a new version is checked in one place.

``tests/root/test_private.py`` holds every name; ``check_version`` stops a start with a version nobody looked at.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import nicegui
from nicegui import Client, core, ui
from nicegui.element import Element
from socketio import AsyncServer

PINNED = '3.18.'
ASSETS = f'/_nicegui/{nicegui.__version__}/'
SOCKET = '/_nicegui_ws/socket.io'


def check_version() -> None:
    """Refuse to start with a minor version of NiceGUI that this file was not written for."""
    if not nicegui.__version__.startswith(PINNED):
        raise RuntimeError(f'NiceGUI {nicegui.__version__} was never checked here; expected {PINNED}x')


def socket_server() -> AsyncServer:
    """Return the Socket.IO server that all live pages use."""
    return core.sio


def socket_handlers() -> dict[str, Callable[..., Any]]:
    """Return NiceGUI's own handlers by event name; changing the mapping replaces them."""
    return core.sio.handlers['/']


def client_of(client_id: object) -> Client | None:
    """Return the live page with this id."""
    return Client.instances.get(client_id) if isinstance(client_id, str) else None


def clients() -> list[Client]:
    """Return all live pages, connected or not."""
    return list(Client.instances.values())


def delete(client: Client) -> None:
    """Delete a live page now. NiceGUI's own plan to do so after its browser left is dropped: it would find nothing."""
    for document_id in tuple(client._delete_tasks):
        client._cancel_delete_task(document_id)
    client.delete()


def is_bound(client: Client, sid: str) -> bool:
    """Tell whether this socket shook hands for this page."""
    return sid in client._socket_to_document_id


def listener_type(element: Element, listener_id: object) -> str | None:
    """Return what a listener of this element hears (``click``, ``update:modelValue``); None: not its own."""
    listener = element._event_listeners.get(listener_id) if isinstance(listener_id, str) else None
    return listener.type if listener else None


def choices(element: Element) -> int:
    """Return how many options a radio, toggle or select offers."""
    return len(getattr(element, '_values', ()))


def value_event(element: Element) -> str | None:
    """Return the type of the event by which this element's value changes in the browser."""
    prop = getattr(element, 'VALUE_PROP', None)
    return {'model-value': 'update:modelValue', 'value': 'update:value'}.get(prop) if prop else None


def set_exception_handler(handler: Callable[[Exception], Any]) -> None:
    """Replace NiceGUI's own handler of errors in events, which logs their text."""
    core.app._exception_handlers[:] = [handler]


class SubPages(ui.sub_pages):
    """Sub-pages that say in our words what is missing or broken."""

    def __init__(
        self,
        routes: dict[str, Callable[..., Any]],
        *,
        missing: Callable[[], None],
        broken: Callable[[Exception], None],
        data: dict[str, Any],
    ) -> None:
        self._missing = missing
        self._broken = broken
        super().__init__(routes, data=data)

    def _render_404(self) -> None:
        self._missing()

    def _render_error(self, error: Exception) -> None:
        self._broken(error)

    async def settled(self, timeout: float) -> None:
        """Wait until the sub-page is built, so that it is part of the first HTML."""
        if self._active_tasks:
            await asyncio.wait(set(self._active_tasks), timeout=timeout)


def ancestors(element: Element) -> Iterator[Element]:
    """Yield the element and everything it lies in."""
    return element.ancestors(include_self=True)
