"""What a screen does by itself keeps no session alive: whoever left it open is signed out like everybody else."""

import ast
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / 'pages'
FOLLOWING = sorted(p for p in PAGES.rglob('*.py') if 'screen.on_change(' in p.read_text('utf-8'))


def handlers(tree: ast.Module) -> set[str]:
    """Return the names of what ``screen.on_change`` calls when something changed."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func).endswith('screen.on_change')]
    return {ast.unparse(call.args[1]).rpartition('.')[2] for call in calls}


@pytest.mark.parametrize('file', FOLLOWING, ids=lambda file: str(file.relative_to(PAGES)))
def test_what_answers_a_change_reads_the_account_without_using_it(file: Path) -> None:
    tree = ast.parse(file.read_text('utf-8'))
    wanted = handlers(tree)
    found = [n for n in ast.walk(tree) if isinstance(n, ast.AsyncFunctionDef) and n.name in wanted]
    assert {one.name for one in found} == wanted
    for one in found:
        asked = [n for n in ast.walk(one) if isinstance(n, ast.Call) and ast.unparse(n.func).endswith('visitor.actor')]
        assert all([k.arg for k in call.keywords] == ['used'] for call in asked), ast.unparse(one)


def test_the_screens_that_follow_are_looked_at() -> None:
    assert len(FOLLOWING) >= 6
