"""Copy the installation while it serves, and bring a copy back. Keys are never part of a copy: keep them apart."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from app import keyring
from app.clock import local, now
from app.errors import AppError
from app.settings import Settings

DATABASE = 'motcua.db'
FILES = 'files'
MANIFEST = 'manifest.json'
PART = '.part'
"""What a copy is called until it is whole."""


@dataclass(frozen=True)
class Manifest:
    """What a copy holds: SHA-256 of the database and of every stored file (encrypted as it lies), by relative path."""

    made_at: str
    events: int
    hashes: dict[str, str]

    @property
    def files(self) -> int:
        """How many stored files."""
        return sum(name.startswith(f'{FILES}/') for name in self.hashes)


def backup(settings: Settings, folder: Path) -> Path:
    """Copy database and files into a new folder below ``folder`` and return it; it appears whole or not at all.

    The database is copied first: every file that it names was on the disk before its row was committed.

    Raises:
        AppError: the database is not the embedded one; PostgreSQL has tools of its own.
    """
    source = _database_file(settings)
    made_at = now()
    target = folder / f'motcua-{local(made_at):%Y%m%d-%H%M%S}'
    beside = target.with_suffix(PART)
    shutil.rmtree(beside, ignore_errors=True)
    (beside / FILES).mkdir(parents=True)
    events, keys = _copy_database(source, beside / DATABASE)
    for key in keys:
        name = Path(FILES, key[:2], key[2:4], key)
        try:
            _copy(settings.data_dir / name, beside / name)
        except FileNotFoundError:
            if _is_named(source, key):
                raise  # a file that somebody still counts on is not there: no copy may hide that
    if (settings.data_dir / keyring.FILE).exists():
        _copy(settings.data_dir / keyring.FILE, beside / keyring.FILE)
    hashes = {str(path.relative_to(beside)): sha256(path) for path in _files(beside)}
    manifest = Manifest(made_at.isoformat(), events, hashes)
    (beside / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), 'utf-8')
    _sync(beside)
    beside.replace(target)
    _sync_folder(folder)
    return target


def check(copy: Path) -> Manifest:
    """Return the manifest of a copy whose every byte is as it was.

    Raises:
        AppError: names what is missing or altered.
    """
    try:
        manifest = Manifest(**json.loads((copy / MANIFEST).read_text('utf-8')))
    except (OSError, ValueError, TypeError):
        raise AppError('operations.no_manifest', folder=copy) from None
    for name, expected in manifest.hashes.items():
        path = copy / name
        if not path.is_file() or sha256(path) != expected:
            raise AppError('operations.altered', file=name)
    return manifest


def restore(settings: Settings, copy: Path) -> Manifest:
    """Bring a checked copy into an empty data folder. The caller holds the folder's lock; the secret was put there by hand.

    Raises:
        AppError: the copy is not whole, the folder has a database already, or the secret is not there or another one.
    """
    manifest = check(copy)
    target = _database_file(settings, must_exist=False)
    if target.exists() or any(settings.files_dir.glob('*')):
        raise AppError('operations.not_empty', folder=settings.data_dir)
    if (rings := keyring.read(copy)) and not (_has_secret(settings) and rings.open(settings.master_key)):
        raise AppError('operations.secret_first', folder=settings.data_dir)
    for name in manifest.hashes:
        _copy(copy / name, settings.data_dir / name)
    _sync(settings.data_dir)
    with closing(sqlite3.connect(target)) as database:
        if (
            database.execute('PRAGMA integrity_check').fetchone() != ('ok',)
            or database.execute('PRAGMA foreign_key_check').fetchone()
        ):
            raise AppError('operations.altered', file=DATABASE)
    return manifest


def _has_secret(settings: Settings) -> bool:
    return bool(settings.secret) or (settings.data_dir / 'secret.key').exists()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open('rb') as opened:
        return hashlib.file_digest(opened, 'sha256').hexdigest()


def _database_file(settings: Settings, *, must_exist: bool = True) -> Path:
    if not settings.database.startswith('sqlite'):
        raise AppError('operations.embedded_only')
    file = Path(settings.database.partition(':///')[2])
    if must_exist and not file.exists():
        raise AppError('operations.no_database', folder=settings.data_dir)
    return file


def _copy_database(source: Path, target: Path) -> tuple[int, list[str]]:
    """Write a snapshot of the database; return its number of events and the keys of the files it names."""
    with closing(sqlite3.connect(f'file:{source}?mode=ro', uri=True, timeout=30)) as database:
        database.execute('VACUUM INTO ?', (str(target),))
    with closing(sqlite3.connect(f'file:{target}?mode=ro', uri=True)) as snapshot:
        events = snapshot.execute('SELECT count(*) FROM event').fetchone()[0]
        rows = snapshot.execute("SELECT DISTINCT storage_key FROM attachment WHERE state != 'removed'")
        return events, [row[0] for row in rows]


def _is_named(source: Path, key: str) -> bool:
    """Tell whether the database as it is now still names a file: a paper may be removed while the copy is made."""
    with closing(sqlite3.connect(f'file:{source}?mode=ro', uri=True, timeout=30)) as database:
        still = "SELECT 1 FROM attachment WHERE storage_key = ? AND state != 'removed'"
        return database.execute(still, (key,)).fetchone() is not None


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob('*')) if path.is_file() and path.name != MANIFEST)


def _sync(folder: Path) -> None:
    for path in folder.rglob('*'):
        if path.is_file():
            with path.open('rb') as opened:
                os.fsync(opened.fileno())
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
