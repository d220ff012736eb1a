"""The commands an administrator types."""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import crypto, notifications
from app.cli import cli
from app.clock import local, now
from app.i18n import words
from app.settings import Settings

Command = Callable[..., Result]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, master_key: bytes) -> Iterator[Command]:
    """Carry commands out here: a process for each would take ten times as long."""

    def run(folder: Path, *words: str, **more: str) -> Result:
        with monkeypatch.context() as environment:
            for name, value in {'MOTCUA_DATA_DIR': str(folder), **more}.items():
                environment.setenv(name, value)
            return CliRunner().invoke(cli, words)

    mask = os.umask(0o077)
    yield run
    os.umask(mask)
    crypto.use_master_key(master_key)
    notifications.use_settings(Settings())


def test_a_key_is_changed_a_copy_checked_brought_back_and_a_newer_database_refused(
    command: Command, tmp_path: Path
) -> None:
    folder, copies = tmp_path / 'data', tmp_path / 'copies'
    assert command(folder, 'list-tokens').exit_code == 0
    first = (folder / 'secret.key').read_bytes()

    (copies / 'x').mkdir(parents=True)
    assert command(folder, 'check-backup', str(copies / 'x')).exit_code == 1
    assert command(folder, 'backup', str(copies)).exit_code == 0
    (copy,) = copies.glob('motcua-*')
    said = command(folder, 'check-backup', str(copy)).stdout
    assert 'đầy đủ' in said and words('vi').date(local(now())) in said, 'in words and by the clock of the office'

    rotated = command(folder, 'rotate-key')
    assert rotated.exit_code == 0, rotated.output
    assert (folder / 'secret.key').read_bytes() != first
    assert (folder / 'secret.key.1').read_bytes() == first
    assert stat.S_IMODE((folder / 'secret.key').stat().st_mode) == 0o600
    assert command(folder, 'verify-audit').exit_code == 0

    elsewhere = tmp_path / 'elsewhere'
    elsewhere.mkdir(mode=0o700)
    refused = command(elsewhere, 'restore', str(copy))
    assert (refused.exit_code, (elsewhere / 'motcua.db').exists()) == (1, False)
    (elsewhere / 'secret.key').write_bytes((folder / 'secret.key').read_bytes())
    assert 'secret.key' in command(elsewhere, 'restore', str(copy)).output, (
        'a copy made before opens with the old key only'
    )
    (elsewhere / 'secret.key').write_bytes(first)
    (elsewhere / 'secret.key').chmod(0o600)
    restored = command(elsewhere, 'restore', str(copy))
    assert restored.exit_code == 0, restored.output
    assert command(elsewhere, 'verify-audit').exit_code == 0

    database = sqlite3.connect(elsewhere / 'motcua.db')
    database.execute("UPDATE alembic_version SET version_num = '9999_of_tomorrow'")
    database.commit()
    database.close()
    newer = command(elsewhere, 'list-tokens')
    assert newer.exit_code == 1
    assert 'khôi phục bản sao lưu' in newer.output


def test_a_secret_of_another_folder_and_an_open_folder_stop_every_command(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / 'data'
    assert command(folder, 'create-admin', 'khanh@xa.example').exit_code == 0
    other = command(folder, 'create-admin', 'khanh@xa.example', MOTCUA_SECRET='kHg5wqPz9vTn3xRbE7mYcLdJ2sFuA4QX')
    assert other.exit_code == 1
    assert 'secret.key' in other.output
    (folder / 'secret.key').chmod(0o644)
    read_by_all = command(folder, 'list-tokens')
    assert read_by_all.exit_code == 1
    assert f'chmod 600 {folder}/secret.key' in read_by_all.output


def test_every_command_stops_at_what_it_cannot_read_and_at_a_folder_of_another_account(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = command(tmp_path, 'list-tokens', MOTCUA_SMTP_TLS='ssl')
    assert (wrong.exit_code, wrong.output.startswith('MOTCUA_SMTP_TLS chỉ nhận')) == (1, True)
    for url in ('mysql://x/y', 'postgresql://a:b@127.0.0.1:1/none'):
        away = command(tmp_path / 'data', 'list-tokens', MOTCUA_DATABASE_URL=url)
        assert (away.exit_code, away.output.startswith('Không mở được cơ sở dữ liệu')) == (1, True), away.output
    monkeypatch.setattr(os, 'geteuid', lambda: tmp_path.stat().st_uid + 1)
    for said in (
        ('backup', 'x'),
        ('restore', 'x'),
        ('verify-audit',),
        ('create-admin', 'a@xa.example'),
        ('rotate-key',),
    ):
        refused = command(tmp_path, *said)
        assert (refused.exit_code, 'runuser -u' in refused.output) == (1, True), said
    assert list(tmp_path.iterdir()) == [tmp_path / 'data']
    assert 'runuser' not in command(tmp_path, 'check-backup', 'x').output
