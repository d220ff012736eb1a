"""Every private name of NiceGUI that we rely on is still there and does what we think."""

import asyncio
import inspect

import nicegui
import pytest
from nicegui import Client, core, ui
from nicegui.element import Element
from nicegui.event_listener import EventListener
from nicegui.nicegui import _on_ack, _on_event, _on_handshake, _on_javascript_response, _on_log

from pages.hardening import private


def test_the_installed_version_is_the_one_that_was_checked() -> None:
    private.check_version()


def test_another_minor_version_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nicegui, '__version__', '3.19.0')
    with pytest.raises(RuntimeError, match=r'3\.19\.0'):
        private.check_version()


def test_the_handlers_that_are_replaced_are_all_there_are() -> None:
    handlers = set(private.socket_handlers())
    assert handlers == {'connect', 'disconnect', 'handshake', 'event', 'javascript_response', 'ack', 'log'}


def test_the_replaced_handlers_take_what_ours_hand_on() -> None:
    for handler in (_on_ack, _on_event, _on_handshake, _on_javascript_response, _on_log):
        assert len(inspect.signature(handler).parameters) == 2
    assert inspect.iscoroutinefunction(_on_handshake)
    assert not inspect.iscoroutinefunction(_on_event)


def test_the_names_of_clients_and_elements_exist() -> None:
    source = inspect.getsource(Client.__init__)
    assert 'self._socket_to_document_id: dict[str, str]' in source
    assert '_event_listeners' in inspect.getsource(Element.__init__)
    assert 'type' in EventListener.__dataclass_fields__
    assert isinstance(core.app._exception_handlers, list)
    assert 'self._active_tasks: set[asyncio.Task]' in inspect.getsource(ui.sub_pages.__init__)
    for name in ('_render_404', '_render_error'):
        assert callable(getattr(ui.sub_pages, name))


def test_values_change_by_the_events_we_check() -> None:
    assert {ui.input.VALUE_PROP, ui.editor.VALUE_PROP} == {'value'}
    assert {kind.VALUE_PROP for kind in (ui.number, ui.select, ui.radio, ui.checkbox, ui.dialog)} == {'model-value'}


async def test_a_page_that_is_closed_is_not_deleted_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its browser left before we deleted it: NiceGUI would try again minutes later, and report an error."""
    monkeypatch.setattr(core, 'loop', asyncio.get_running_loop())
    client = Client(ui.page('/somewhere'), request=None)
    later = client._delete_tasks['document'] = asyncio.create_task(asyncio.sleep(3600))
    private.delete(client)
    assert client.is_deleted and client.id not in Client.instances
    assert later.cancelling()
