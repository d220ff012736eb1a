"""The small municipality with its decided days."""

from tests.statistics.conftest import world

__all__ = ['world']
