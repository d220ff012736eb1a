"""A live page without a server: screens are drawn into it and asked what they show."""

from collections.abc import Iterator

import pytest
from nicegui import Client, ui


@pytest.fixture
def live_page() -> Iterator[Client]:
    """Open a page; what a test draws ``with live_page:`` lands on it."""
    client = Client(ui.page('/test'), request=None)
    yield client
    client.delete()
