"""The tests of this folder need no second database."""

import pytest


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'
