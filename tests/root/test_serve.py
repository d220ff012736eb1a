"""The front door: a real process that starts, holds its folder, and stops when told."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[2]


def settings(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith('MOTCUA_')}
    return {**kept, 'MOTCUA_DATA_DIR': str(folder), **more}


def command(folder: Path, *words: str, **more: str) -> 'subprocess.CompletedProcess[str]':
    run = [sys.executable, 'main.py', *words]
    return subprocess.run(run, cwd=REPOSITORY, env=settings(folder, **more), capture_output=True, text=True, timeout=60)


@contextmanager
def serving(folder: Path, **more: str) -> Iterator[tuple['subprocess.Popen[bytes]', str]]:
    """Run the service as ``python main.py`` does, and wait until it answers."""
    port = free_port()
    url, log = f'http://127.0.0.1:{port}', folder.with_suffix('.log')
    environment = settings(folder, MOTCUA_PORT=str(port), **more)
    with log.open('w') as out:
        process = subprocess.Popen([sys.executable, 'main.py'], cwd=REPOSITORY, env=environment, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                httpx.get(url + '/healthz', timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None, log.read_text('utf-8')
                assert time.monotonic() < deadline, log.read_text('utf-8')
                time.sleep(0.1)
        yield process, url
    finally:
        process.kill()
        process.wait(20)


@pytest.fixture(scope='module')
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp('serve') / 'data'
    with serving(folder) as (_, url):
        yield folder, url


def test_a_fresh_folder_becomes_an_installation_with_a_secret_of_its_own(service: tuple[Path, str]) -> None:
    folder, url = service
    assert httpx.get(url + '/readyz').json()['status'] == 'ready'
    assert httpx.get(url + '/').status_code == 200
    assert stat.S_IMODE((folder / 'secret.key').stat().st_mode) == 0o600
    assert (folder / 'motcua.db').exists()


def test_a_second_process_does_not_get_the_folder(service: tuple[Path, str]) -> None:
    for words in ([], ['load-catalogue']):
        second = command(service[0], *words, MOTCUA_PORT='1')
        assert second.returncode == 1
        assert str(service[0]) in second.stderr
        assert 'Traceback' not in second.stderr


def test_a_link_for_the_first_administrator_is_made_while_it_serves(service: tuple[Path, str]) -> None:
    printed = command(service[0], 'create-admin', 'binh@xa.vn')
    assert printed.stdout.startswith('http://127.0.0.1:8080/dat-mat-khau/')


def test_no_answer_names_the_server(service: tuple[Path, str]) -> None:
    assert 'server' not in httpx.get(service[1] + '/healthz').headers


def test_it_ends_soon_when_told_to(tmp_path: Path) -> None:
    with serving(tmp_path / 'data') as (process, url):
        with httpx.Client(base_url=url) as http:
            http.get('/')
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        assert time.monotonic() - begun < 10
    log = (tmp_path / 'data.log').read_text('utf-8')
    assert '"message": "stopped"' in log
    assert '"level": "error"' not in log


def test_settings_that_would_expose_people_stop_the_start(tmp_path: Path) -> None:
    unsafe = command(tmp_path / 'data', MOTCUA_BASE_URL='http://motcua.xa.gov.vn')
    assert unsafe.returncode == 1
    assert 'https://' in unsafe.stderr
    assert not (tmp_path / 'data' / 'motcua.db').exists()


def test_a_broken_catalogue_is_named_and_nothing_is_loaded(tmp_path: Path) -> None:
    (tmp_path / 'catalogue').mkdir()
    (tmp_path / 'catalogue' / 'broken.yaml').write_text('id: [', 'utf-8')
    refused = command(tmp_path / 'data', 'load-catalogue', str(tmp_path / 'catalogue'))
    assert refused.returncode == 1
    assert 'broken.yaml' in refused.stderr


def test_the_page_of_settings_lists_each_of_them(tmp_path: Path) -> None:
    page = command(tmp_path, 'settings-doc').stdout
    for name in ('HOST', 'PORT', 'DATA_DIR', 'BASE_URL', 'SECRET', 'DEMO', 'DATABASE_URL', 'MAIL_FROM', 'SMTP_HOST'):
        assert f'`MOTCUA_{name}`' in page
