"""What the tests of the promises did: a dose, a table of it, and no test that passes without its fault.

``make test`` gives each promise a small dose. ``MOTCUA_DOSE=full`` (``make guarantees``) gives the whole one and writes
``docs/guarantees.md``; rows of tests that were not run this time stay as they are, with their own date.
"""

import os
import platform
import re
import sqlite3
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.clock import today

FULL = os.environ.get('MOTCUA_DOSE') == 'full'
TABLE = Path(__file__).parents[2] / 'docs' / 'guarantees.md'
HEAD = ('promise', 'test', 'dose', 'fault injected', 'outcome', 'seconds', 'date')


def dose(small: int, full: int) -> int:
    """Return how much of a fault to give in this run."""
    return full if FULL else small


def say(text: str) -> None:
    """Show how far a long test is."""
    if FULL:
        print(f'      {time.strftime("%H:%M:%S")} {text}', file=sys.__stderr__, flush=True)


class NoFault(AssertionError):
    """A test was about to pass without its fault having happened."""


@dataclass
class Guarantee:
    """What one test shows. It must be called with faults that did happen, else the test fails."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def __call__(self, promise: str, *, happened: int, unit: str, fault: str, outcome: str) -> None:
        """Note that a fault happened so often, and what became of it. ``unit`` names what is counted: ``kills``."""
        if happened < 1:
            raise NoFault(f'{promise}: {fault}: never happened')
        self.rows.append((promise, f'{happened:,} {unit}', fault, outcome))


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    promise: str
    test: str
    dose: str
    fault: str
    outcome: str
    seconds: str
    date: str

    @classmethod
    def read(cls, line: str) -> 'Row | None':
        """Read a line of the table; None for any other line."""
        cells = [cell.strip().replace('\\|', '|') for cell in re.split(r'(?<!\\)\|', line.strip())[1:-1]]
        return cls(*cells) if len(cells) == len(HEAD) and re.match(r'G[\d?]+|section', cells[0]) else None

    def __str__(self) -> str:
        cells = (self.promise, self.test, self.dose, self.fault, self.outcome, self.seconds, self.date)
        return '| ' + ' | '.join(' '.join(cell.split()).replace('|', '\\|') for cell in cells) + ' |'

    @property
    def order(self) -> tuple[int, str, str]:
        """Promises by number, what is no numbered promise last."""
        number = re.search(r'\d+', self.promise)
        return (int(number[0]) if number and self.promise[0] == 'G' else 99, self.promise, self.test)


class Recording:
    """The plug-in: gathers what tests note, fails one that noted nothing, writes the table after a full run."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.day = f'{today()}'  # tests move the clock
        self._in_part: set[str] = set()
        self._modules: dict[str, tuple[str, str, list[pytest.TestReport]]] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: 'pytest.CallInfo[None]'
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fail a test that asked for ``guarantee`` and showed nothing."""
        report = yield
        shown = getattr(item, 'funcargs', {}).get('guarantee')
        module = getattr(item, 'module', None)
        is_done = call.when == 'call' or report.failed  # what is found when a test is cleaned up counts as well
        if not is_done or not module or Path(module.__file__).parent.name != 'guarantees':
            return report
        if isinstance(shown, Guarantee):
            if report.passed and not shown.rows:
                report.outcome, report.longrepr = 'failed', 'The test noted no fault: nothing was shown.'
            self._take(item, report, shown)
        elif promises := getattr(module, 'PROMISES', ''):
            what = ' '.join(str(module.__doc__).partition('\n\n')[0].split())
            self._modules.setdefault(Path(module.__file__).name, (promises, what, []))[2].append(report)
        return report

    def _take(self, item: pytest.Item, report: pytest.TestReport, shown: Guarantee) -> None:
        name = f'{item.path.name}::{item.name}'
        took, day = f'{report.duration:.1f}', self.day
        if not report.passed:
            self.rows = [row for row in self.rows if row.test != name]
            promise = getattr(item.module, 'PROMISE', 'G?')  # type: ignore[attr-defined]
            self.rows.append(Row(promise, name, '', item.name, '**FAILED**', took, day))
            return
        self.rows += [Row(promise, name, much, fault, end, took, day) for promise, much, fault, end in shown.rows]

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note which modules are not run as a whole: a part of one says nothing of the rest."""
        self._in_part |= {item.path.name for item in items}

    def _of_modules(self) -> list[Row]:
        found = []
        for name, (promises, what, reports) in self._modules.items():
            failed = len({report.nodeid for report in reports if not report.passed})
            if name in self._in_part and not failed:
                continue
            end = f'**{failed} FAILED**' if failed else 'none got through'
            took = f'{sum(report.duration for report in reports):.1f}'
            found.append(
                Row(promises, name, f'{len({report.nodeid for report in reports})} tests', what, end, took, self.day)
            )
        return found

    def pytest_sessionfinish(self) -> None:
        """Write the table after a full run."""
        new = self.rows + self._of_modules()
        if FULL and new:
            write_table(TABLE, new)


def write_table(file: Path, new: list[Row]) -> None:
    """Write the table: new rows in place of those of the same test, the others as they are while their test is there."""
    kept = [row for row in map(Row.read, file.read_text('utf-8').splitlines()) if row] if file.exists() else []
    again = {row.test for row in new} | {row.test.partition('[')[0] for row in new}
    stay = [row for row in kept if row.test not in again and _is_there(row.test)]
    rows = sorted(stay + new, key=lambda row: row.order)
    lines = [INTRODUCTION.format(machine=_machine()), _line(HEAD), _line(['---'] * len(HEAD)), *map(str, rows), '']
    file.write_text('\n'.join(lines), 'utf-8')


def _is_there(test: str) -> bool:
    """Tell whether there still is a test of this name."""
    file, _, name = test.partition('[')[0].partition('::')
    path = Path(__file__).with_name(file)
    return path.exists() and (not name or f'def {name}(' in path.read_text('utf-8'))


def _line(cells: 'tuple[str, ...] | list[str]') -> str:
    return '| ' + ' | '.join(cells) + ' |'


def _machine() -> str:
    return (
        f'{os.cpu_count()} processor cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, '
        f'{platform.system()} {platform.machine()}'
    )


INTRODUCTION = """# What was promised, and what was done to break it

Made by `make guarantees`, which runs `tests/guarantees/` in full dose; do not edit. One row is one test: what was
done so often, and what became of it. The dose is counted, not intended: it says how often the fault did happen in that run. A
test that could not inject its fault fails, and a failed test says so here.
One of them alone: `make guarantees ARGS='-k name_of_the_test'`; its row gets a new date, the others stay. `make test`
gives the same tests a small dose.

Machine of the last run: {machine}; shared with other work, so seconds say little.

| | promise |
|---|---|
| G1 | no acknowledged dossier lost, none half-written, no number given twice, whenever the process is killed |
| G2 | a power cut takes nothing that was acknowledged |
| G3 | a change of status, its event and its messages are one transaction |
| G4 | accepted mail arrives at least once; duplicates share one Message-ID |
| G5 | with the mail server down for 72 hours nothing is lost and an officer sees it |
| G6 | a full disk is said in clear words and harms nothing |
| G7 | a locked database is said in clear words and holds nobody else up |
| G8 | a thousand submissions at once get a number each |
| G9 | clients that never finish what they began keep nobody else waiting |
| G10 | hostile files are refused in clear words and leave nothing behind |
| G11 | malformed input is answered, never an incident, never an illegal state |
| G12 | only who may act acts: every address, screen and command is declared in one table |
| G13 | of two officers who decide at once one wins and the other is told |
| G14 | a form sent many times is filed once |
| G15 | an altered record is found |
| G16 | a copy made under load comes back whole within 15 minutes; what is lost is at most 5 minutes old |
| G17 | a clock that jumps changes no order and keeps no link alive |
| G18 | migrations go up, down and up on filled databases |
| G20 | numbers and secrets are not guessed |
| G21 | what the code must not contain is not there |
| section 1 | the known attacks on a NiceGUI server, each shown to work on plain NiceGUI |
"""
