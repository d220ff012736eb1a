"""A PostgreSQL server for the tests: Debian's programs, a folder and a socket of its own, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER = 'postgres'
"""The server refuses to run as root; Debian's package brings this account."""
NEW = ('--auth', 'trust', '--username', OWNER, '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync')
QUICK = ('fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=60', 'shared_buffers=32MB')

EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT format('%I', tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
        IF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    FOR name IN SELECT format('%I', sequencename) FROM pg_sequences WHERE last_value IS NOT NULL
    LOOP
        EXECUTE 'ALTER SEQUENCE ' || name || ' RESTART';
    END LOOP;
END $$
"""
"""Ends what is still connected, then removes the rows of the tables that have any. A new copy would take 0.3 s."""


class Unavailable(Exception):
    """PostgreSQL cannot be started here; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server, reached through the socket in ``folder`` by whoever may enter that folder."""

    programs: Path
    folder: Path

    def url(self, name: str) -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return f'postgresql+asyncpg://{OWNER}@/{name}?host={self.folder}'

    def create(self, name: str) -> None:
        """Make a database without any table."""
        self._run('createdb', '--template', 'template0', name)

    def empty(self, name: str) -> None:
        """Take every row out of a database, whoever is still in it, and start its sequences anew."""
        self._run('psql', '--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--command', EMPTY, name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still in it."""
        self._run('dropdb', '--force', name)

    def _run(self, program: str, *arguments: str) -> None:
        _call([str(self.programs / program), '--host', str(self.folder), '--username', OWNER, *arguments])


def programs() -> Path:
    """Return the folder of the newest PostgreSQL that Debian installed."""
    found = sorted(Path('/usr/lib/postgresql').glob('*/bin/initdb'), key=lambda path: int(path.parts[-3]))
    if not found:
        raise Unavailable('PostgreSQL is not installed (apt install postgresql)')
    return found[-1].parent


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it at the end. Nothing in it outlives the run, so it never waits for the disk."""
    here = programs()
    folder = Path(tempfile.mkdtemp(prefix='motcua-pg-'))
    data = folder / 'data'
    control = [str(here / 'pg_ctl'), '--pgdata', str(data), '--wait', '--silent']
    options = f"-k {folder} -c listen_addresses='' " + ' '.join(f'-c {setting}' for setting in QUICK)
    try:
        _give_to_owner(folder)
        _as_owner(str(here / 'initdb'), *NEW, str(data))
        _as_owner(*control, '--log', str(folder / 'log'), '--options', options, 'start')
        try:
            yield Server(here, folder)
        finally:
            _as_owner(*control, '--mode', 'immediate', 'stop')
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give_to_owner(folder: Path) -> None:
    """As root, hand the folder to the account that will run the server."""
    if os.geteuid() != 0:
        return
    try:
        owner = pwd.getpwnam(OWNER)
    except KeyError as missing:
        raise Unavailable(f'root may not run PostgreSQL and there is no account {OWNER}') from missing
    os.chown(folder, owner.pw_uid, owner.pw_gid)


def _as_owner(*command: str) -> None:
    """Run a program as ourselves, or as the server's account when we are root."""
    _call(['runuser', '-u', OWNER, '--', *command] if os.geteuid() == 0 else list(command))


def _call(command: list[str]) -> None:
    """Run a program that ends by itself; its words are in the error when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd='/',
        check=False,
    )
    if done.returncode:
        raise Unavailable(f'{Path(command[0]).name}: {done.stdout.strip()}')
