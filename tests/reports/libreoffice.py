"""LibreOffice opens the spreadsheets and shows what the screen shows. ``make office`` runs it; it needs ``soffice``.

It is no part of ``make test``: the program weighs several hundred megabytes. There ``test_files`` reads the same files
with openpyxl. What this found stands in ``docs/decisions/reports-count-each-dossier.md``.
"""

import csv
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from app.documents.register import export as register_export
from app.i18n import words
from app.reports import paper
from app.reports.queries import report
from app.reports.shapes import Report
from pages.officer import reports_drawn as drawn
from tests.reports.test_files import OCTOBER, _on_screen, october
from tests.support.world import World

__all__ = ['october']
SOFFICE = shutil.which('soffice') or shutil.which('libreoffice')
CSV = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1'
"""Commas, quotes, UTF-8, cells as they are shown, every sheet to a file of its own."""
T = words('vi')


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


def _converted(file: Path, kind: str) -> None:
    assert SOFFICE, 'LibreOffice is not installed: apt-get install libreoffice-calc-nogui'
    home = f'-env:UserInstallation=file://{file.parent}/profile'
    command = [SOFFICE, home, '--headless', '--convert-to', kind, '--outdir', str(file.parent), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0 and 'rror' not in done.stderr, done.stdout + done.stderr


def _rows(file: Path) -> list[list[str]]:
    with file.open(encoding='utf-8', newline='') as lines:
        return [[re.sub(r'(?<=\d)[.,](?=\d{3}\b)', '', cell) for cell in row] for row in csv.reader(lines)]


def _enlarged(made: Report) -> Report:
    """Return the report with figures of five digits: thousands must be shown as on the screen as well."""
    tables = []
    for table in made.tables:
        lines = [
            line.model_copy(update={'values': {key: 12_345 * value for key, value in line.values.items()}})
            for line in (*table.lines, table.total)
        ]
        tables.append(table.model_copy(update={'lines': tuple(lines[:-1]), 'total': lines[-1]}))
    return made.model_copy(update={'tables': tuple(tables)})


@pytest.mark.parametrize('code', ['ubnd', 'ii06a', 'ii07b', 'tien-do'])
async def test_a_report_opens_and_shows_what_the_screen_shows(code: str, october: World, tmp_path: Path) -> None:
    made = _enlarged(await report(october.ha, code, '', OCTOBER))
    file = tmp_path / 'bao-cao.xlsx'
    file.write_bytes(paper.xlsx(made))
    _converted(file, CSV)
    for table in made.tables:
        sheet = T('reports.sheet_' + table.code.replace('-', '_'))
        rows = _rows(tmp_path / f'bao-cao-{sheet}.csv')
        shown = [[cell.replace('.', '') for cell in row] for row in _on_screen(str(drawn.table(table, T)))]
        begin = paper.TOP + 2
        assert [row[1 : 2 + len(table.columns)] for row in rows[begin : begin + len(shown)]] == shown
        assert rows[1][0] == table.title.vi.upper()
    _converted(file, 'pdf')
    with pypdfium2.PdfDocument(file.with_suffix('.pdf')) as book:
        text = ' '.join(page.get_textpage().get_text_bounded() for page in book)
    assert made.unit_name.vi in text and 'Err:' not in text and '#REF' not in text


async def test_the_register_opens_with_its_lines(october: World, tmp_path: Path) -> None:
    file = tmp_path / 'so.xlsx'
    file.write_bytes((await register_export(october.ha, date(2026, 10, 1), date(2026, 10, 31), 'xlsx')).content)
    _converted(file, CSV)
    (made,) = tmp_path.glob('so-*.csv')
    text = made.read_text('utf-8')
    assert 'Nguyễn Thị An' in text and 'H55.242-261005-0001' in text and 'Err:' not in text
