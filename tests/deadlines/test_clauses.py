"""The check of the clock clause by clause names only what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / 'docs/clock.md').read_text('utf-8')
NAMED = sorted(set(re.findall(r'`([\w./-]+\.(?:py|yaml|md))(?:::(\w+))?', TEXT)))


def test_enough_is_named() -> None:
    assert len(NAMED) > 100


@pytest.mark.parametrize('folder', ['app', 'tests'])
def test_every_place_that_the_check_names_exists(folder: str) -> None:
    missing = [f'{path}::{name}' for path, name in NAMED if path.startswith(folder) and not _is_there(path, name)]
    assert not missing


def _is_there(path: str, name: str) -> bool:
    file = ROOT / path
    if not file.is_file():
        return False
    return not name or bool(
        re.search(rf'(def|class) {name}\b|^\s*{name}\b.* = ', file.read_text('utf-8'), re.MULTILINE)
    )
