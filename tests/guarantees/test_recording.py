"""The table of promises: no test passes without its fault, and rows of tests that were not run stay."""

from pathlib import Path

import pytest

from tests.guarantees.recording import Guarantee, NoFault, Recording, Row, write_table

ROW = Row(
    'G2', 'test_static.py::test_no_secret_lies_in_the_repository', '3 cuts', 'a | b', 'all there', '1.0', '2026-01-01'
)


def test_a_fault_that_never_happened_fails_the_test() -> None:
    with pytest.raises(NoFault):
        Guarantee()('G1', happened=0, unit='kills', fault='SIGKILL', outcome='nothing lost')


def test_new_rows_replace_those_of_the_same_test_and_others_stay(tmp_path: Path) -> None:
    file = tmp_path / 'guarantees.md'
    write_table(file, [ROW, Row('G10', 'test_findings.py', '9 tests', 'c', 'd', '2.0', '2026-01-01')])
    write_table(file, [Row('G1', 'test_findings.py', '9 tests', 'c', '**FAILED**', '2.0', '2026-01-02')])
    rows = [row for row in map(Row.read, file.read_text('utf-8').splitlines()) if row]
    assert rows[1] == ROW
    assert [(row.promise, row.date) for row in rows] == [('G1', '2026-01-02'), ('G2', '2026-01-01')]


def test_each_database_has_its_row_and_a_test_that_is_gone_has_none(tmp_path: Path) -> None:
    file, name = tmp_path / 'guarantees.md', 'test_every_statement.py::test_an_act_that_fails_anywhere_has_not_happened'
    old = [Row('G3', test, '1 fault', 'f', 'o', '1.0', '2026-01-01') for test in (name, 'test_gone.py::test_one')]
    both = [
        Row('G3', f'{name}[{each}]', '2 faults', 'f', 'o', '1.0', '2026-01-02') for each in ('postgresql', 'sqlite')
    ]
    write_table(file, [*old, ROW])
    write_table(file, both)
    write_table(file, [both[0]])
    assert [row for row in map(Row.read, file.read_text('utf-8').splitlines()) if row] == [ROW, *both]


def test_a_part_of_a_module_makes_no_row_of_the_module() -> None:
    recording = Recording()
    report = pytest.TestReport('x', ('x', 0, 'x'), {}, 'passed', None, 'call')
    recording._modules['test_findings.py'] = ('G12', 'what', [report])
    assert len(recording._of_modules()) == 1
    recording._in_part.add('test_findings.py')
    assert recording._of_modules() == []
