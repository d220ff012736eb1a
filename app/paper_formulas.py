"""Formulas of Excel: those that fetch, send or start something when the workbook is opened or counted.

Runs in the processes of ``app.workshop`` only. Source: ECMA-376 part 1, 18.17 (formulas), 18.2.5 (defined names); MS-XLSX.
"""

import re

PLACES = frozenset(
    {'f', 'formula', 'formula1', 'formula2', 'definedName', 'calculatedColumnFormula', 'totalsRowFormula'}
)
"""Elements that hold a formula: of a cell, a chart, a rule, a column; with any prefix."""
_FETCHES = (
    'WEBSERVICE', 'IMAGE', 'RTD', 'STOCKHISTORY', 'TRANSLATE', 'DETECTLANGUAGE', 'COPILOT', r'SQL\.REQUEST',
    'IMPORTDATA', 'IMPORTFEED', 'IMPORTHTML', 'IMPORTRANGE', 'IMPORTXML',
)  # fmt: skip
_STARTS = ('DDE', 'CALL', 'EXEC', 'EXECUTE', 'EVALUATE', 'INITIATE', 'PY', 'REGISTER', r'REGISTER\.ID', 'RUN', 'FOPEN')
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = re.compile(r"'(?:[^']|'')*'")
"""Name of a sheet, and of a file before it."""
_COLUMN = re.compile(r'\[[^\[\]]*\]')
"""Name of a column of a table: whatever its heading says."""
_ELSEWHERE = re.compile(r'://|\\\\|^.[a-z]:[\\/]', re.IGNORECASE)
_BY_ITSELF = re.compile(r'^(_xlnm\.)?auto_(open|activate|close|deactivate)', re.IGNORECASE)
"""Names that Excel 4 runs when a workbook is opened or looked at."""


def _calls(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match a call of one of these, with or without the marks that newer functions are saved with."""
    return re.compile(rf'(?<![\w.])(_xl\w+\.)*({"|".join(names)})\s*\(', re.IGNORECASE)


_REASONS = (('linked_office', _calls(_FETCHES)), ('macros', _calls(_STARTS)))


def reason(formula: str, name: str = '') -> str:
    """Return what is said of a formula that may not be kept; '' for every other. ``name``: that of a defined name."""
    if _BY_ITSELF.match(name) and '#REF!' not in formula:  # what is left of macros that are gone does nothing
        return 'macros'
    bare = _TEXT.sub('""', formula)
    if any(_ELSEWHERE.search(quoted) for quoted in _QUOTED.findall(bare)):
        return 'linked_office'
    bare = _QUOTED.sub("''", bare)
    if '|' in _COLUMN.sub('', bare):  # DDE: program|'topic'!item; it means nothing else in a formula
        return 'macros'
    return next((key for key, pattern in _REASONS if pattern.search(bare)), '')
