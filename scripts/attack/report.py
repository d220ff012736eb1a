"""What was tried, in tables: ``docs/attack.md``."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from app.clock import local
from scripts.attack.client import Check

INTRO = """\
# The portal attacked from outside

Made by `make attack` on {day} (Vietnam); do not edit. It starts the demonstration with a data folder of its own, attacks
it over HTTP and its socket as a stranger would who has read the source, and stops it. {result}

A check that could not fail shows nothing. So wherever it is possible, what is allowed is done beside what is not: an
event of a page's own browser has an effect before and after the stolen one that has none, a form is taken from our own
page and refused from another, a small body passes where a large one does not. A check holds only when both came out so.
Where nothing that is allowed answers otherwise (headers, unknown addresses, an invented token, NiceGUI's own address for
files, lines of the log) the answer alone is looked at; `tests/guarantees/test_attacks.py` has such a counterpart for the
last two.

Attacks that need to look inside the process, or a dose of thousands, are in [guarantees.md](guarantees.md).
`.venv/bin/python -m scripts.attack URL --log FILE --pid PID` attacks a demonstration that runs already.
"""


def written(checks: Sequence[Check], at: datetime) -> str:
    """Return the whole document."""
    broken = sum(not check.held for check in checks)
    result = f'All {len(checks)} checks held.' if not broken else f'**{broken} of {len(checks)} checks did not hold.**'
    parts = [INTRO.format(day=local(at).strftime('%Y-%m-%d'), result=result)]
    for group, rows in groupby(checks, lambda check: check.group):
        parts.append(
            f'## {group}\n\n' + '\n'.join(['| tried | outcome | seen |', '|---|---|---|', *map(_row, rows)]) + '\n'
        )
    return '\n'.join(parts)


def _row(check: Check) -> str:
    return f'| {check.what} | {"held" if check.held else "**BROKEN**"} | {check.detail} |'
