"""A house with administrators, and its public pages over HTTP."""

from tests.duty.conftest import dialect, house, visitor

__all__ = ['dialect', 'house', 'visitor']
