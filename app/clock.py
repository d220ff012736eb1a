"""The only source of the present moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo('Asia/Ho_Chi_Minh')
_pretended: ContextVar[datetime | None] = ContextVar('pretended', default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let the present be another moment within this block: the demonstration lives through its past this way."""
    token = _pretended.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def local(moment: datetime) -> datetime:
    """Return an aware moment as Vietnam's wall clock shows it."""
    return moment.astimezone(VIETNAM)


def today() -> date:
    """Return today's date in Vietnam."""
    return local(now()).date()
