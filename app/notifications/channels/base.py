"""What a channel is, and how it says that it could not send."""

from typing import Protocol

from app.notifications.render import Rendered
from app.registry import Registry

KINDS = ('unreachable', 'later', 'refused', 'broken', 'no_server', 'limited')
"""Why a message was not sent; each has a sentence ``mail.why_*``."""


class NotSent(Exception):
    """The message was not accepted. ``kind`` is one of KINDS, ``detail`` the other side's words."""

    kind = 'later'

    def __init__(self, detail: str = '') -> None:
        super().__init__(detail)
        self.detail = detail


class Temporary(NotSent):
    """Try this message again later."""


class Unreachable(Temporary):
    """The channel as a whole does not work now: the other messages need not be tried."""

    kind = 'unreachable'


class Permanent(NotSent):
    """This message will never be accepted."""

    kind = 'refused'


class Channel(Protocol):
    """One way to send. Instances are shared: ``send`` may run several times at once."""

    key: str

    def is_ready(self) -> bool:
        """Tell whether the settings name a server to send by."""

    async def send(self, message: Rendered) -> None:
        """Hand one message over. Raises Temporary, Unreachable or Permanent; returning means accepted."""

    async def close(self) -> None:
        """Let go of connections that are kept for the next message."""


channels: Registry[Channel] = Registry('app.notifications.channels')
