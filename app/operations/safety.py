"""Settings and folders that would expose people stop the start, each with a sentence that says what to change."""

import ipaddress
import os
import pwd
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from cryptography.x509 import load_pem_x509_certificates
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import DotEnvSettingsSource

from app import scanning
from app.i18n import LANGUAGES, words
from app.settings import ENV_FILE, LOOPBACK, PREFIX, Settings, load
from app.webhooks.allowed import is_allow_list

EVERYBODY = {'*', '0.0.0.0/0', '::/0'}
"""What would let anybody say from which address they come, past every limit."""
SHORTEST_SECRET, FEWEST_LETTERS, SHORTEST_TOKEN = 32, 8, 16
"""A secret of fewer different characters was typed by hand."""
LIKENESS = 0.75
"""From here on an unknown name is one of ours, typed wrong. Others are left alone: an older version meets newer settings."""
EXAMPLES = ('change', 'secret', 'password', 'example', 'matkhau', '12345678', 'abcdefgh')


class UnsafeSettings(Exception):
    """The installation would expose people; the message says what to change, in both languages."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        super().__init__(' / '.join(words(lang)(f'unsafe.{key}', **values) for lang in LANGUAGES))


def refuse_unreadable() -> None:
    """Stop when a setting is not what it can be, or its name is nearly one of ours: it would silently not count.

    Raises:
        UnsafeSettings: the first one, by its name. Its value is never told: it may be a password.
    """
    try:
        load()
        names = {*os.environ, *DotEnvSettingsSource(Settings).env_vars}
    except ValidationError as error:
        raise _wrong_value(str(error.errors()[0]['loc'][0])) from None
    except (OSError, UnicodeError):
        raise UnsafeSettings('unreadable_file', path=ENV_FILE) from None
    for name in sorted(name.upper() for name in names if name.upper().startswith(PREFIX)):
        own = name.removeprefix(PREFIX).lower()
        if own not in Settings.model_fields and (meant := get_close_matches(own, Settings.model_fields, 1, LIKENESS)):
            raise UnsafeSettings('misspelled', name=name, meant=PREFIX + meant[0].upper())


def _wrong_value(name: str) -> UnsafeSettings:
    field, variable = Settings.model_fields[name], PREFIX + name.upper()
    if choices := get_args(field.annotation):
        return UnsafeSettings('not_one_of', name=variable, choices=', '.join(choices))
    if field.annotation is bool:
        return UnsafeSettings('not_one_of', name=variable, choices='1, 0')
    return UnsafeSettings('not_a_number', name=variable, bounds=_bounds(field))


def _bounds(field: FieldInfo) -> str:
    """Return between which numbers a setting may lie, as far as it says."""
    said = ((sign, getattr(part, name, None)) for name, sign in (('ge', '≥'), ('le', '≤')) for part in field.metadata)
    return ', '.join(f'{sign} {bound}' for sign, bound in said if bound is not None)


def refuse_foreign(settings: Settings) -> None:
    """Stop when the data folder is another account's: what root leaves in it the service could not open afterwards.

    Raises:
        UnsafeSettings: names the account; or the command that makes the folder where this account cannot.
    """
    folder = settings.data_dir
    try:
        owner = folder.stat().st_uid
    except PermissionError:
        raise UnsafeSettings('no_folder', folder=folder, account=_account(os.geteuid())) from None
    except FileNotFoundError:
        there = next(parent for parent in folder.absolute().parents if parent.exists())
        if not os.access(there, os.W_OK):
            raise UnsafeSettings('no_folder', folder=folder, account=_account(os.geteuid())) from None
        return
    if owner != os.geteuid():
        raise UnsafeSettings('other_account', folder=folder, owner=_account(owner))


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


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
    if settings.mail_from and '@' not in parseaddr(settings.mail_from)[1]:
        yield 'mail_from'
    if settings.tsa_url and not settings.tsa_ca:
        yield 'stamp_roots'
    if settings.tsa_ca and not _holds_certificates(settings.tsa_ca):
        yield 'stamp_roots_file'
    if settings.trusted_roots and not _holds_certificates(settings.trusted_roots):
        yield 'trusted_roots_file'
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


def _holds_certificates(file: str) -> bool:
    try:
        return bool(load_pem_x509_certificates(Path(file).read_bytes()))
    except (OSError, ValueError):
        return False


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
