"""The command works out a date, and says what is wrong with what it was given."""

import pytest
import typer
from typer.testing import CliRunner

from app.deadlines.command import deadline

cli = typer.Typer()
cli.command()(deadline)


def run(*words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(cli, [word for part in words for word in part.split()])
    return result.exit_code, result.output.splitlines()


@pytest.mark.parametrize(
    ('asked', 'answer'),
    [
        ('--accepted 2026-08-20T14:00 --term 3wd', 'due 2026-08-24T14:00+07:00'),
        ('--accepted 2026-08-20T14:00 --term 3wd --mode civil', 'due 2026-08-24T17:00+07:00'),
        ('--accepted 2026-08-20T07:00Z --term 3wd', 'due 2026-08-24T14:00+07:00'),
        ('--accepted 2026-08-20T14:00:30 --term 3wd', 'due 2026-08-24T14:00:30+07:00'),
        ('--accepted 2026-11-23T15:01 --term sameday', 'due 2026-11-25T17:00+07:00'),
        ('--accepted 2026-08-20T14:00 --term 45d', 'due 2026-10-05T17:00+07:00'),
        ('--accepted 2026-08-20T14:00 --term 16wh --explain', 'due 2026-08-22T14:00+07:00'),
        ('--accepted 2026-10-05T09:00 --term 15wd --sessions 07:30-11:30,13:30-17:00', 'due 2026-10-26T09:00+07:00'),
        ('--filed 2026-11-20T16:00 --reception', 'due 2026-11-23T16:00+07:00'),
        ('--filed 2026-11-20T18:30 --reception --explain --lang en', 'due 2026-11-23T17:00+07:00'),
    ],
)
def test_the_last_line_is_the_due_date(asked: str, answer: str) -> None:
    code, lines = run(asked)
    assert code == 0
    assert lines[-1] == answer
    assert len(lines) == (2 if '--explain' in asked else 1)


@pytest.mark.parametrize(
    'asked',
    [
        '',
        '--accepted 2026-08-20T14:00',
        '--term 3wd',
        '--accepted hôm-nay --term 3wd',
        '--accepted 2026-08-20T14:00 --term 3',
        '--accepted 2026-08-20T14:00 --term 3wd --mode minutes',
        '--accepted 2026-08-20T14:00 --term 3wd --sessions 07:30',
        '--accepted 2026-08-20T14:00 --term 3wd --sessions 11:30-07:30',
        '--accepted 2026-08-20T14:00 --term 3wd --sessions 07:00-11:00,10:00-12:00',
        '--accepted 2026-08-20T14:00 --reception',
        '--filed 2026-11-20T16:00',
        '--filed 2026-11-20T16:00 --reception --term 3wd',
        '--filed 2026-11-20T16:00 --accepted 2026-11-20T16:00 --reception',
    ],
)
def test_what_cannot_be_worked_out_is_refused(asked: str) -> None:
    code, lines = run(asked)
    assert code == 2
    assert not any(line.startswith('due ') for line in lines)
