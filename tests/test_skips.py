"""A skipped test is said aloud on a person's machine, and fails where CI is set."""

import os
import subprocess
import sys
from pathlib import Path

from app.migrate import ROOT

NO_TESTS = 5

SKIPPING = """
import pytest

@pytest.mark.skip(reason='no such tool')
def test_marked(): pass

@pytest.fixture
def tool(): pytest.skip('no such tool')

def test_by_fixture(tool): pass

@pytest.mark.xfail(reason='known', strict=True)
def test_known(): assert False

def test_good(): pass
"""
PLUGIN = """
from tests.support import skips

def pytest_configure(config):
    config.pluginmanager.register(skips.Skips(forbidden=skips.forbidden()))
"""


def run(folder: Path, code: str, *, ci: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on a file of its own."""
    (folder / 'test_it.py').write_text(code)
    (folder / 'conftest.py').write_text(PLUGIN)
    command = [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--rootdir', str(folder), str(folder)]
    environment = {**os.environ, 'PYTHONPATH': str(ROOT), 'CI': ci}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_person_reads_what_was_skipped_and_why_in_the_last_lines(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPPING, ci='')
    assert done.returncode == 0
    assert done.stdout.endswith('\nSkipped, and why:\n  2 x no such tool\n')


def test_ci_refuses_a_skip(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPPING, ci='true')
    assert done.returncode == 1
    assert 'Nothing may be skipped where CI is set: no such tool' in done.stdout
    assert done.stdout.strip().splitlines()[-1].startswith('1 passed, 1 xfailed, 2 errors')


def test_ci_refuses_a_module_that_skips_itself(tmp_path: Path) -> None:
    done = run(tmp_path, "import pytest\npytest.importorskip('no_such_package')\n", ci='true')
    assert done.returncode not in {0, NO_TESTS}
    assert 'Nothing may be skipped where CI is set: could not import' in done.stdout
