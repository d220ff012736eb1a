"""Where webhooks may go: hosts that whoever runs the installation names, and of these public addresses only.

A host of an inner network is named together with its network; nothing else inside is ever reached.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 500
_HOST = re.compile(r'(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*')
_PLAIN = re.compile(r'[!-~]+')
_PUBLIC = ipaddress.ip_network('2000::/3')
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str
    """With its query."""


def read_allow_list(text: str) -> dict[str, Network | None]:
    """Return host names with the inner network they may lie in. Raises ValueError."""
    found: dict[str, Network | None] = {}
    for entry in filter(None, (part.strip().lower() for part in text.split(','))):
        host, _, network = entry.partition('@')
        if not _HOST.fullmatch(host) or _is_number(host):
            raise ValueError(host)
        found[host] = ipaddress.ip_network(network) if network else None
    return found


def is_allow_list(text: str) -> bool:
    """Tell whether a setting can be read."""
    try:
        read_allow_list(text)
    except ValueError:
        return False
    return True


def read_address(url: str, *, allow_plain: bool = False) -> Target | None:
    """Take an address apart; None where it is none we send to.

    No user name, no fragment, no number in place of a name, nothing but printable ASCII; https, and http only where
    ``allow_plain`` (a demonstration).
    """
    if len(url) > LONGEST or not _PLAIN.fullmatch(url) or '\\' in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or '').lower()
    if parts.scheme not in (('https', 'http') if allow_plain else ('https',)):
        return None
    if '@' in parts.netloc or parts.fragment or not _HOST.fullmatch(host) or _is_number(host):
        return None
    path = (parts.path or '/') + (f'?{parts.query}' if parts.query else '')
    return Target(parts.scheme, host, port or (443 if parts.scheme == 'https' else 80), path)


def may_go(address: Address, network: Network | None) -> bool:
    """Tell whether an address that a host name led to may be spoken to: a public one, or one of its named network."""
    inner = getattr(address, 'ipv4_mapped', None) or address
    if network is not None:
        return inner.version == network.version and inner in network
    return inner.is_global and not inner.is_multicast and not _leads_on(inner)


def _leads_on(address: Address) -> bool:
    """Tell whether an IPv6 address stands for an IPv4 one behind a gateway, which could be an inner one.

    Those gateways and the old inner networks lie outside of what is given to the public. Source: RFC 4291, 2.4; RFC 6052,
    RFC 8215.
    """
    if not isinstance(address, ipaddress.IPv6Address):
        return False
    return bool(address.sixtofour or address.teredo) or address not in _PUBLIC


def _is_number(host: str) -> bool:
    """Tell whether a host is written as a number: 10.0.0.1, 0x7f000001, 127.1."""
    return all(re.fullmatch(r'0x[0-9a-f]*|[0-9]+', part) for part in host.split('.')[-1:])
