"""The table of promises: no test passes without its fault, and rows of tests that were not run stay."""

from pathlib import Path

import pytest

from tests.guarantees.recording import Guarantee, NoFault, Row, write_table

ROW = Row('G2', 'test_a.py::test_one', '3 cuts', 'a | b', 'all there', '1.0', '2026-01-01')


def test_a_fault_that_never_happened_fails_the_test() -> None:
    with pytest.raises(NoFault):
        Guarantee()('G1', happened=0, unit='kills', fault='SIGKILL', outcome='nothing lost')


def test_new_rows_replace_those_of_the_same_test_and_others_stay(tmp_path: Path) -> None:
    file = tmp_path / 'guarantees.md'
    write_table(file, [ROW, Row('G10', 'test_b.py', '9 tests', 'c', 'd', '2.0', '2026-01-01')])
    write_table(file, [Row('G1', 'test_b.py', '9 tests', 'c', '**FAILED**', '2.0', '2026-01-02')])
    rows = [row for row in map(Row.read, file.read_text('utf-8').splitlines()) if row]
    assert rows[1] == ROW
    assert [(row.promise, row.date) for row in rows] == [('G1', '2026-01-02'), ('G2', '2026-01-01')]
