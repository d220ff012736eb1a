"""The only source of the present moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo('Asia/Ho_Chi_Minh')


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return an aware moment as Vietnam's wall clock shows it."""
    return moment.astimezone(VIETNAM)


def today() -> date:
    """Return today's date in Vietnam."""
    return local(now()).date()
