"""The demonstration's channel: nothing leaves, the message counts as sent and is shown on a page."""

from app.notifications import settings
from app.notifications.channels.base import channels
from app.notifications.render import Rendered


@channels.register
class Page:
    """Used in place of e-mail while a demonstration has no mail server."""

    key = 'page'

    def is_ready(self) -> bool:
        """Tell whether this is a demonstration."""
        return settings().demo

    async def send(self, message: Rendered) -> None:
        """Do nothing: the page composes the message again when somebody looks at it."""

    async def close(self) -> None:
        """Nothing is kept."""
