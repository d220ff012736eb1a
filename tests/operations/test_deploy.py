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
