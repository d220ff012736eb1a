"""The rules of the clock do not depend on the database: one is enough."""

import pytest


@pytest.fixture
def dialect() -> str:
    """Return the name of the one database."""
    return 'sqlite'
