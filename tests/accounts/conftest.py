"""Accounts on a small tree of units, on both databases; limits forgotten before each test."""

import pytest

from app import accounts, notifications
from app.limits import forget_all
from app.settings import Settings
from tests.accounts.house import House, build


@pytest.fixture
async def house(database: None) -> House:
    """Two communes, one with a section; an administrator of each; the personas."""
    notifications.use_settings(Settings(base_url='http://portal.example'))
    await forget_all()
    return await build()


@pytest.fixture
def revoked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the sessions whose end was announced."""
    seen: list[str] = []
    monkeypatch.setattr(accounts, 'on_revoked', [seen.append])
    return seen
