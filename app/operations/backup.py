"""Copy the installation while it serves, and bring a copy back. Keys are never part of a copy: keep them apart.

A folder of copies holds one small folder for each (the database as it was, and a list of hashes) and, shared by all,
``files/``: each stored file once, encrypted as it lies, under a name that tells its hash. So a copy costs the database
and what was filed since the one before.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from app import crypto, disk, keyring, storage
from app.clock import local, now
from app.errors import AppError
from app.settings import Settings

DATABASE = 'motcua.db'
FILES = 'files'
MANIFEST = 'manifest.json'
PART = '.part'
"""What a copy is called until it is whole."""
_LOCK = '.lock'
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a copy holds: SHA-256 of the database and of the ring of keys, how many events and stored files."""

    made_at: str
    events: int
    files: int
    seconds: float
    """How long the database took; the files of a first copy take their time once."""
    hashes: dict[str, str]
    gone: list[str]
    """Stored files that were removed for good while the copy was made."""

    @property
    def moment(self) -> datetime:
        """When it was made; it holds everything up to then."""
        return datetime.fromisoformat(self.made_at)


@dataclass(frozen=True, order=True)
class Stored:
    """One stored file that a database names; sealed anew it is another one."""

    key_id: str
    key: str

    @property
    def place(self) -> Path:
        """Where it lies among the files of all copies."""
        return Path(self.key_id, self.key[:2])


class CopyRunning(AppError):
    """Another copy into the same folder is being made."""


def backup(settings: Settings, folder: Path) -> Path:
    """Copy database and files into a new folder below ``folder`` and return it; it appears whole or not at all.

    The database is copied first: every file that it names was on the disk before its row was committed.

    Raises:
        CopyRunning: one at a time. AppError: the database is not the embedded one; PostgreSQL has tools of its own.
    """
    source, begun, made_at = _database_file(settings), time.monotonic(), now()
    target = folder / f'motcua-{local(made_at):%Y%m%d-%H%M%S}'
    beside = target.with_suffix(PART)
    with alone(folder):
        try:
            _remove_parts(folder)
            beside.mkdir()
            events = _copy_database(source, beside / DATABASE)
            seconds = round(time.monotonic() - begun, 1)
            files, gone = _add_files(settings, source, beside / DATABASE, folder / FILES)
            if (settings.data_dir / keyring.FILE).exists():
                shutil.copyfile(settings.data_dir / keyring.FILE, beside / keyring.FILE)
            hashes = {path.name: sha256(path) for path in sorted(beside.iterdir())}
            manifest = Manifest(made_at.isoformat(), events, files, seconds, hashes, gone)
            (beside / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), 'utf-8')
            _sync(beside)
            beside.replace(target)
            disk.sync_folder(folder)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    return target


def read_manifest(copy: Path) -> Manifest:
    """Return what a copy says of itself. Raises AppError.

    It names the database, perhaps the ring of keys, and nothing else: it may come from elsewhere, and what it names is
    written into the data folder.
    """
    try:
        manifest = Manifest(**json.loads((copy / MANIFEST).read_text('utf-8')))
        if not {DATABASE} <= manifest.hashes.keys() <= {DATABASE, keyring.FILE}:
            raise ValueError('names')
    except (OSError, ValueError, TypeError, AttributeError):
        raise AppError('operations.no_manifest', folder=copy) from None
    return manifest


def check(copy: Path) -> Manifest:
    """Return the manifest of a copy whose every byte is as it was.

    Raises:
        AppError: names what is missing or altered.
    """
    manifest = read_manifest(copy)
    for name, expected in manifest.hashes.items():
        path = copy / name
        if not path.is_file() or sha256(path) != expected:
            raise AppError('operations.altered', file=name)
    for stored, file in _files_of(copy):
        if stored.key not in manifest.gone and (file is None or sha256(file) != file.suffix[1:]):
            raise AppError('operations.altered', file=f'{FILES}/{stored.place / stored.key}')
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
    for stored, path in _files_of(copy):
        if path is not None:
            home = storage.place(settings.files_dir, stored.key)
            home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(path, home)
    for name in manifest.hashes:
        shutil.copyfile(copy / name, settings.data_dir / name)
    _sync(settings.data_dir)
    with closing(sqlite3.connect(target)) as database:
        if (
            database.execute('PRAGMA integrity_check').fetchone() != ('ok',)
            or database.execute('PRAGMA foreign_key_check').fetchone()
        ):
            raise AppError('operations.altered', file=DATABASE)
    return manifest


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder of copies for this process; made when missing. Raises CopyRunning."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / _LOCK).open('a') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CopyRunning('operations.copy_running', folder=folder) from None
        yield


def remove(copy: Path) -> None:
    """Remove a copy; cut off, what is left of it no longer looks like one."""
    shutil.rmtree(copy.replace(copy.with_suffix(PART)))


def sweep(folder: Path, copies: Iterable[Path]) -> int:
    """Remove stored files that no copy names any more, such as erased papers. Returns how many.

    Raises:
        CopyRunning: a copy is being made; its files are not named yet.
    """
    removed = 0
    with alone(folder):
        opened = [_snapshot(copy / DATABASE) for copy in copies]
        try:
            for path in (folder / FILES).glob('*/*/*'):
                named = path.suffix != PART and any(_names(each, path) for each in opened)
                if not named:
                    path.unlink()
                    removed += 1
        finally:
            for each in opened:
                each.close()
    return removed


def _names(snapshot: sqlite3.Connection, path: Path) -> bool:
    query = "SELECT 1 FROM attachment WHERE storage_key = ? AND coalesce(key_id, ?) = ? AND state != 'removed'"
    return snapshot.execute(query, (path.stem, crypto.FIRST_KEY, path.parts[-3])).fetchone() is not None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open('rb') as opened:
        return hashlib.file_digest(opened, 'sha256').hexdigest()


def _has_secret(settings: Settings) -> bool:
    return bool(settings.secret) or (settings.data_dir / 'secret.key').exists()


def _database_file(settings: Settings, *, must_exist: bool = True) -> Path:
    if not settings.database.startswith('sqlite'):
        raise AppError('operations.embedded_only')
    file = Path(settings.database.partition(':///')[2])
    if must_exist and not file.exists():
        raise AppError('operations.no_database', folder=settings.data_dir)
    return file


def _copy_database(source: Path, target: Path) -> int:
    """Write a snapshot of the database, without what was erased; return its number of events."""
    with closing(sqlite3.connect(f'file:{source}?mode=ro', uri=True, timeout=30)) as database:
        database.execute('VACUUM INTO ?', (str(target),))
    with closing(_snapshot(target)) as snapshot:
        return int(snapshot.execute('SELECT count(*) FROM event').fetchone()[0])


def _snapshot(database: Path) -> sqlite3.Connection:
    """Open a database that nobody writes to."""
    return sqlite3.connect(f'file:{database}?mode=ro&immutable=1', uri=True)


def _stored(database: Path) -> Iterator[Stored]:
    """Give every stored file that a database names, in order."""
    query = "SELECT DISTINCT coalesce(key_id, ?), storage_key FROM attachment WHERE state != 'removed' ORDER BY 1, 2"
    with closing(_snapshot(database)) as snapshot:
        yield from (Stored(*row) for row in snapshot.execute(query, (crypto.FIRST_KEY,)))


def _found(database: Path, files: Path) -> Iterator[tuple[Stored, Path | None]]:
    """Give every stored file that a database names, and where it lies among the copied ones, if it does."""
    for place, wanted in groupby(_stored(database), key=lambda one: one.place):
        folder = files / place
        there = {name[:-65]: name for name in os.listdir(folder)} if folder.is_dir() else {}
        for one in wanted:
            yield one, folder / there[one.key] if one.key in there else None


def _files_of(copy: Path) -> Iterator[tuple[Stored, Path | None]]:
    return _found(copy / DATABASE, copy.parent / FILES)


def _add_files(settings: Settings, source: Path, snapshot: Path, files: Path) -> tuple[int, list[str]]:
    """Copy those stored files that are not there yet; return how many are, and which were removed meanwhile."""
    count, gone, folders = 0, list[str](), {files}
    for one, there in _found(snapshot, files):
        count += 1
        if there is not None:
            continue
        folder = files / one.place
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _copy_file(storage.place(settings.files_dir, one.key), folder)
        except FileNotFoundError:
            if _is_named(source, one.key):
                raise  # a file that somebody still counts on is not there: no copy may hide that
            count -= 1
            gone.append(one.key)
        folders |= {folder, folder.parent}
    for folder in folders:
        folder.mkdir(exist_ok=True)
        disk.sync_folder(folder)
    return count, gone


def _copy_file(source: Path, folder: Path) -> None:
    """Copy a stored file to ``NAME.SHA-256``, flushed to the disk."""
    digest, part = hashlib.sha256(), folder / (source.name + PART)
    with source.open('rb') as read, part.open('wb') as out:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder / f'{source.name}.{digest.hexdigest()}')


def _is_named(source: Path, key: str) -> bool:
    """Tell whether the database as it is now still names a file: a paper may be removed while the copy is made."""
    with closing(sqlite3.connect(f'file:{source}?mode=ro', uri=True, timeout=30)) as database:
        still = "SELECT 1 FROM attachment WHERE storage_key = ? AND state != 'removed'"
        return database.execute(still, (key,)).fetchone() is not None


def _remove_parts(folder: Path) -> None:
    """Remove what copies that were cut off left behind; nobody else makes one now."""
    for part in folder.glob(f'motcua-*{PART}'):
        shutil.rmtree(part)


def _sync(folder: Path) -> None:
    for path in folder.rglob('*'):
        if path.is_file():
            with path.open('rb') as opened:
                os.fsync(opened.fileno())
        else:
            disk.sync_folder(path)
    disk.sync_folder(folder)
