"""What is installed is what the lock names: without a network from a folder of wheels, and listed in the bill of materials."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.bom import bill

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, a lock of one package, and a folder of wheels with that package."""
    (tmp_path / 'scripts').mkdir()
    (tmp_path / 'wheels').mkdir()
    shutil.copy(REPOSITORY / 'scripts' / 'install', tmp_path / 'scripts' / 'install')
    wheel = tmp_path / 'wheels' / 'lantern-1.0-py3-none-any.whl'
    info = 'lantern-1.0.dist-info'
    parts = {
        'lantern.py': 'LIGHT = 1\n',
        f'{info}/METADATA': 'Metadata-Version: 2.1\nName: lantern\nVersion: 1.0\n',
        f'{info}/WHEEL': 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    }
    sums = {
        name: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=')
        for name, text in parts.items()
    }
    record = ''.join(f'{name},sha256={sums[name].decode()},{len(text)}\n' for name, text in parts.items())
    with zipfile.ZipFile(wheel, 'w') as out:
        for name, text in {**parts, f'{info}/RECORD': f'{record}{info}/RECORD,,\n'}.items():
            out.writestr(name, text)
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (tmp_path / 'requirements.lock').write_text(f'lantern==1.0 \\\n    --hash=sha256:{found}\n')
    shutil.copy(tmp_path / 'requirements.lock', tmp_path / 'wheels' / 'requirements.lock')
    return tmp_path


def install(folder: Path) -> 'subprocess.CompletedProcess[str]':
    """Run the script where no index answers, with pip alone."""
    tools = folder / 'tools'
    tools.mkdir(exist_ok=True)
    for name in ('sh', 'dirname', 'cmp', 'cp', 'rm', 'mkdir'):
        link = tools / name
        if not link.exists():
            link.symlink_to(shutil.which(name) or '/nowhere')
    environment = {
        'PATH': str(tools),
        'PYTHON': getattr(sys, '_base_executable', sys.executable),
        'HOME': str(folder), 'PIP_INDEX_URL': 'http://127.0.0.1:9/', 'PIP_RETRIES': '0',
        'PIP_NO_CACHE_DIR': '1', 'LANG': os.environ.get('LANG', 'C.UTF-8'),
    }  # fmt: skip
    run = ['/bin/sh', str(folder / 'scripts' / 'install'), 'requirements.lock']
    return subprocess.run(run, env=environment, capture_output=True, text=True, timeout=110)


def test_a_folder_of_wheels_is_enough_and_nothing_else_is_asked(checkout: Path) -> None:
    wheel, spare = checkout / 'wheels' / 'lantern-1.0-py3-none-any.whl', checkout / 'spare'
    shutil.copy(wheel, spare)
    with zipfile.ZipFile(wheel, 'a') as out:
        out.writestr('extra.py', 'DARK = 1\n')
    altered = install(checkout)
    assert altered.returncode != 0
    assert 'hash' in altered.stderr.lower(), 'a wheel that was altered is refused'

    spare.replace(wheel)
    done = install(checkout)
    assert done.returncode == 0, done.stderr
    assert 'without a network' in done.stderr
    (installed,) = (checkout / '.venv').rglob('lantern.py')

    for left in (installed, *installed.parent.glob('lantern-1.0.dist-info')):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    (checkout / '.venv/.requirements.lock').unlink()
    (checkout / 'wheels/requirements.lock').write_text('for another lock')
    assert install(checkout).returncode != 0, 'a folder for another lock is not used, and there is no network here'


def test_the_bill_of_materials_names_everything_that_the_lock_installs() -> None:
    lock = (REPOSITORY / 'requirements.lock').read_text('utf-8')
    pinned = {(name.lower(), version) for name, version in re.findall(r'^([A-Za-z0-9._-]+)==([^\s;]+)', lock, re.M)}
    body = json.loads(bill())
    listed = {(part['name'], part['version']) for part in body['components'] if part['type'] == 'library'}
    assert listed == {(re.sub(r'[-_.]+', '-', name), version) for name, version in pinned}
    assert all(part['externalReferences'][0]['hashes'] for part in body['components'] if part['type'] == 'library')
    assert 'pkg:pypi/nicegui@' in str(body['dependencies'][0]['dependsOn'])


def test_the_bill_of_materials_has_the_shape_that_cyclonedx_asks_for() -> None:
    body = json.loads(bill())
    assert (body['bomFormat'], body['specVersion'], body['version']) == ('CycloneDX', '1.6', 1)
    assert re.fullmatch(r'urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', body['serialNumber'])
    refs = [part['bom-ref'] for part in body['components']]
    assert len(refs) == len(set(refs))
    assert set(body['dependencies'][0]['dependsOn']) <= set(refs)
    assert bill() == bill()
