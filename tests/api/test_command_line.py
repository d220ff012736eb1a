"""Making, listing and ending tokens on the command line, while nothing serves."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.api_tokens.rules import SCOPES
from app.db import close_database, lock_folder, open_database
from models.types import new_id
from tests.api.house import Program
from tests.support.world import World

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only: its file lies in the data folder."""
    return 'sqlite'


async def command(folder: Path, master_key: bytes, *words: str) -> 'subprocess.CompletedProcess[str]':
    """Run one command on the folder, with the keys of the tests."""
    env = {**os.environ, 'MOTCUA_DATA_DIR': str(folder), 'MOTCUA_SECRET': master_key.decode()}
    run = [sys.executable, 'main.py', *words]
    return await asyncio.to_thread(
        subprocess.run, run, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=60
    )


async def test_a_token_is_made_shown_once_listed_and_ended(
    world: World, guest: Program, tmp_path: Path, database_url: str, master_key: bytes
) -> None:
    await close_database()
    scopes = ','.join(SCOPES)
    made = await command(
        tmp_path, master_key, 'create-token', 'Máy quét', '--scopes', scopes, '--account', world.binh.email or ''
    )
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert token.startswith('mct_') and token not in made.stderr and 'Máy quét' in made.stderr
    listed = await command(tmp_path, master_key, 'list-tokens')
    assert token not in listed.stdout
    token_id, name, account, *_ = listed.stdout.split('\t')
    assert (name, account) == ('Máy quét', world.binh.name)
    await open_database(database_url)
    program = Program(guest.http, token)
    assert (await program.ok('GET', '/desk/dossiers'))['total'] == 0
    await close_database()
    assert (await command(tmp_path, master_key, 'revoke-token', token_id)).returncode == 0
    await open_database(database_url)
    assert (await program.call('GET', '/desk/dossiers')).status_code == 401


def test_no_id_is_read_as_an_option() -> None:
    assert not any(new_id().startswith('-') for _ in range(2_000))


async def test_what_cannot_be_made_is_said_in_a_sentence(world: World, tmp_path: Path, master_key: bytes) -> None:
    await close_database()
    with lock_folder(tmp_path):
        busy = await command(tmp_path, master_key, 'create-token', 'x', '--scopes', 'dossier:read', '--unit', 'H55.242')
    assert busy.returncode == 1 and busy.stdout == '' and 'Another process' in busy.stderr
    assert 'Traceback' not in busy.stderr and 'never awaited' not in busy.stderr
    wrong = await command(tmp_path, master_key, 'create-token', 'x', '--scopes', 'person:manage', '--unit', 'H55.242')
    assert wrong.returncode == 1 and wrong.stdout == '' and '«person:manage»' in wrong.stderr
