"""What the service rests on: new enough, held by hashes, and fetched from wherever the reader's own tools fetch."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from app.migrate import ROOT

FLOORS = {
    'nicegui': '3.12',
    'starlette': '1.3.1',
    'python-multipart': '0.0.30',
    'aiosmtplib': '5.1.2',
    'python-engineio': '4.13.2',
    'python-socketio': '5.14',
}
"""Below these a known hole is open."""
RUN, DEV = 'requirements.lock', 'requirements-dev.lock'
PIN = re.compile(
    r'^([A-Za-z0-9._-]+)==([^\s;]+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)', re.MULTILINE
)
HOSTS = re.compile(
    r'pypi\.org|pythonhosted\.|registry\.npm|npmjs\.|(?:deb|security)\.debian\.|--(?:extra-)?index-url|--find-link[s]'
)
MACHINE = re.compile(r'(?<![\w.*}])/(?:work|root|tmp|home)/\w')
NOT_OURS = {'data', 'node_modules', 'wheels'}


@cache
def pins(lock: str) -> dict[str, str]:
    """Name and version of everything a lock installs."""
    return {canonicalize_name(found[1]): found[2] for found in PIN.finditer((ROOT / lock).read_text('utf-8'))}


def ranges(file: str) -> Iterator[Requirement]:
    """What a requirements file asks for, with the files it includes."""
    for line in (ROOT / file).read_text('utf-8').splitlines():
        wanted = line.partition('#')[0].strip()
        if wanted.startswith('-r '):
            yield from ranges(wanted.removeprefix('-r '))
        elif wanted:
            yield Requirement(wanted)


def our_files() -> Iterator[Path]:
    """Every file of the repository, without what tools and the service leave beside it."""
    for top in ROOT.iterdir():
        if top.is_file() and not top.name.startswith('.env'):
            yield top
        elif top.name not in NOT_OURS and (not top.name.startswith('.') or top.name == '.ci'):
            yield from (file for file in top.rglob('*') if file.is_file() and file.suffix != '.pyc')


@pytest.mark.parametrize('name', FLOORS)
def test_no_package_is_below_its_floor(name: str) -> None:
    assert Version(version(name)) >= Version(FLOORS[name])
    assert Version(pins(RUN)[name]) >= Version(FLOORS[name])


def test_passlib_is_libpass() -> None:
    assert set(packages_distributions()['passlib']) == {'libpass'}
    assert 'passlib' not in pins(RUN).keys() | pins(DEV).keys()


@pytest.mark.parametrize('lock', [RUN, DEV])
def test_every_line_of_a_lock_is_a_pin_with_hashes(lock: str) -> None:
    rest = PIN.sub('', (ROOT / lock).read_text('utf-8'))
    assert [line for line in rest.splitlines() if line and not line.startswith('#')] == []


@pytest.mark.parametrize(('file', 'lock'), [('requirements.txt', RUN), ('requirements-dev.txt', DEV)])
def test_the_lock_holds_what_the_ranges_ask_for(file: str, lock: str) -> None:
    asked = list(ranges(file))
    assert len(asked) > 15
    for wanted in asked:
        assert wanted.specifier.contains(pins(lock)[canonicalize_name(wanted.name)]), wanted


def test_tests_run_on_the_very_versions_that_serve() -> None:
    assert pins(RUN).items() <= pins(DEV).items()
    assert not {'asyncpg', 'pytest', 'ruff'} & pins(RUN).keys()


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for file in our_files():
        try:
            text = file.read_text('utf-8')
        except UnicodeDecodeError:
            continue
        found += [f'{file.relative_to(ROOT)}: {hit[0]}' for look in (HOSTS, MACHINE) for hit in look.finditer(text)]
    assert found == []
