"""What we ship to run Motcua by is understood by the programs it is for."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import pages

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / 'deploy'


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f'{name} is not installed')
    return found


def test_caddy_takes_the_proxy_configuration(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        'MOTCUA_SITE': 'motcua.xa.gov.vn',
        'XDG_DATA_HOME': str(tmp_path),
        'HOME': str(tmp_path),
    }
    run = [program('caddy'), 'validate', '--adapter', 'caddyfile', '--config', str(DEPLOY / 'Caddyfile')]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert 'not formatted' not in done.stderr


def test_the_proxy_lets_through_the_largest_body_that_an_address_takes() -> None:
    """Else a browser is cut off without a word, and what was typed is lost."""
    text = (DEPLOY / 'Caddyfile').read_text('utf-8')
    sizes = {name: int(size) * 10**6 for name, size in re.findall(r'request_body (@\w+) \{\s*max_size (\d+)MB', text)}
    for path, size in pages.collect().body_limits.items():
        assert size <= sizes['@photographs' if path == '/phan-anh' else '@others'], path


def test_systemd_takes_the_unit_and_finds_it_well_closed(tmp_path: Path) -> None:
    """The interpreter's place is not there on this machine; everything else is the shipped file."""
    unit = tmp_path / 'motcua.service'
    text = (DEPLOY / 'motcua.service').read_text('utf-8').replace('/opt/motcua/.venv/bin/python', '/bin/true')
    unit.write_text(text, 'utf-8')
    done = subprocess.run(
        [program('systemd-analyze'), 'verify', '--man=no', str(unit)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, '')
    judged = subprocess.run(
        [program('systemd-analyze'), 'security', '--offline=true', '--threshold=20', str(unit)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout[-200:]


def test_the_container_gets_every_folder_that_the_service_is_made_of() -> None:
    lines = (DEPLOY / 'Containerfile').read_text('utf-8').splitlines()
    copied = {line.split()[1] for line in lines if line.startswith('COPY ') and '--from' not in line}
    shipped = {path.name for path in REPOSITORY.iterdir() if path.is_dir() and any(path.glob('*.py'))}
    assert {'app', 'components', 'models', 'pages'} <= copied
    assert shipped - copied <= {'tests', 'scripts'}
    let_in = {line[1:] for line in (REPOSITORY / '.dockerignore').read_text('utf-8').split() if line.startswith('!')}
    assert {
        path for line in lines if line.startswith('COPY ') and '--from' not in line for path in line.split()[1:-1]
    } <= let_in


def test_commands_run_with_the_account_the_settings_and_the_folders_of_the_service(tmp_path: Path) -> None:
    """Settings are read as systemd reads them: what a shell would take for its own stays what it is."""
    settings, stubs, program = tmp_path / 'env', tmp_path / 'stubs', tmp_path / 'program'
    settings.write_text(
        '# a remark\nMOTCUA_MAIL_FROM=Một cửa <a@xa.vn>\nMOTCUA_SMTP_PASSWORD=a$(id)`id` "b #c=\n'
        'MOTCUA_SMTP_USER="motcua"\nPATH=/nowhere\nMOTCUA_BACKUP_DIR=/mnt/copies',
        'utf-8',
    )
    for path, text in (
        (stubs / 'runuser', '#!/bin/sh\n[ "$1 $2 $3" = "-u motcua --" ] || exit 9\nshift 3\nexec "$@"\n'),
        (program / '.venv/bin/python', '#!/bin/sh\npwd\nprintf "%s\\n" "$@"\nenv | grep ^MOTCUA | sort\n'),
    ):
        path.parent.mkdir(parents=True)
        path.write_text(text, 'utf-8')
        path.chmod(0o755)
    script = tmp_path / 'motcua'
    shipped = (DEPLOY / 'motcua').read_text('utf-8')
    script.write_text(shipped.replace('/opt/motcua', str(program)).replace('/etc/motcua/env', str(settings)), 'utf-8')
    environment = {'PATH': f'{stubs}:{os.environ["PATH"]}', 'LANG': 'C.UTF-8'}
    done = subprocess.run(
        ['/bin/sh', str(script), 'backup', '/mnt/a b'], env=environment, capture_output=True, text=True, timeout=20
    )
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.splitlines() == [
        str(program), 'main.py', 'backup', '/mnt/a b',
        'MOTCUA_BACKUP_DIR=/mnt/copies', 'MOTCUA_DATA_DIR=/var/lib/motcua', 'MOTCUA_MAIL_FROM=Một cửa <a@xa.vn>',
        'MOTCUA_SMTP_PASSWORD=a$(id)`id` "b #c=', 'MOTCUA_SMTP_USER=motcua',
    ]  # fmt: skip


def test_the_unit_and_the_commands_speak_of_the_same_folders() -> None:
    unit, script = ((DEPLOY / name).read_text('utf-8') for name in ('motcua.service', 'motcua'))
    for words in ('/etc/motcua/env', 'MOTCUA_DATA_DIR=/var/lib/motcua', 'MOTCUA_BACKUP_DIR=/var/backups/motcua'):
        assert words in unit and words in script, words
    assert 'User=motcua' in unit and 'account=motcua' in script and os.access(DEPLOY / 'motcua', os.X_OK)
