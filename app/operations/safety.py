"""Settings and folders that would expose people stop the start, each with a sentence that says what to change."""

import ipaddress
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from app import scanning
from app.i18n import LANGUAGES, words
from app.settings import LOOPBACK, Settings
from app.webhooks.allowed import is_allow_list

EVERYBODY = {'*', '0.0.0.0/0', '::/0'}
"""What would let anybody say from which address they come, past every limit."""
SHORTEST_SECRET, FEWEST_LETTERS, SHORTEST_TOKEN = 32, 8, 16
"""A secret of fewer different characters was typed by hand."""
EXAMPLES = ('change', 'secret', 'password', 'example', 'matkhau', '12345678', 'abcdefgh')


class UnsafeSettings(Exception):
    """The installation would expose people; the message says what to change, in both languages."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        super().__init__(' / '.join(words(lang)(f'unsafe.{key}', **values) for lang in LANGUAGES))


def refuse_unsafe(settings: Settings) -> None:
    """Stop before serving when the settings would expose people.

    Raises:
        UnsafeSettings: the first thing that must be changed.
    """
    for key in _faults(settings):
        raise UnsafeSettings(key)


def refuse_open_folder(settings: Settings, env_file: Path = Path('.env')) -> None:
    """Stop when another account of this machine could read the data, the key or the passwords in ``.env``.

    Raises:
        UnsafeSettings: names the file and the command that mends it.
    """
    for path, mode in ((settings.data_dir, '700'), (settings.data_dir / 'secret.key', '600')):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise UnsafeSettings('open_folder', path=path, mode=mode)
    holds_secrets = settings.secret or settings.smtp_password or settings.metrics_token
    if holds_secrets and not settings.is_local and env_file.exists() and env_file.stat().st_mode & stat.S_IRWXO:
        raise UnsafeSettings('open_folder', path=env_file, mode='600')


def _faults(settings: Settings) -> Iterator[str]:
    """Yield what is wrong everywhere, then what is wrong where others reach us."""
    for secret in filter(None, (settings.secret, settings.new_secret)):
        if len(secret) < SHORTEST_SECRET:
            yield 'short_secret'
        if _is_weak(secret):
            yield 'weak_secret'
    if settings.metrics_token and len(settings.metrics_token) < SHORTEST_TOKEN:
        yield 'short_token'
    if settings.smtp_host and settings.smtp_tls == 'none' and settings.smtp_host not in LOOPBACK:
        yield 'open_mail'
    if settings.backup_dir and _is_inside(Path(settings.backup_dir), settings.data_dir):
        yield 'backup_inside'
    if settings.tsa_url and not settings.tsa_ca:
        yield 'stamp_roots'
    if settings.auditor and '@' not in settings.auditor:
        yield 'auditor_address'
    if settings.clamd and not scanning.is_address(settings.clamd):
        yield 'scanner_address'
    if not is_allow_list(settings.webhook_hosts):
        yield 'webhook_hosts'
    if not is_allow_list(settings.revocation_hosts):
        yield 'revocation_hosts'
    if settings.backup_dir and not settings.database.startswith('sqlite'):
        yield 'backup_embedded'
    if {part.strip() for part in settings.proxy.split(',')} & EVERYBODY:
        yield 'any_proxy'
    yield from _demo_faults(settings) if settings.demo else _public_faults(settings)


def _demo_faults(settings: Settings) -> Iterator[str]:
    """A demonstration may listen on a network of its own, never where everyone reaches it."""
    if (settings.base_url and not settings.is_local) or _is_public(settings.host):
        yield 'public_demo'


def _public_faults(settings: Settings) -> Iterator[str]:
    if settings.is_local:
        if settings.host not in LOOPBACK:
            yield 'local_address'
        return
    if not settings.https:
        yield 'no_https'
    parts = urlsplit(settings.url)
    if not parts.hostname or parts.path or parts.query or parts.username:
        yield 'wrong_address'


def _is_weak(secret: str) -> bool:
    return len(set(secret)) < FEWEST_LETTERS or secret.lower().startswith(EXAMPLES)


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _is_public(host: str) -> bool:
    """Tell whether an address to listen on is reached from the internet; all addresses are when this machine's own is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return (_own_address() if address.is_unspecified else address).is_global


def _own_address() -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address this machine would speak from; nothing is sent to find out."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(('192.0.2.1', 9))
        return ipaddress.ip_address(probe.getsockname()[0])
    return ipaddress.ip_address('127.0.0.1')
