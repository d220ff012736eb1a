"""Settings of the installation: ``MOTCUA_*`` in the environment or in ``.env``. The documentation's page is made from this class."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = {'localhost', '127.0.0.1', '::1'}
EVERYBODY = {'*', '0.0.0.0/0', '::/0'}
"""What would let anybody say from which address they come, past every limit."""


class UnsafeSettings(Exception):
    """The settings would expose people; the message says what to change."""


class Settings(BaseSettings):
    """Typed settings. The environment wins over ``.env``."""

    model_config = SettingsConfigDict(env_prefix='MOTCUA_', env_file='.env', extra='ignore')

    host: str = Field(
        '127.0.0.1', description='Address to listen on. Stays 127.0.0.1 behind a proxy on the same machine.'
    )
    port: int = Field(8080, ge=1, le=65535, description='Port to listen on.')
    data_dir: Path = Field(
        Path('data'), description='Folder of the database, the files and the key. One process at a time holds it.'
    )
    base_url: str = Field(
        '',
        description='Address people type, for example https://motcua.xa.gov.vn. Empty: http://HOST:PORT. Used in mail and for cookies.',
    )
    secret: str = Field(
        '',
        description=(
            'Master secret, at least 32 characters; all keys are derived from it. Empty: made at the first start and '
            'kept in DATA_DIR/secret.key with mode 0600. Keep a copy apart from the backups.'
        ),
    )
    demo: bool = Field(
        False, description='Demonstration: made-up people and dossiers, passwords shown on the sign-in page.'
    )
    database_url: str = Field(
        '',
        description='Empty: SQLite in DATA_DIR/motcua.db. PostgreSQL: postgresql://user:password@host/name (needs requirements-scale.txt).',
    )
    mail_from: str = Field('', description='Sender of mail, for example "Một cửa xã Tân Phú <motcua@xa.gov.vn>".')
    smtp_host: str = Field(
        '', description='SMTP server. Empty: mail waits in the outbox; the demonstration shows it on a page.'
    )
    smtp_port: int = Field(587, ge=1, le=65535, description='Port of the SMTP server.')
    smtp_user: str = Field('', description='User name at the SMTP server; empty: no authentication.')
    smtp_password: str = Field('', description='Password at the SMTP server.')
    smtp_tls: Literal['starttls', 'tls', 'none'] = Field(
        'starttls', description='starttls (port 587), tls (port 465) or none (only for a server on this machine).'
    )
    proxy: str = Field(
        '127.0.0.1',
        description='Address of the reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are believed; empty: none.',
    )

    @property
    def url(self) -> str:
        """Base URL without a slash at its end."""
        return (self.base_url or f'http://{self.host}:{self.port}').rstrip('/')

    @property
    def https(self) -> bool:
        """People reach us by https."""
        return self.url.startswith('https://')

    @property
    def is_local(self) -> bool:
        """Only this machine can reach the base URL."""
        return (urlsplit(self.url).hostname or '') in LOOPBACK

    @property
    def files_dir(self) -> Path:
        """Folder of stored files."""
        return self.data_dir / 'files'

    @property
    def database(self) -> str:
        """SQLAlchemy URL with its asynchronous driver."""
        if not self.database_url:
            return f'sqlite+aiosqlite:///{self.data_dir / "motcua.db"}'
        for plain, driver in (
            ('postgresql://', 'postgresql+asyncpg://'),
            ('postgres://', 'postgresql+asyncpg://'),
            ('sqlite://', 'sqlite+aiosqlite://'),
        ):
            if self.database_url.startswith(plain):
                return driver + self.database_url.removeprefix(plain)
        return self.database_url

    @cached_property
    def master_key(self) -> bytes:
        """The master secret; made and kept with mode 0600 at the first start when none is set."""
        if self.secret:
            return self.secret.encode()
        return _kept_secret(self.data_dir / 'secret.key')

    def refuse_unsafe(self) -> None:
        """Stop before serving when the settings would expose people. Loopback may do as it likes.

        Raises:
            UnsafeSettings: with a sentence that says what to change.
        """
        if self.secret and len(self.secret) < 32:
            raise UnsafeSettings('MOTCUA_SECRET phải có ít nhất 32 ký tự / must have at least 32 characters.')
        if self.is_local or (self.demo and not self.base_url):
            return  # a demonstration that was told to listen elsewhere, on a network of its own
        if self.demo:
            raise UnsafeSettings(
                'MOTCUA_DEMO=1 hiện mật khẩu mẫu cho mọi người: không dùng với MOTCUA_BASE_URL công khai / '
                'shows passwords to everyone: not with a public MOTCUA_BASE_URL.'
            )
        if {part.strip() for part in self.proxy.split(',')} & EVERYBODY:
            raise UnsafeSettings(
                'MOTCUA_PROXY phải là địa chỉ của máy chủ proxy, không phải mọi địa chỉ / '
                'must be the address of the proxy, not every address.'
            )
        if not self.https:
            raise UnsafeSettings('MOTCUA_BASE_URL phải bắt đầu bằng https:// / must start with https://.')
        if self.smtp_host and self.smtp_tls == 'none' and self.smtp_host not in LOOPBACK:
            raise UnsafeSettings(
                'MOTCUA_SMTP_TLS=none chỉ dùng cho máy chủ thư trên cùng máy / only for a mail server on this machine.'
            )


def _kept_secret(file: Path) -> bytes:
    """Return the secret kept in ``file``, made there first when missing."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes().strip()
    with os.fdopen(handle, 'wb') as out:
        out.write(secrets.token_urlsafe(48).encode())
        out.flush()
        os.fsync(out.fileno())
    return file.read_bytes().strip()


def load() -> Settings:
    """Read the settings from the environment and ``.env``."""
    return Settings()
