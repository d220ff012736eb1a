"""Made-up people and dossiers exist in the demonstration only."""

from app.settings import Settings


class NotDemo(RuntimeError):
    """The installation is a real one."""


def require_demo(settings: Settings) -> None:
    """Stop unless this is a demonstration. Raises NotDemo."""
    if not settings.demo:
        raise NotDemo('made-up people are for the demonstration only (MOTCUA_DEMO=1)')
