"""Who is looking: what a request says of its visitor, and the account asked afresh each time."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Self

from starlette.requests import HTTPConnection

from app.access import Actor
from app.accounts.queries import actor_for
from app.i18n import LANGUAGES, Words, words
from pages import cookies


@dataclass(frozen=True)
class Visitor:
    """What the request said. A live page keeps it: its events carry no cookie of their own."""

    lang: str = 'vi'
    theme: str = ''
    """``light``, ``dark`` or empty: as the device says."""
    session_token: str | None = None
    dossier_token: str | None = None
    address: str = ''

    @classmethod
    def of(cls, connection: HTTPConnection) -> Self:
        """Read a request or the request that built a live page."""
        lang, theme = choices(connection)
        return cls(
            lang=lang,
            theme=theme,
            session_token=cookies.read(connection, cookies.SESSION),
            dossier_token=cookies.read(connection, cookies.DOSSIER),
            address=address(connection),
        )

    @property
    def t(self) -> Words:
        """The words in the visitor's language."""
        return words(self.lang)

    async def actor(self, *, used: bool = True) -> Actor:
        """Ask the database who this is now: after sign-out or dismissal it is somebody without rights.

        ``used=False``: nobody did anything (a screen refreshes itself), which keeps no idle session alive.
        """
        return await actor_for(self.session_token, self.dossier_token, self.lang, self.address, used=used)


def choices(connection: HTTPConnection) -> tuple[str, str]:
    """Return the language and the colours that a request asks for; what it cannot ask for is as if it asked for none."""
    lang, theme = connection.cookies.get('lang', ''), connection.cookies.get('theme', '')
    return lang if lang in LANGUAGES else LANGUAGES[0], theme if theme in ('light', 'dark') else ''


def address(connection: HTTPConnection) -> str:
    """Return the network address that limits count by: an IPv6 visitor is its /64 network, an IPv4 one in IPv6 dress itself."""
    host = connection.client.host if connection.client else ''
    try:
        parsed = ip_address(host)
    except ValueError:
        return host
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network(f'{parsed}/64', strict=False))
    return str(parsed)
