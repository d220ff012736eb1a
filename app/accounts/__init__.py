"""People: who they are, how they sign in, what they may do."""

from collections.abc import Callable, Iterable

on_revoked: list[Callable[[str], None]] = []
"""Called with the id of every session that was ended, after that is committed: its live pages are closed."""


def announce_revoked(session_ids: Iterable[str]) -> None:
    """Tell whoever holds live pages that these sessions have ended."""
    for session_id in session_ids:
        for tell in on_revoked:
            tell(session_id)
