"""What the code must not contain: dangerous calls outside listed files, secrets, anything a security linter names."""

import re
import subprocess
import sys
from pathlib import Path

from tests.guarantees.recording import Guarantee

PROMISE = 'G21'
ROOT = Path(__file__).parents[2]
OURS = ('app', 'components', 'models', 'pages', 'scripts', 'main.py')
LISTED: dict[str, set[str]] = {
    r'sanitize\s*=\s*False': {'components/markup.py'},  # shows Markup alone, which escapes what it is filled with
    r'\brun_javascript\(': {'components/toast.py', 'pages/officer/sheet.py'},  # arguments as JSON; a literal
    r'\badd_(head|body)_html\(|\badd_css\(': {'components/frame.py', 'pages/shell.py'},  # templates; a literal
    r'\bui\.(html|markdown)\(': set(),
    r'\|\s*safe\b': {'components/plain/account/enrol.html'},  # a picture drawn by the library from squares
    r'autoescape\s*=\s*False': set(),
    r'\bMarkup\((?![\'")])': {
        'components/charts.py',
        'components/icons.py',  # our own drawings
        'components/markup.py',  # a template is always a literal
        'components/qr.py',  # drawn by the library
        'components/templating.py',  # a rendered template; addresses made links after escaping
    },
    r'(?<!unsafe-)\b(eval|exec)\(|\b(pickle|marshal)\b|\bos\.system\b|shell\s*=\s*True': set(),
    r'verify\s*=\s*False|check_hostname\s*=\s*False|CERT_NONE': set(),
}
"""Dangerous calls, and the files that were looked at and may hold them."""
SECRETS = (
    r'-----BEGIN [A-Z ]*PRIVATE KEY-----',
    r'\bAKIA[0-9A-Z]{16}\b',
    r'\bgh[pousr]_[A-Za-z0-9]{30,}',
    r'(?i)\b(password|passwd|secret|token|api_key)\s*=\s*[\'"][A-Za-z0-9+/=_-]{20,}[\'"]',
)
PLANTED = (
    """import os, pickle\nos.system('x')\npickle.loads(b'')\nassert True\n""",
    'password = "abcdefghijklmnopqrstuvwx"',
)
"""What each check must find, so that it is seen to look."""


def sources(*endings: str) -> list[Path]:
    """Return our own files."""
    found = [ROOT / name for name in OURS if (ROOT / name).is_file()]
    for name in OURS:
        found += [path for path in (ROOT / name).rglob('*') if path.suffix in endings]
    return sorted(path for path in found if '__pycache__' not in path.parts)


def where(pattern: str, files: list[Path]) -> set[str]:
    """Return the files that hold a pattern outside a comment."""
    return {
        str(path.relative_to(ROOT))
        for path in files
        if any(re.search(pattern, line.partition('# ')[0]) for line in path.read_text('utf-8').splitlines())
    }


def linted(*arguments: str, given: str | None = None) -> 'subprocess.CompletedProcess[str]':
    command = [sys.executable, '-m', 'ruff', 'check', '--isolated', '--no-cache', '--select', 'S', *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, input=given, check=False)


def test_dangerous_calls_stand_only_where_they_were_looked_at(guarantee: Guarantee) -> None:
    files = sources('.py', '.html')
    found = {pattern: where(pattern, files) for pattern in LISTED}
    assert found == LISTED
    assert any(re.search(pattern, PLANTED[0]) for pattern in LISTED)
    guarantee(
        PROMISE,
        happened=len(files),
        unit=f'files searched for {len(LISTED)} dangerous calls',
        fault='each pattern is shown to find a planted one',
        outcome=f'found only in {sum(map(len, LISTED.values()))} listed places',
    )


def test_a_security_linter_finds_nothing(guarantee: Guarantee) -> None:
    assert linted('-', '--stdin-filename', 'x.py', given=PLANTED[0]).returncode == 1
    done = linted(*OURS, '--ignore', 'S603')
    assert done.returncode == 0, done.stdout[-3000:]
    guarantee(
        PROMISE,
        happened=len(sources('.py')),
        unit='files through the rules S (bandit)',
        fault='a planted os.system and pickle.loads are found',
        outcome='nothing in ours',
    )


def test_no_secret_lies_in_the_repository(guarantee: Guarantee) -> None:
    assert any(re.search(pattern, PLANTED[1]) for pattern in SECRETS)
    files = sources('.py', '.html', '.yaml', '.yml', '.toml', '.js', '.css', '.sh', '.conf', '.service', '.md')
    assert {pattern: where(pattern, files) for pattern in SECRETS} == {pattern: set() for pattern in SECRETS}
    names = {path.name for path in ROOT.iterdir()}
    assert '.env' in (ROOT / '.gitignore').read_text('utf-8').split() or '.env' not in names
    guarantee(
        PROMISE,
        happened=len(files),
        unit='files searched for keys, tokens and passwords',
        fault='a planted password is found',
        outcome='none',
    )
