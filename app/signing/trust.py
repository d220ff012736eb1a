"""Which authorities are believed: those of ``MOTCUA_TRUSTED_ROOTS``, and in the demonstration its own."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.db import read
from app.settings import Settings
from models import Setting

DEMO_ROOT = 'signing.demo_root'
"""Where the certificate of the demonstration's authority is kept (PEM)."""
DEMO_PIN = '246810'
"""Of every key of the demonstration; shown where it is asked for."""


@dataclass(frozen=True)
class _Trust:
    settings: Settings | None = None
    roots: bytes = b''
    stamp_roots: bytes = b''


_trust = _Trust()


def use_settings(settings: Settings) -> None:
    """Read the certificates that are believed. A file that cannot be read was refused before the start."""
    global _trust
    files = (settings.trusted_roots, settings.tsa_ca)
    roots, stamp_roots = (Path(file).read_bytes() if file and Path(file).is_file() else b'' for file in files)
    _trust = _Trust(settings, roots + b'\n', stamp_roots + b'\n')


def settings() -> Settings | None:
    """Return the settings of the installation; None where nothing was started."""
    return _trust.settings


async def roots() -> tuple[bytes, bytes]:
    """Return the roots of signers and those of the time-stamping authority, as PEM."""
    if not (_trust.settings and _trust.settings.demo):
        return _trust.roots, _trust.stamp_roots
    async with read() as db:
        own = (await db.execute(select(Setting.value).where(Setting.key == DEMO_ROOT))).scalar_one_or_none()
    return _trust.roots + str(own or '').encode() + b'\n', _trust.stamp_roots
