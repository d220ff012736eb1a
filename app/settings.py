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
PREFIX, ENV_FILE = 'MOTCUA_', '.env'
UTF8 = 'utf-8-sig'
"""With or without the mark that editors of Windows put first: it would hide the first setting."""


class Settings(BaseSettings):
    """Typed settings. The environment wins over ``.env``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding=UTF8, extra='ignore')

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
    new_secret: str = Field(
        '',
        description='The next master secret, for `python main.py rotate-key` where MOTCUA_SECRET is set; else not used.',
    )
    demo: bool = Field(
        False, description='Demonstration: made-up people and dossiers, passwords shown on the sign-in page.'
    )
    log_format: Literal['json', 'text'] = Field(
        'json',
        description='Lines of the log: json (one object a line, for programs) or text (for people). Both without personal data.',
    )
    metrics_token: str = Field(
        '',
        description='Token, at least 16 characters, with which /metrics is read from elsewhere. Empty: only from this machine.',
    )
    backup_dir: str = Field(
        '',
        description='Folder of the scheduled copies, on another disk where possible. Empty: none are made. Never inside DATA_DIR.',
    )
    backup_minutes: float = Field(
        3,
        ge=0.01,
        le=1440,
        description=(
            'Minutes from one copy to the next, where something was changed. A copy that takes long stretches it: '
            'copying is given a fifth of the time at most.'
        ),
    )
    backup_keep: int = Field(
        7,
        ge=1,
        le=3650,
        description='For how many days one copy of each is kept, besides the last twelve and one a week for four weeks.',
    )
    disk_reserve_mb: int = Field(
        500,
        ge=0,
        description='Free megabytes on the disk of DATA_DIR below which /readyz says that the service is not ready.',
    )
    term_mode: Literal['hours', 'civil'] = Field(
        'hours',
        description=(
            'How terms in working days are counted: hours (from the minute of acceptance) or civil (the first day is not '
            'counted, the last one ends at closing). A change holds for dates promised from then on.'
        ),
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
    clamd: str = Field(
        '',
        description=(
            'Virus scanner clamd: path of its socket (/run/clamav/clamd.ctl) or host:port within a trusted network. What it '
            'has not scanned is kept shut until it has, also when this is emptied later. Empty: nothing is scanned.'
        ),
    )
    auditor: str = Field(
        '',
        description='Address of mail to which the daily anchor of the audit goes: somebody outside this office keeps it.',
    )
    tsa_url: str = Field(
        '', description='Time-stamping authority (RFC 3161) that stamps the daily anchor. Empty: none.'
    )
    tsa_ca: str = Field('', description='File with the root certificates (PEM) of that authority.')
    trusted_roots: str = Field(
        '',
        description=(
            'File with the root certificates (PEM) of the authorities whose signatures in PDF are believed, for example '
            'those of the state. Empty: signatures are shown, none as believed.'
        ),
    )
    result_signatures: Literal['optional', 'required'] = Field(
        'optional',
        description=(
            'required: a result is approved only with the digital signature of the leader, and issued only with the seal '
            'where the unit has entrusted one. optional: a signature by hand counts too; the record says which it was.'
        ),
    )
    signer_match: Literal['certificate', 'person'] = Field(
        'certificate',
        description=(
            'Whose signature is taken when a result was signed in another program: of a certificate that its signer '
            'registered here, or (person) also of one that bears their name and personal number.'
        ),
    )
    revocation_lists: Literal['check', 'off'] = Field(
        'check',
        description=(
            'check: believed authorities are asked whether they revoked a certificate (OCSP), and their lists fetched where '
            'they do not answer, when a signature is looked at. off: neither, and signatures say that this was not checked.'
        ),
    )
    revocation_hosts: str = Field(
        '',
        description=(
            'Hosts of an inner network from which such answers and lists come, each with its network, with commas between: '
            'crl.tinh.gov.vn@10.20.0.0/16. Public hosts need not be named.'
        ),
    )
    webhook_hosts: str = Field(
        '',
        description=(
            'Hosts that webhooks may go to, with commas between, for example lgsp.tinh.gov.vn. A host of an inner network '
            'needs its network: lgsp.tinh.gov.vn@10.20.0.0/16. Empty: no webhooks.'
        ),
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
