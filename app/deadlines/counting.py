"""The way of counting of this installation. Dates promised before it was changed keep theirs, which stands in their rule."""

from app.deadlines.limits import Mode

_chosen: list[Mode] = ['hours']


def use_mode(mode: Mode) -> None:
    """Count terms from now on this way."""
    _chosen[0] = mode


def mode() -> Mode:
    """Return how terms are counted."""
    return _chosen[0]
