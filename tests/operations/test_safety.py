"""An installation that would expose people does not start, and says in a sentence what to change."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from app.i18n import catalogue
from app.operations.safety import (
    UnsafeSettings,
    refuse_foreign,
    refuse_open_folder,
    refuse_unreadable,
    refuse_unsafe,
)
from app.settings import ENV_FILE, Settings, load

PUBLIC: dict[str, Any] = {'base_url': 'https://motcua.xa.gov.vn'}


@pytest.mark.parametrize(
    ('key', 'unsafe'),
    [
        ('short_secret', {'secret': 'kHg5wqPz9vTn3xRbE7mYcLdJ2sFuA4Q'}),
        ('weak_secret', {'secret': 'ab' * 20}),
        ('weak_secret', {'secret': 'change-me-change-me-change-me-now'}),
        ('short_secret', {'new_secret': 'kHg5wqPz9vTn3xRbE7mYcLdJ2sFuA4Q'}),
        ('short_token', {'metrics_token': 'fifteen letters'}),
        ('open_mail', {'smtp_host': 'smtp.xa.gov.vn', 'smtp_tls': 'none'}),
        ('backup_inside', {'data_dir': 'data', 'backup_dir': 'data/copies'}),
        ('mail_from', {'mail_from': 'Một cửa xã Tân Phú'}),
        ('stamp_roots', {'tsa_url': 'https://tsa.example'}),
        ('stamp_roots_file', {'tsa_ca': '/nowhere/tsa.pem'}),
        ('trusted_roots_file', {'trusted_roots': __file__}),
        ('backup_embedded', {'backup_dir': '/mnt/copies', 'database_url': 'postgresql://db/motcua'}),
        ('any_proxy', {**PUBLIC, 'proxy': '10.0.0.1, ::/0'}),
        ('public_demo', {'demo': True, **PUBLIC}),
        ('public_demo', {'demo': True, 'host': '203.162.4.191'}),
        ('local_address', {'base_url': 'http://localhost:8080', 'host': '0.0.0.0'}),
        ('no_https', {'base_url': 'http://motcua.xa.gov.vn'}),
        ('no_https', {'host': '0.0.0.0'}),
        ('wrong_address', {'base_url': 'https://motcua.xa.gov.vn/mot-cua'}),
        ('wrong_address', {'base_url': 'https://ten:matkhau@motcua.xa.gov.vn'}),
    ],
)
def test_what_would_expose_people_is_refused(key: str, unsafe: dict[str, Any]) -> None:
    with pytest.raises(UnsafeSettings) as refused:
        refuse_unsafe(Settings(**unsafe))
    assert refused.value.key == key
    texts = catalogue()[f'unsafe.{key}']
    assert str(refused.value) == f'{texts["vi"]} / {texts["en"]}'


@pytest.mark.parametrize(
    'safe',
    [
        {},
        {'demo': True},
        {'demo': True, 'host': '192.168.1.20'},
        {'smtp_host': '127.0.0.1', 'smtp_tls': 'none'},
        {**PUBLIC, 'host': '0.0.0.0', 'proxy': '172.18.0.2'},
        {**PUBLIC, 'secret': 'kHg5wqPz9vTn3xRbE7mYcLdJ2sFuA4QX', 'smtp_host': 'smtp.xa.gov.vn', 'backup_dir': '/mnt/x'},
    ],
)
def test_what_is_safe_starts(safe: dict[str, Any]) -> None:
    refuse_unsafe(Settings(**safe))


def test_a_demonstration_on_all_addresses_of_a_public_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = Settings(demo=True, host='0.0.0.0')
    monkeypatch.setattr(socket.socket, 'getsockname', lambda _self: ('10.0.0.7', 1))
    refuse_unsafe(everywhere)
    monkeypatch.setattr(socket.socket, 'getsockname', lambda _self: ('203.162.4.191', 1))
    with pytest.raises(UnsafeSettings):
        refuse_unsafe(everywhere)


def test_what_others_on_the_machine_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / 'data')
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / 'secret.key').touch(0o600)
    refuse_open_folder(settings)
    for path, mode in ((settings.data_dir / 'secret.key', 0o640), (settings.data_dir, 0o755)):
        before = path.stat().st_mode
        path.chmod(mode)
        with pytest.raises(UnsafeSettings, match=f'chmod [67]00 {path}'):
            refuse_open_folder(settings)
        path.chmod(before)


def test_a_file_of_passwords_that_everyone_reads_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / '.env'
    env_file.touch(0o644)
    with_password = Settings(data_dir=tmp_path / 'data', smtp_password='x', **PUBLIC)
    with pytest.raises(UnsafeSettings, match='chmod 600'):
        refuse_open_folder(with_password, env_file)
    refuse_open_folder(Settings(data_dir=tmp_path / 'data', **PUBLIC), env_file)
    env_file.chmod(0o640)
    refuse_open_folder(with_password, env_file)


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ``.env`` of a folder of its own; the one of this machine is not read in tests."""
    monkeypatch.setitem(Settings.model_config, 'env_file', ENV_FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path / '.env'


@pytest.mark.parametrize(
    ('line', 'says'),
    [
        ('MOTCUA_SMTP_TLS=ssl', 'MOTCUA_SMTP_TLS chỉ nhận một trong các giá trị: starttls, tls, none.'),
        ('MOTCUA_DEMO=có', 'MOTCUA_DEMO chỉ nhận một trong các giá trị: 1, 0.'),
        ('MOTCUA_PORT=tám nghìn', 'MOTCUA_PORT phải là một số (≥ 1, ≤ 65535).'),
        ('MOTCUA_PORT=', 'MOTCUA_PORT phải là một số (≥ 1, ≤ 65535).'),
        ('MOTCUA_DISK_RESERVE_MB=-5', 'MOTCUA_DISK_RESERVE_MB phải là một số (≥ 0).'),
        ('MOTCUA_BACKUP_DIRECTORY=/mnt/x', 'Không có cài đặt MOTCUA_BACKUP_DIRECTORY. Có phải là MOTCUA_BACKUP_DIR?'),
        ('motcua_smtp_pasword=x9-secret', 'Không có cài đặt MOTCUA_SMTP_PASWORD. Có phải là MOTCUA_SMTP_PASSWORD?'),
    ],
)
def test_what_cannot_be_read_is_named_with_what_it_may_be_and_never_told(env_file: Path, line: str, says: str) -> None:
    env_file.write_text(f'{line}\n', 'utf-8')
    with pytest.raises(UnsafeSettings) as refused:
        refuse_unreadable()
    assert str(refused.value).startswith(says)
    assert '/' in str(refused.value) and 'x9-secret' not in str(refused.value)


def test_a_misspelled_name_in_the_environment_is_found_and_names_of_others_are_left_alone(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ('MOTCUA_SITE', 'MOTCUA_DOSE', 'MOTCUA_OF_A_LATER_VERSION', 'ANOTHER_BACKUP_DIRECTORY'):
        monkeypatch.setenv(name, '1')
    refuse_unreadable()
    monkeypatch.setenv('MOTCUA_CLAMAD', '/run/clamav/clamd.ctl')
    with pytest.raises(UnsafeSettings, match='MOTCUA_CLAMD'):
        refuse_unreadable()


def test_a_file_as_editors_of_windows_write_it_is_read_and_one_in_another_code_is_refused(env_file: Path) -> None:
    env_file.write_text('MOTCUA_MAIL_FROM=Một cửa <a@xa.vn>\r\nMOTCUA_PORT=8090\r\n', 'utf-8-sig')
    refuse_unreadable()
    assert (load().mail_from, load().port) == ('Một cửa <a@xa.vn>', 8090)
    env_file.write_text('MOTCUA_PORT=8090\n', 'utf-16')
    with pytest.raises(UnsafeSettings, match='UTF-8'):
        refuse_unreadable()


def test_the_folder_of_another_account_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path / 'data')
    refuse_foreign(settings)
    with monkeypatch.context() as closed, pytest.raises(UnsafeSettings, match=f'install -d -o .* {tmp_path}/data'):
        closed.setattr(os, 'access', lambda _path, _mode: False)
        refuse_foreign(settings)
    settings.data_dir.mkdir()
    refuse_foreign(settings)
    monkeypatch.setattr(os, 'geteuid', lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(UnsafeSettings, match='runuser -u') as refused:
        refuse_foreign(settings)
    assert refused.value.key == 'other_account'
